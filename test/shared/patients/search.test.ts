import { describe, expect, it } from 'vitest';
import { parseBirthDate, parsePatientQuery, searchable } from '../../../shared/patients/search.ts';
import { areSimilarNames } from '../../../shared/patients/similarName.ts';

/** As the database asks: every word begins some word. */
const finds = (typed: string, texts: string[]): boolean =>
  parsePatientQuery(typed).words.every((word) => searchable(texts).includes(` ${word}`));

describe('a search by name', () => {
  it.each([
    ['garcia', ['García Márquez', 'Inés']],
    ['GARCÍA', ['Garcia', 'Ines']],
    ['mar gar', ['García Márquez', 'Inés']],
    ['ostergard', ['Østergård', 'Bjørn']],
    ['strasse', ['Straße', 'Jo']],
    ["o'brien", ["O'Brien", 'Sean']],
    ['obrien', ["O'Brien", 'Sean']],
    ['o’brien', ["O'Brien", 'Sean']],
    ['brien', ["O'Brien", 'Sean']],
    ['el-amin', ['El-Amin', 'Nour']],
    ['elamin', ['El-Amin', 'Nour']],
    ['Okafor, Ada', ['Okafor', 'Ada']],
    ['李', ['李', '伟']],
    ['9aaf0e69-b188', ['Feeney', '9aaf0e69-b188-424b-8da5-e673dae73f32']],
    ['', ['Okafor', 'Ada']],
  ])('%j finds %j', (typed, texts) => {
    expect(finds(typed, texts)).toBe(true);
  });

  it.each([
    ['ann', ['Okafor', 'Joanna']],
    ['ada smith', ['Okafor', 'Ada']],
  ])('%j does not find %j', (typed, texts) => {
    expect(finds(typed, texts)).toBe(false);
  });

  it('never carries a wildcard into the database', () => {
    expect(parsePatientQuery('%_*').words).toEqual([]);
    expect(parsePatientQuery('a%b_c').words).toEqual(['a', 'b', 'c']);
  });
});

describe('a birth date', () => {
  it.each([
    '1957-02-14',
    '14-02-1957',
    '14/02/1957',
    '14.2.1957',
    '14-Feb-1957',
    '14-february-1957',
    '14Feb1957',
  ])('may be written %s', (text) => expect(parseBirthDate(text)).toBe('1957-02-14'));

  it.each(['1957-02-30', '31-02-1957', '14-Foo-1957', '1957', '57-02-14', '14-02-57'])(
    'is not %s',
    (text) => {
      expect(parseBirthDate(text)).toBeNull();
    },
  );

  it('stands beside words in any order, also written with spaces', () => {
    expect(parsePatientQuery('14 Feb 1957 okafor')).toEqual({
      words: ['okafor'],
      birthDates: ['1957-02-14'],
    });
    expect(parsePatientQuery('ada 1957-02-14')).toEqual({ words: ['ada'], birthDates: ['1957-02-14'] });
  });
});

describe('family names that can be confused', () => {
  it.each([
    ['Hartley', 'Hartley'],
    ['Hartley', 'HARTLEY'],
    ['Müller', 'Muller'],
    ["O'Brien", 'Obrien'],
    ['Hartley', 'Hartly'],
    ['Hartley', 'Hartlew'],
    ['Hartley', 'Hatrley'],
    ['Li', 'Li'],
    ['Hartley-Stone', 'Hartley'],
    ['Garcia Reyes', 'Soto Garcia'],
  ])('%s and %s', (one, other) => {
    expect(areSimilarNames(one, other)).toBe(true);
    expect(areSimilarNames(other, one)).toBe(true);
  });

  it.each([
    ['Hartley', 'Hastings'],
    ['Hartley', 'Harty'],
    ['Li', 'Lu'],
    ['Khan', 'Kahn'],
    ['van der Hart', 'van der Lee'],
    ['Stonehart', 'Hartstone'],
    ['', ''],
  ])('but not %j and %j', (one, other) => {
    expect(areSimilarNames(one, other)).toBe(false);
  });
});
