import { getSchema } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { describe, expect, test } from 'vitest';
import { changedLines } from '../../../client/editor/changedLines.ts';
import { bodyExtensions } from '../../../client/editor/extensions.ts';
import { hasEditor } from '../../../client/editor/restingPlace.ts';

const nowhere = { near: false, entered: false, selected: false };

describe('which sections of a note have an editor', () => {
  test('those near the view', () => {
    expect(hasEditor(false, { ...nowhere, near: true })).toBe(true);
    expect(hasEditor(false, nowhere)).toBe(false);
    expect(hasEditor(true, nowhere)).toBe(false);
  });

  test('one that I have been in keeps my undo and my place, wherever I look', () => {
    expect(hasEditor(true, { ...nowhere, entered: true })).toBe(true);
  });

  test('one that I come into by keyboard gets one although it is out of view', () => {
    expect(hasEditor(false, { ...nowhere, entered: true })).toBe(true);
  });

  test('a selection never loses its place, and resting text that is selected stays as it is', () => {
    expect(hasEditor(true, { ...nowhere, selected: true })).toBe(true);
    expect(hasEditor(false, { ...nowhere, selected: true })).toBe(false);
  });
});

describe('what is drawn anew in resting text', () => {
  const schema = getSchema(bodyExtensions);
  const body = (...lines: string[]): Node =>
    schema.node(
      'doc',
      null,
      lines.map((line) => schema.node('block', null, line === '' ? [] : [schema.text(line)])),
    );

  test.each([
    ['nothing when nothing changed', ['a', 'b'], ['a', 'b'], { from: 2, beforeTo: 2, afterTo: 2 }],
    ['one line', ['a', 'b', 'c'], ['a', 'x', 'c'], { from: 1, beforeTo: 2, afterTo: 2 }],
    ['a line that came', ['a', 'c'], ['a', 'b', 'c'], { from: 1, beforeTo: 1, afterTo: 2 }],
    ['a line that went', ['a', 'b', 'c'], ['a', 'c'], { from: 1, beforeTo: 2, afterTo: 1 }],
    ['one of several that are alike', ['a', 'a'], ['a', 'a', 'a'], { from: 2, beforeTo: 2, afterTo: 3 }],
  ])('%s', (_what, before, after, expected) => {
    expect(changedLines(body(...before), body(...after))).toEqual(expected);
  });

  test('a line whose kind changed, with the same words', () => {
    const before = body('a', 'b');
    const after = schema.node('doc', null, [
      before.child(0),
      schema.node('block', { kind: 'bullet' }, [schema.text('b')]),
    ]);
    expect(changedLines(before, after)).toEqual({ from: 1, beforeTo: 2, afterTo: 2 });
  });
});
