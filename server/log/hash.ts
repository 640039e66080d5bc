import { createHash, hash } from 'node:crypto';
import type { LogEntry, Snapshot } from './documentLog.ts';

/** Before a document's first entry. */
export const noEntryHash = Buffer.alloc(32);

/**
 * SHA-256 over the previous entry's hash, everything the entry says and its bytes. SQLite does not notice a flipped
 * bit in a payload; this does.
 */
export function entryHash(entry: Omit<LogEntry, 'hash'>): Buffer {
  const { document, epoch, seq, kind, userId, deviceId, lease, at, prevHash, bytes } = entry;
  const words = JSON.stringify([document, epoch, seq, kind, userId, deviceId, lease, at]);
  if (prevHash.byteLength + words.length * utf8PerUnit + bytes.byteLength > scratch.byteLength)
    return createHash('sha256').update(prevHash).update(words).update(bytes).digest();
  // This is done for every edit: in one go it takes half as long, and leaves no handle to be collected.
  scratch.set(prevHash);
  const end = prevHash.byteLength + scratch.write(words, prevHash.byteLength);
  scratch.set(bytes, end);
  return kept(hash('sha256', scratch.subarray(0, end + bytes.byteLength), 'binary'));
}

const scratch = Buffer.allocUnsafeSlow(16 * 1024);
const utf8PerUnit = 3;

const hashBytes = 32;
let page = Buffer.alloc(0);
let used = 0;

/** A hash in as little memory as it takes: many share a page, which is small, for one that is kept keeps all of it. */
function kept(latin1: string): Buffer {
  if (used === page.byteLength) {
    page = Buffer.allocUnsafeSlow(32 * hashBytes);
    used = 0;
  }
  const at = used;
  used += hashBytes;
  page.write(latin1, at, hashBytes, 'latin1');
  return page.subarray(at, used);
}

/** A snapshot is bound to the place in the log that it folds. */
export const snapshotHash = ({
  logHash,
  bytes,
  stateVector,
}: Pick<Snapshot, 'logHash' | 'bytes' | 'stateVector'>): Buffer =>
  createHash('sha256')
    .update(logHash)
    .update(bytes)
    .update(stateVector ?? noBytes)
    .digest();

const noBytes = new Uint8Array(0);

/** The number of the first entry that does not follow from the one before it, or null when all do. */
export function firstBreak(
  entries: readonly LogEntry[],
  after: { seq: number; hash: Buffer },
): number | null {
  let { seq, hash }: { seq: number; hash: Buffer } = after;
  for (const entry of entries) {
    const follows =
      entry.seq === seq + 1 && entry.prevHash.equals(hash) && entryHash(entry).equals(entry.hash);
    if (!follows) return entry.seq;
    ({ seq, hash } = entry);
  }
  return null;
}
