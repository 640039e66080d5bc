import { expect, test } from 'vitest';
import { collectGarbage } from '../../server/heap.ts';

test('what nobody holds any more is collected at once', async () => {
  let held: object | null = { words: 'of a document' };
  const seen = new WeakRef(held);
  // A reference that was made or read is kept until the turn is over.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(held).toBe(seen.deref());

  held = null;
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(seen.deref()).toBeUndefined();
});
