import { describe, expect, test } from 'vitest';
import { ageWords, yearsBetween } from '../../../shared/units/age.ts';
import { formatMrn, formatNationalNumber } from '../../../shared/units/identifiers.ts';
import { ago, durationWords, overdueWords } from '../../../shared/units/relative.ts';

const shown = (text: string | null): string | undefined => text?.replaceAll('\u00A0', ' ');

describe('age', () => {
  test.each<[string | null, string]>([
    ['1957-02-14', '69 y'],
    ['1957-11-22', '69 y'],
    ['1957-11-23', '68 y'],
    ['2024-11-22', '2 y'],
    ['2024-11-23', '23 months'],
    ['2026-10-22', '1 month'],
    ['2026-10-25', '0 months'],
    ['2026-10-26', '27 days'],
    ['2026-11-21', '1 day'],
    ['2026-11-22', '0 days'],
    ['2026-11-23', 'age unknown'],
    ['1957', 'about 69 y'],
    ['1957-02', 'about 69 y'],
    ['2030', 'age unknown'],
    ['unknown', 'age unknown'],
    [null, 'age unknown'],
  ])('born %s is %s on 22-Nov-2026', (birthDate, words) => {
    expect(shown(ageWords(birthDate, '2026-11-22'))).toBe(words);
  });

  test('born on a leap day, a year is full on the day after it', () => {
    expect(yearsBetween('2008-02-29', '2026-02-28')).toBe(17);
    expect(yearsBetween('2008-02-29', '2026-03-01')).toBe(18);
    expect(yearsBetween('2008', '2026-03-01')).toBeNull();
  });
});

describe('identifiers are grouped for reading', () => {
  test.each([
    ['44712086', '4471 2086'],
    ['4471 2086', '4471 2086'],
    ['12345', '12345'],
    ['123456789', '1234 5678 9'],
    ['4faa1b09-00', '4faa1b09-00'],
  ])('MRN %s', (mrn, written) => {
    expect(shown(formatMrn(mrn))).toBe(written);
  });

  test.each([
    ['9994120087', '999 412 0087'],
    ['999-412-0087', '999 412 0087'],
    ['999887766', '9998 8776 6'],
    ['S99912', 'S99912'],
  ])('national number %s', (number, written) => {
    expect(shown(formatNationalNumber(number))).toBe(written);
  });
});

describe('relative time', () => {
  const now = new Date('2026-11-22T03:12:00Z');
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  const minute = 60_000;

  test.each([
    [59_000, 'just now'],
    [-59_000, 'just now'],
    [minute, '1 min ago'],
    [12 * minute, '12 min ago'],
    [59 * minute, '59 min ago'],
    [60 * minute, '1 h ago'],
    [47 * 60 * minute, '47 h ago'],
    [48 * 60 * minute, '2 days ago'],
    [400 * 24 * 60 * minute, '1 year ago'],
    [800 * 24 * 60 * minute, '2 years ago'],
    [-4 * 60 * minute, 'in 4 h'],
  ])('%d ms is %s', (ms, words) => {
    expect(shown(ago(before(ms), now))).toBe(words);
  });

  test('overdue counts from the due time, after a minute', () => {
    expect(shown(overdueWords(before(24 * minute), now))).toBe('Overdue 24 min');
    expect(overdueWords(before(59_000), now)).toBeNull();
    expect(overdueWords(before(-minute), now)).toBeNull();
    expect(overdueWords(null, now)).toBeNull();
    expect(shown(durationWords(90 * minute))).toBe('1 h');
  });
});
