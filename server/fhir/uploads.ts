import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { no, ok, type Result } from '../../shared/wire/result.ts';

const folderOf = (dataFolder: string): string => join(dataFolder, 'uploads');

/** What a service that was stopped has left: whoever sent it sends it again, and the import goes on where it was. */
export const forgetUploads = (dataFolder: string): Promise<void> =>
  rm(folderOf(dataFolder), { recursive: true, force: true });

export interface Upload {
  path: string;
  bytes: number;
  /** SHA-256 of what was sent. */
  hash: string;
  discard(): Promise<void>;
}

class TooLarge extends Error {}

/** Writes what somebody sends to disk as it comes; more than `mostBytes` of it, or what breaks off, is not kept. */
export async function receiveUpload(
  body: ReadableStream<Uint8Array>,
  { dataFolder, id, mostBytes }: { dataFolder: string; id: string; mostBytes: number },
): Promise<Result<Upload, 'too-large' | 'broken-off'>> {
  const folder = folderOf(dataFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, id);
  const discard = (): Promise<void> => rm(path, { force: true });
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new TooLarge();
      hash.update(chunk);
      yield chunk;
    }
  }
  const file = createWriteStream(path, { mode: 0o600 });
  let isFull = false;
  file.once('error', () => (isFull = true));
  try {
    await pipeline(Readable.fromWeb(body), counted, file);
  } catch (error) {
    await discard();
    if (error instanceof TooLarge) return no('too-large');
    // A disk that is full is not the sender's doing.
    if (isFull && isOfDisk(error)) throw error;
    return no('broken-off');
  }
  return ok({ path, bytes, hash: hash.digest('hex'), discard });
}

const isOfDisk = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && ['open', 'write', 'close'].includes(String(error.syscall));
