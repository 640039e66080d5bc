import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const finished = 0x80;
const compressed = 0x40;

/** A frame as a client sends it (RFC 6455, section 5.2), whatever it claims; the mask is all zeros. */
export function rawFrame({
  code,
  payload = Buffer.alloc(0),
  isLast = true,
  isCompressed = false,
  isMasked = true,
  saysBytes = payload.byteLength,
}: {
  code: number;
  payload?: Uint8Array;
  isLast?: boolean;
  isCompressed?: boolean;
  isMasked?: boolean;
  /** The length in the header, where it is to differ from the payload's. */
  saysBytes?: number;
}): Buffer {
  const extra = saysBytes < 126 ? 0 : saysBytes < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + extra + (isMasked ? 4 : 0));
  header[0] = code | (isLast ? finished : 0) | (isCompressed ? compressed : 0);
  header[1] = (isMasked ? 0x80 : 0) | (extra === 0 ? saysBytes : extra === 2 ? 126 : 127);
  if (extra === 2) header.writeUInt16BE(saysBytes, 2);
  if (extra === 8) header.writeBigUInt64BE(BigInt(saysBytes), 2);
  return Buffer.concat([header, payload]);
}

export const upgradeRequest = (path: string, headers: Readonly<Record<string, string>> = {}): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');

/** A TCP connection that sends what it is told to, and understands just enough to know how it was ended. */
export class RawSocket {
  readonly socket: Socket;
  /** Of the answer to the upgrade. */
  status: number | null = null;
  /** As it came in a close frame. */
  closeCode: number | null = null;
  /** The other side has let the connection go. */
  isOver = false;
  bytesRead = 0;
  #rest = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.isOver = true));
    this.socket.on('end', () => (this.isOver = true));
    this.socket.on('data', (chunk) => this.#take(chunk));
  }

  /** Says that nothing is read any more, then does not read. */
  stopReading(): void {
    this.socket.pause();
  }

  send(...bytes: (string | Uint8Array)[]): void {
    for (const each of bytes) this.socket.write(each);
  }

  /** Resolves when the system has taken what was sent so far, or the connection is over. */
  taken(): Promise<void> {
    if (this.isOver || this.socket.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.socket.once('drain', resolve).once('close', resolve);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.bytesRead += chunk.byteLength;
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (this.status === null) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.status = Number(/^HTTP\/1\.1 (\d+)/.exec(this.#rest.toString('latin1'))?.[1]);
      this.#rest = this.#rest.subarray(end + 4);
    }
    if (this.status !== 101) return;
    while (this.#takeFrame());
  }

  #takeFrame(): boolean {
    const bytes = this.#rest;
    if (bytes.length < 2) return false;
    const short = bytes[1]! & 0x7f;
    const from = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < from) return false;
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (bytes.length < from + length) return false;
    if ((bytes[0]! & 0x0f) === opcode.close) this.closeCode = bytes.readUInt16BE(from);
    this.#rest = bytes.subarray(from + length);
    return true;
  }
}
