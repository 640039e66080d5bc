import { expect, test } from 'vitest';
import { copiedLine } from '../../../client/history/selection.ts';
import type { PastLine, PastRun } from '../../../shared/history/schema.ts';

const run = (text: string, more: Partial<PastRun> = {}): PastRun => ({
  text,
  author: { id: 'a' },
  at: '2026-11-22T03:00:00Z',
  seq: 1,
  ...more,
});
const whole = (line: PastLine) => line.runs.map((each) => ({ run: each, text: each.text }));

test('of two moments that are compared, what was removed between them is not copied with the rest', () => {
  const line: PastLine = {
    kind: 'bullet',
    runs: [run('Give '), run('50', { change: 'removed' }), run('75', { change: 'added' }), run(' mg')],
  };
  expect(copiedLine(line, whole(line))).toEqual([
    { ...line, runs: [{ text: 'Give ' }, { text: '75' }, { text: ' mg' }] },
  ]);
  const gone: PastLine = { kind: 'paragraph', runs: [run('Nil by mouth', { change: 'removed' })] };
  expect(copiedLine(gone, whole(gone))).toEqual([]);
});

test('what is selected of a line keeps its marks, what is not of its text stays behind', () => {
  const line: PastLine = {
    kind: 'paragraph',
    runs: [run('Call '), run('outreach', { marks: { bold: {} } })],
  };
  expect(
    copiedLine(line, [
      { run: line.runs[0], text: '' },
      { run: line.runs[1], text: 'out' },
      { run: undefined, text: 'typed in this change' },
    ]),
  ).toEqual([{ ...line, runs: [{ text: 'out', marks: { bold: {} } }] }]);
});

test('a value that stands among the lines is copied whole, and not at all when it was removed', () => {
  const line: PastLine = {
    kind: 'reference',
    value: '{"label":"Pulse","value":"72"}',
    runs: [run('Pulse 72')],
  };
  expect(copiedLine(line, [{ run: line.runs[0], text: '72' }])).toEqual([line]);
  const gone = { ...line, runs: [run('Pulse 72', { change: 'removed' })] };
  expect(copiedLine(gone, whole(gone))).toEqual([]);
});
