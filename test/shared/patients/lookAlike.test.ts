import { expect, test } from 'vitest';
import { lookAlikesAmong, lookAlikesFound } from '../../../shared/patients/lookAlike.ts';

const person = (id: string, family: string, given: string, birthDate: string | null = null) => ({
  id,
  family,
  given,
  birthDate,
});
const brandt = person('1', 'Brandt', 'Ilse', '1949-11-05');

test.each([
  ['the same family name', person('2', 'Brandt', 'Karl'), ['similar-name']],
  ['a family name one letter off', person('2', 'Brand', 'Otto'), ['similar-name']],
  ['the same birth date', person('2', 'Okafor', 'Ada', '1949-11-05'), ['same-birth-date']],
  ['both', person('2', 'Brandt', 'Karl', '1949-11-05'), ['similar-name', 'same-birth-date']],
  ['nothing', person('2', 'Okafor', 'Ada', '1950-11-05'), []],
  ['only themselves', brandt, []],
])('on one ward somebody is told from somebody with %s', (_what, other, kinds) => {
  expect(lookAlikesAmong(brandt, [brandt, other])).toEqual(kinds);
});

test('a year that two share tells nothing', () => {
  expect(lookAlikesAmong(person('1', 'A', 'B', '1949'), [person('2', 'C', 'D', '1949')])).toEqual([]);
});

test('among those found, it is whole names that are alike, and dates that were not asked for', () => {
  const found = [
    brandt,
    person('2', 'Brandt', 'Karl'),
    person('3', 'Brand', 'Ilse'),
    person('4', 'Moss', 'Ann', '1949-11-05'),
  ];
  expect([...lookAlikesFound(found, 'Brandt')]).toEqual([
    ['1', ['similar-name', 'same-birth-date']],
    ['2', []],
    ['3', ['similar-name']],
    ['4', ['same-birth-date']],
  ]);
  const adeyemis = [person('1', 'Adeyemi', 'Joseph'), person('2', 'Adeyemi-Clarke', 'Josephine')];
  expect([...lookAlikesFound(adeyemis, 'adeyemi').values()]).toEqual([['similar-name'], ['similar-name']]);
  expect(lookAlikesFound(found, '5-Nov-1949').get('4')).toEqual([]);
});
