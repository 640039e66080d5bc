import { describe, expect, it } from 'vitest';
import { hasWords, lookThrough, snippetOf, wordsOf } from '../../../shared/patients/findWords.ts';

const finds = (text: string, typed: string): boolean => hasWords(lookThrough(text), wordsOf(typed));

describe('finding words in a chart', () => {
  it.each([
    ['Potassium 5.2 mmol/L', 'pota', true],
    ['Potassium 5.2 mmol/L', '5.2 potassium', true],
    ['Hypotension', 'tension', false],
    ['Señora Müller', 'senora muller', true],
    ['Straße', 'strasse', true],
    ['COVID-19 swab', 'covid 19', true],
    ['pneumonia', 'pneumonia sepsis', false],
  ])('in “%s”, “%s”: %s', (text, typed, expected) => {
    expect(finds(text, typed)).toBe(expected);
  });

  it('marks the words as they are written', () => {
    const found = snippetOf('Straße was wet; the MÜLLER family came.', wordsOf('strass muller'))!;
    expect(found.marks.map(([from, to]) => found.text.slice(from, to))).toEqual(['Straß', 'MÜLLER']);
  });

  it('shows the piece in which the first word stands', () => {
    const text = `${'word '.repeat(100)}sepsis ${'more '.repeat(100)}`;
    const found = snippetOf(text, ['sepsis'])!;
    expect(found.text).toContain('sepsis');
    expect(found.text.length).toBeLessThanOrEqual(180);
    const [from, to] = found.marks[0]!;
    expect(found.text.slice(from, to)).toBe('sepsis');
  });

  it('has no piece to show where no word stands', () => {
    expect(snippetOf('calm', ['storm'])).toBeNull();
  });
});
