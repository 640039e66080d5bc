import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

/** A whole batch travels in one frame; the largest bundles we know make batches of a few megabytes. */
export const maxFrameBytes = 128 * 1024 * 1024;

const lengthBytes = 4;

/** @throws RangeError when the message is larger than the other side would take */
export function encodeFrame(message: unknown): Buffer {
  const body = serialize(message);
  if (body.byteLength > maxFrameBytes) throw new RangeError('This is too much for one write.');
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(body.byteLength);
  return Buffer.concat([length, body]);
}

/** The messages that arrive on a socket, in order. @throws RangeError on a frame that is too large */
export async function* framesOf(socket: Socket): AsyncGenerator<unknown> {
  let chunks: Buffer[] = [];
  let have = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    have += chunk.byteLength;
    // Joined only once a frame is complete: joining at every chunk would copy a large frame over and over.
    while (have >= lengthBytes) {
      if (chunks[0]!.byteLength < lengthBytes) chunks = [Buffer.concat(chunks)];
      const length = chunks[0]!.readUInt32BE();
      if (length > maxFrameBytes) throw new RangeError('A frame is too large.');
      if (have < lengthBytes + length) break;
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      yield deserialize(bytes.subarray(lengthBytes, lengthBytes + length));
      chunks = [bytes.subarray(lengthBytes + length)];
      have -= lengthBytes + length;
    }
  }
}
