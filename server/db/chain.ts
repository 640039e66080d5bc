import { createHash } from 'node:crypto';

/** A place in a hash chain: the number and the hash of its last row. */
export interface ChainHead {
  seq: number;
  hash: Buffer;
}

export const chainStart: ChainHead = { seq: 0, hash: Buffer.alloc(32) };

export type ChainedValues = Record<string, string | number | null>;

/**
 * The hash of a row: SHA-256 over the previous hash, the row's number and its values as JSON, keys sorted. Whoever
 * alters, drops, inserts or swaps a row has to recompute every hash after it.
 */
export function chainHash(previous: ChainHead, values: ChainedValues): Buffer {
  const sorted = Object.keys(values)
    .sort()
    .map((key) => [key, values[key] ?? null]);
  return createHash('sha256')
    .update(previous.hash)
    .update(JSON.stringify([previous.seq + 1, sorted]))
    .digest();
}
