import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { getSchema } from '@tiptap/core';
import { carry, flatText, offsetOf, positionOf } from '../../../client/editor/caretPlace.ts';
import { bodyExtensions } from '../../../client/editor/extensions.ts';

const schema = getSchema(bodyExtensions);

/** Texts with the caret drawn as `|`. */
function carried(before: string, after: string): string {
  const place = carry(before.replace('|', ''), after, before.indexOf('|'));
  return `${after.slice(0, place)}|${after.slice(place)}`;
}

describe('my caret stays in the words', () => {
  test.each([
    ['somebody presses Enter before it', 'alpha beta |gamma', 'alpha \nbeta gamma', 'alpha \nbeta |gamma'],
    ['somebody opens a line above its line', 'one\n|two', 'one\n\ntwo', 'one\n\n|two'],
    ['somebody types at its place', 'one|', 'one two', 'one| two'],
    ['somebody types in the same empty line', '|', 'remote', '|remote'],
    ['somebody types before and after it', 'aa bb|cc dd', 'xx aa bbcc dd yy', 'xx aa bb|cc dd yy'],
    ['somebody deletes the words before it', 'strike this keep|', 'keep', 'keep|'],
    ['somebody deletes the words around it', 'keep strike th|is keep', 'keep keep', 'keep |keep'],
    ['somebody joins its line to the one before', 'one\ntw|o', 'onetwo', 'onetw|o'],
    ['a line goes away two lines above', 'gone\nkept\nmine|', 'kept\nmine', 'kept\nmine|'],
  ])('when %s', (_when, before, after, expected) => {
    expect(carried(before, after)).toBe(expected);
  });

  test('for any insertion and any deletion elsewhere in the text', () => {
    const of = (...units: string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 12 });
    const kept = of('a', 'b', ' ');
    fc.assert(
      fc.property(kept, kept, of('x', '\n'), of('c', 'd'), (left, right, inserted, dropped) => {
        // Letters and marks that occur in one part only make "the same place" a fact and not a matter of taste.
        const before = `${dropped}<${left}[]${right}>`;
        const after = `<${left}[]${right}>${inserted}`;
        const place = carry(before, after, before.indexOf(']'));
        expect(after.slice(place - 1, place + 1)).toBe('[]');
      }),
      { numRuns: 2_000 },
    );
  });
});

test('positions and offsets are each other’s inverse, over lines and references', () => {
  const doc = schema.node('doc', null, [
    schema.node('block', { kind: 'paragraph' }, [schema.text('alpha')]),
    schema.node('reference', { value: '{}', text: 'x' }),
    schema.node('block', { kind: 'bullet' }),
    schema.node('block', { kind: 'bullet' }, [schema.text('be')]),
  ]);
  expect(flatText(doc)).toBe('alpha\n\uFFFC\n\nbe');
  doc.descendants((node, pos) => {
    for (let at = pos + 1; node.isTextblock && at <= pos + 1 + node.content.size; at++) {
      expect(positionOf(doc, offsetOf(doc, at))).toBe(at);
    }
    return true;
  });
});
