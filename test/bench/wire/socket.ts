import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const opcode = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** What arrives is read here by all sockets in turn: one thread, and nothing is kept without being copied. */
const arriving = Buffer.allocUnsafe(256 * 1024);

const nothing = Buffer.alloc(0);

export interface SocketEvents {
  opened(): void;
  /** The payload is valid during the call only. */
  message(payload: Buffer): void;
  /** With the close code, or 1006 when there was none. */
  closed(code: number): void;
}

/**
 * A WebSocket client that does no more than a benchmark needs, so that the load generator stays far from being the
 * bottleneck: no compression, no fragments, a mask of zeros.
 */
export class LightSocket {
  readonly #socket: Socket;
  #rest: Buffer = nothing;
  #upgraded = false;
  #closeCode = 1006;
  bytesRead = 0;

  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    private readonly events: SocketEvents,
  ) {
    const { hostname, port, host, pathname, search } = new URL(url);
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: arriving,
        callback: (length) => {
          this.bytesRead += length;
          this.#take(arriving.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => events.closed(this.#closeCode));
    const lines = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }

  send(payload: Uint8Array): void {
    this.#write(opcode.binary, payload);
  }

  /** Several messages in one write. */
  together(sendAll: () => void): void {
    this.#socket.cork();
    sendAll();
    this.#socket.uncork();
  }

  /** Stops reading: what the server sends fills the system's buffers, then the server's own. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    if (this.#socket.destroyed) return;
    this.#write(opcode.close, new Uint8Array([0x03, 0xe8]));
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #write(code: number, payload: Uint8Array): void {
    const { length } = payload;
    const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
    const frame = Buffer.allocUnsafe(6 + extra + length);
    frame[0] = 0x80 | code;
    frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
    if (extra === 2) frame.writeUInt16BE(length, 2);
    if (extra === 8) frame.writeBigUInt64BE(BigInt(length), 2);
    frame.fill(0, 2 + extra, 6 + extra);
    frame.set(payload, 6 + extra);
    this.#socket.write(frame);
  }

  #take(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return this.#keep(bytes);
      const status = bytes.toString('latin1', 0, bytes.indexOf('\r\n'));
      if (!status.includes(' 101')) throw new Error(`The server refused the upgrade: ${status}`);
      this.#upgraded = true;
      bytes = bytes.subarray(end + 4);
      this.events.opened();
    }
    let at = 0;
    for (;;) {
      const frame = frameAt(bytes, at);
      if (frame === null) break;
      this.#frame(bytes[at]!, bytes.subarray(frame.from, frame.to));
      at = frame.to;
    }
    this.#keep(bytes.subarray(at));
  }

  #keep(rest: Buffer): void {
    this.#rest = rest.length === 0 ? nothing : Buffer.from(rest);
  }

  #frame(first: number, payload: Buffer): void {
    if ((first & 0x80) === 0) throw new Error('The server sent a fragment, which this client does not read.');
    const code = first & 0x0f;
    if (code === opcode.binary) this.events.message(payload);
    else if (code === opcode.ping) this.#write(opcode.pong, payload);
    else if (code === opcode.close) {
      if (payload.length >= 2) this.#closeCode = payload.readUInt16BE(0);
      this.#socket.end();
    }
  }
}

function frameAt(bytes: Buffer, at: number): { from: number; to: number } | null {
  if (bytes.length < at + 2) return null;
  const short = bytes[at + 1]! & 0x7f;
  const extra = short < 126 ? 0 : short === 126 ? 2 : 8;
  const from = at + 2 + extra;
  if (bytes.length < from) return null;
  const length =
    extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  return bytes.length < from + length ? null : { from, to: from + length };
}
