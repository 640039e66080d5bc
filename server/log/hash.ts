import { createHash } from 'node:crypto';
import type { LogEntry, Snapshot } from './documentLog.ts';

/** Before a document's first entry. */
export const noEntryHash = Buffer.alloc(32);

/**
 * SHA-256 over the previous entry's hash, everything the entry says and its bytes. SQLite does not notice a flipped
 * bit in a payload; this does.
 */
export function entryHash(entry: Omit<LogEntry, 'hash'>): Buffer {
  const { document, epoch, seq, kind, userId, deviceId, lease, at } = entry;
  return createHash('sha256')
    .update(entry.prevHash)
    .update(JSON.stringify([document, epoch, seq, kind, userId, deviceId, lease, at]))
    .update(entry.bytes)
    .digest();
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
