import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NoteContent, NoteLine } from '../../../shared/documents/note.ts';
import { changesIn, difference, type ShownSection } from '../../../client/signing/difference.ts';

const line = (text: string, more: Partial<NoteLine> = {}): NoteLine => ({
  kind: 'paragraph',
  runs: text === '' ? [] : [{ text }],
  ...more,
});
const note = (...lines: NoteLine[]): NoteContent => ({ sections: [{ id: 's', title: 'Plan', lines }] });
const said = (sections: ShownSection[]): string[] =>
  sections.flatMap(({ lines }) =>
    lines.map(({ pieces }) =>
      pieces
        .map(({ text, change }) => (change === 'same' ? text : `${change === 'added' ? '+' : '-'}[${text}]`))
        .join(''),
    ),
  );

describe('what has changed in a note', () => {
  test('is marked word by word', () => {
    const shown = difference(note(line('Target 88 to 92 %')), note(line('Target 92 to 96 %. Call.')));
    expect(said(shown)).toEqual(['Target -[88]+[92] to -[92]+[96] %+[. Call.]']);
  });

  test('is nothing when nothing has', () => {
    const same = note(line('One'), line('Two'));
    expect(changesIn(difference(same, same))).toEqual([]);
  });

  test.each<[string, NoteLine, NoteLine]>([
    ['of another kind', line('Weigh'), line('Weigh', { kind: 'bullet' })],
    [
      'now ticked',
      line('Weigh', { kind: 'check', checked: false }),
      line('Weigh', { kind: 'check', checked: true }),
    ],
    ['now bold', line('Weigh'), line('', { runs: [{ text: 'Weigh', marks: { bold: {} } }] })],
  ])('is a line with the same words that is %s', (_what, before, now) => {
    expect(changesIn(difference(note(before), note(now)))).toHaveLength(1);
  });

  test('tells lines that came from lines that went', () => {
    const shown = difference(
      note(line('One'), line('Two'), line('Three')),
      note(line('One'), line('Three'), line('Four')),
    );
    expect(shown[0]!.lines.map(({ change }) => change)).toEqual(['same', 'removed', 'same', 'added']);
  });

  test('shows a section that is gone', () => {
    const shown = difference(note(line('One')), { sections: [] });
    expect(said(shown)).toEqual(['-[One]']);
  });

  test('leaves what stands now when the removed is taken away, and what stood when the added is', () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.'), maxLength: 12 }), {
      maxLength: 6,
    });
    const without = (sections: ShownSection[], gone: 'added' | 'removed'): string[] =>
      sections.flatMap(({ lines }) =>
        lines
          .filter(({ change }) => change !== gone)
          .map(({ pieces }) =>
            pieces
              .filter(({ change }) => change !== gone)
              .map(({ text }) => text)
              .join(''),
          ),
      );
    fc.assert(
      fc.property(lines, lines, (before, now) => {
        const shown = difference(
          note(...before.map((text) => line(text))),
          note(...now.map((text) => line(text))),
        );
        expect(without(shown, 'removed')).toEqual(now);
        expect(without(shown, 'added')).toEqual(before);
      }),
    );
  });
});
