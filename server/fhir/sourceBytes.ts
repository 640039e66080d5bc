import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

/** Why a file cannot be read on, in words for the report. */
export class Unreadable extends Error {}

/** A file being read; gzip is recognised by what it begins with, not by its name. */
export interface SourceBytes extends AsyncIterable<Buffer> {
  /** Bytes taken from the disk so far. */
  read(): number;
}

/** NDJSON of FHIR packs to a tenth or a thirtieth; what unpacks to more than this was made to fill a disk. */
const mostUnpacked = 200;
/** Below this a ratio means nothing, bytes. */
const ratioFrom = 16 * 1024 * 1024;

const chunkBytes = 256 * 1024;

export function readSource(path: string): SourceBytes {
  let read = 0;
  async function* bytes(): AsyncGenerator<Buffer> {
    const opening = await beginning(path);
    if (isUtf16(opening)) throw new Unreadable('This is UTF-16 text. Save it as UTF-8.');
    const file = createReadStream(path, { highWaterMark: chunkBytes });
    const isGzip = opening[0] === 0x1f && opening[1] === 0x8b;
    const unpacked = isGzip ? file.pipe(createGunzip({ chunkSize: chunkBytes })) : file;
    if (isGzip) file.on('error', (error) => unpacked.destroy(error));
    let given = 0;
    try {
      for await (const chunk of unpacked as AsyncIterable<Buffer>) {
        read = file.bytesRead;
        given += chunk.length;
        if (given > ratioFrom && given > mostUnpacked * read)
          throw new Unreadable(`This unpacks to more than ${mostUnpacked} times its size.`);
        yield chunk;
      }
      read = file.bytesRead;
    } catch (error) {
      throw toUnreadable(error);
    } finally {
      file.destroy();
    }
  }
  return { [Symbol.asyncIterator]: bytes, read: () => read };
}

async function beginning(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw toUnreadable(error);
  }
}

/** By the byte order mark that such text begins with. */
const isUtf16 = ([first, second]: Buffer): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

function toUnreadable(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof Unreadable) return error;
  const code = String(error.code);
  if (code === 'Z_BUF_ERROR') return new Unreadable('This gzip file is cut off.');
  if (code.startsWith('Z_')) return new Unreadable('This gzip file is damaged.');
  return new Unreadable('This file cannot be read.');
}
