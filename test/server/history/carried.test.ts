import { describe, expect, test } from 'vitest';
import { createID } from 'yjs';
import { carriedText, type TextRun } from '../../../server/history/carried.ts';

const run = (text: string, client = 1): TextRun => ({
  text,
  ids: Array.from(text, (_, clock) => createID(client, clock)),
});

const pieces = (inserted: string[], deleted: string[]): string[] =>
  carriedText(
    inserted.map((text) => run(text, 1)),
    deleted.map((text) => run(text, 2)),
  ).map(({ inserted: { text }, at, length }) => text.slice(at, at + length));

describe('text that an entry deletes and writes again', () => {
  test.each([
    ['a whole run, however short', ['a'], ['a'], ['a']],
    ['a run among several', ['two'], ['one', 'two', 'three'], ['two']],
    ['the longest piece, not the first', ['say walk today now'], ['walk', 'walk today'], ['walk today']],
    ['a piece that is one deleted run', ['before middle after'], ['middle'], ['middle']],
    ['only whole words of a longer piece', ['some fever since'], ['no fever sin'], [' fever ']],
    ['nothing of less than three letters', ['ab cd'], ['ef ab'], []],
    ['nothing that is only part of words', ['ever since'], ['fever'], []],
  ])('%s', (_rule, inserted, deleted, expected) => {
    expect(pieces(inserted, deleted)).toEqual(expected);
  });

  test('is carried once, though it is written twice', () => {
    expect(pieces(['walk today', 'walk today'], ['walk today'])).toEqual(['walk today']);
  });

  test('is found in repetitive text without trying every place', () => {
    const page = 'a b '.repeat(20_000);
    expect(pieces([`x ${page}`], [`${page} y`]).join('').length).toBeGreaterThan(60_000);
  });
});
