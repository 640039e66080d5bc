import { expect, test } from 'vitest';
import { heapGrowthAt } from '../../server/heapGrowth.ts';

const mebibytes = (count: number): number => count * 1024 * 1024;

test.each([
  [20, 100],
  [40, 100],
  [80, 50],
  [160, 25],
  [2_000, 25],
])('a heap of %d MiB may grow by %d per cent before it is collected', (used, growth) => {
  expect(heapGrowthAt(mebibytes(used))).toBe(growth);
});
