import { expect, test } from 'vitest';
import { authorColours } from '../../../client/history/colours.ts';
import { lineNumbers, sharesOf } from '../../../client/history/shares.ts';
import type { PastAuthor, PastRun } from '../../../shared/history/schema.ts';

const run = (text: string, id: string, more: Partial<PastRun> = {}): PastRun => ({
  text,
  author: { id },
  at: 't',
  seq: 1,
  ...more,
});

test('shares of a text count what stands there, not what was removed', () => {
  const lines = [
    { kind: 'paragraph', runs: [run('abc', 'A'), run('d', 'B'), run('gone', 'C', { change: 'removed' })] },
  ];
  expect(sharesOf({ kind: 'note', sections: [{ id: 's', title: 'S', lines }] })).toEqual([
    { id: 'A', count: 3, percent: 75 },
    { id: 'B', count: 1, percent: 25 },
  ]);
});

test('an author has the colour in which the others see them now; the rest get those that are left', () => {
  const author = (id: string, role: PastAuthor['role'] = 'nurse'): PastAuthor => ({ id, name: id, role });
  const colours = authorColours(
    [author('system', 'system'), author('A'), author('B'), author('C')],
    [
      { userId: 'B', colour: 'blue' },
      { userId: 'somebody else', colour: 'teal' },
    ],
  );
  expect(Object.fromEntries(colours)).toEqual({ A: 'teal', B: 'blue', C: 'violet' });
  const many = Array.from({ length: 20 }, (_, index) => author(`${index}`));
  expect(authorColours(many, []).size).toBe(20);
});

test('numbered lines count by indent, and start anew after another kind', () => {
  const line = (kind: string, indent = 0) => ({ kind, ...(indent ? { indent } : {}) });
  expect(
    lineNumbers([
      line('numbered'),
      line('numbered', 1),
      line('numbered', 1),
      line('numbered'),
      line('numbered', 1),
      line('paragraph'),
      line('numbered'),
    ]),
  ).toEqual([1, 1, 2, 2, 1, null, 1]);
});
