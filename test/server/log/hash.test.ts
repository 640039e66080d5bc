import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { entryHash, noEntryHash } from '../../../server/log/hash.ts';

const entryOf = (bytes: Uint8Array, userId = 'u-1') => ({
  document: 'e/note/n',
  epoch: 1,
  seq: 7,
  kind: 'update' as const,
  userId,
  deviceId: 'd-1',
  lease: 12,
  at: '2026-03-02T08:00:00.000Z',
  bytes,
  prevHash: noEntryHash,
});

test.each([
  ['short', 25, 'u-1'],
  ['empty', 0, 'u-1'],
  ['by somebody with a long name in other letters', 25, 'Ж€😀'.repeat(2_000)],
  ['as long as a whole note', 300_000, 'u-1'],
])(
  'the hash of an entry that is %s is SHA-256 over what came before, its words and its bytes',
  (_, length, user) => {
    const bytes = new Uint8Array(length).map((_byte, index) => index * 31);
    const words = JSON.stringify(['e/note/n', 1, 7, 'update', user, 'd-1', 12, '2026-03-02T08:00:00.000Z']);
    const expected = createHash('sha256').update(noEntryHash).update(words).update(bytes).digest('hex');
    expect(entryHash(entryOf(bytes, user)).toString('hex')).toBe(expected);
  },
);

test('hashes that are kept do not run into each other', () => {
  const hashes = Array.from({ length: 100 }, (_, index) => entryHash(entryOf(new Uint8Array([index]))));
  const again = Array.from({ length: 100 }, (_, index) => entryHash(entryOf(new Uint8Array([index]))));
  expect(hashes.map((each) => each.toString('hex'))).toEqual(again.map((each) => each.toString('hex')));
  expect(new Set(hashes.map((each) => each.toString('hex'))).size).toBe(100);
});
