import { describe, expect, test } from 'vitest';
import { aliasOf, mrnOf } from '../../../shared/patients/given.ts';
import { matchOf, type Identity } from '../../../shared/patients/matching.ts';
import { isNationalNumber } from '../../../shared/patients/nationalNumber.ts';

type Short = [
  family: string,
  given: string,
  birthDate: string | null,
  sex: string,
  more?: { number?: string; phone?: string; former?: string },
];

const person = ([family, given, birthDate, sex, { number, phone, former } = {}]: Short): Identity => ({
  names: [{ family, given }, ...(former === undefined ? [] : [{ family: former, given }])],
  birthDate,
  sex,
  nationalNumbers: number === undefined ? [] : [number],
  phones: phone === undefined ? [] : [phone],
});

describe('who looks like the same person', () => {
  test.each<[string, 'likely' | 'possible', Short, Short]>([
    [
      'the same in all',
      'likely',
      ['Okonkwo', 'Grace', '1957-02-14', 'female'],
      ['Okonkwo', 'Grace', '1957-02-14', 'female'],
    ],
    [
      'accents left out',
      'likely',
      ['Muñoz', 'José', '1957-02-14', 'male'],
      ['Munoz', 'Jose', '1957-02-14', 'male'],
    ],
    [
      'spelt as it sounds',
      'likely',
      ['Schmidt', 'Katherine', '1957-02-14', 'female'],
      ['Shmitt', 'Catherine', '1957-02-14', 'female'],
    ],
    [
      'two letters swapped',
      'likely',
      ['Hartley', 'Anne', '1957-02-14', 'female'],
      ['Hatrley', 'Anne', '1957-02-14', 'female'],
    ],
    [
      'names in each other’s fields',
      'likely',
      ['Nguyen', 'Minh', '1957-02-14', 'male'],
      ['Minh', 'Nguyen', '1957-02-14', 'male'],
    ],
    [
      'day and month swapped',
      'likely',
      ['Nowak', 'Jan', '1957-02-11', 'male'],
      ['Nowak', 'Jan', '1957-11-02', 'male'],
    ],
    [
      'one digit of the birth date wrong',
      'likely',
      ['Nowak', 'Jan', '1957-02-11', 'male'],
      ['Nowak', 'Jan', '1957-02-17', 'male'],
    ],
    [
      'second name left out',
      'likely',
      ['Walsh', 'Mary Ann', '1957-02-14', 'female'],
      ['Walsh', 'Mary', '1957-02-14', 'female'],
    ],
    [
      'only one half of a double name',
      'likely',
      ['Adeyemi-Clarke', 'Josephine', '1957-02-14', 'female'],
      ['Clarke', 'Josephine', '1957-02-14', 'female'],
    ],
    [
      'married, with her former name told',
      'likely',
      ['Brandt', 'Ilse', '1949-11-05', 'female', { former: 'Vogel' }],
      ['Vogel', 'Ilse', '1949-11-05', 'female'],
    ],
    [
      'married, and nobody told',
      'possible',
      ['Brandt', 'Ilse', '1949-11-05', 'female'],
      ['Vogel', 'Ilse', '1949-11-05', 'female'],
    ],
    [
      'twins of one sex',
      'likely',
      ['Singh', 'Amar', '2019-06-01', 'male', { phone: '+44 20 7946 0991' }],
      ['Singh', 'Dev', '2019-06-01', 'male', { phone: '020 7946 0991' }],
    ],
    [
      'a birth year alone',
      'possible',
      ['Tanaka', 'Ken', '1957', 'male'],
      ['Tanaka', 'Ken', '1957-02-14', 'male'],
    ],
    [
      'no birth date at all',
      'possible',
      ['Tanaka', 'Ken', null, 'male'],
      ['Tanaka', 'Ken', '1957-02-14', 'male'],
    ],
    [
      'one national number, everything else different',
      'likely',
      ['Tanaka', 'Ken', '1957-02-14', 'male', { number: '943 476 5919' }],
      ['Walsh', 'Mary', '1980-01-01', 'female', { number: '9434765919' }],
    ],
    [
      'same name and telephone, birth date off',
      'possible',
      ['Walsh', 'Mary', '1957-02-14', 'female', { phone: '020 7946 0991' }],
      ['Walsh', 'Mary', '1961-08-30', 'female', { phone: '020 7946 0991' }],
    ],
  ])('%s', (_why, band, one, other) => {
    expect(matchOf(person(one), person(other)).band).toBe(band);
    expect(matchOf(person(other), person(one)).band).toBe(band);
  });

  test.each<[string, Short, Short]>([
    [
      'a common name, born on another day',
      ['Smith', 'John', '1957-02-14', 'male'],
      ['Smith', 'John', '1961-08-30', 'male'],
    ],
    [
      'father and son at one telephone',
      ['Smith', 'John', '1957-02-14', 'male', { phone: '020 7946 0991' }],
      ['Smith', 'John', '1985-08-30', 'male', { phone: '020 7946 0991' }],
    ],
    [
      'born on one day',
      ['Okafor', 'Ngozi', '1957-02-14', 'female'],
      ['Lindqvist', 'Astrid', '1957-02-14', 'female'],
    ],
    [
      'brother and sister, twins',
      ['Singh', 'Amar', '2019-06-01', 'male'],
      ['Singh', 'Jaya', '2019-06-01', 'female'],
    ],
    [
      'one family, one telephone',
      ['Hughes', 'Owen', '1957-02-14', 'male', { phone: '020 7946 0991' }],
      ['Hughes', 'Carys', '1960-05-09', 'female', { phone: '020 7946 0991' }],
    ],
    [
      'two national numbers',
      ['Nowak', 'Jan', '1957-02-11', 'male', { number: '9434765919' }],
      ['Nowak', 'Jan', '1961-12-17', 'male', { number: '9434765870' }],
    ],
    ['nothing but a sex', ['', '', null, 'male'], ['', '', null, 'male']],
  ])('not: %s', (_why, one, other) => {
    expect(matchOf(person(one), person(other)).band).toBe('no');
    expect(matchOf(person(other), person(one)).band).toBe('no');
  });

  test('the reasons are named', () => {
    const match = matchOf(
      person(['Nowak', 'Jan', '1957-02-11', 'male']),
      person(['Novak', 'Jan', '1957-11-02', 'female']),
    );
    expect(match.reasons).toEqual(['similar-name', 'similar-birth-date', 'other-sex']);
  });
});

describe('what a site gives', () => {
  test('no record number comes twice, and one wrong or swapped digit is found', () => {
    const numbers = Array.from({ length: 5_000 }, (_, sequence) => mrnOf(sequence));
    expect(new Set(numbers).size).toBe(5_000);
    expect(new Set(numbers.map((number) => number.slice(0, -1))).size).toBe(5_000);
    expect(numbers.every((number) => /^6\d{7}$/.test(number))).toBe(true);
  });

  test('no name for an unidentified patient comes twice, and neighbours differ in word and number', () => {
    const names = Array.from({ length: 5_000 }, (_, sequence) => aliasOf(sequence));
    expect(new Set(names).size).toBe(5_000);
    for (const [index, name] of names.slice(1).entries()) {
      const [word, number] = name.split(' ');
      const [wordBefore, numberBefore] = names[index]!.split(' ');
      expect(word).not.toBe(wordBefore);
      expect(number).not.toBe(numberBefore);
    }
  });
});

describe('a national number', () => {
  test.each([
    ['gb-nhs', '943 476 5919', true],
    ['gb-nhs', '943 476 5918', false],
    ['us-ssn', '999-26-2722', false],
    ['us-ssn', '219-09-9999', true],
    ['us-ssn', '666-12-1234', false],
    ['us-ssn', '219-00-9999', false],
    ['nl-bsn', '111222333', true],
    ['nl-bsn', '111222334', false],
    ['nl-bsn', '000000000', false],
    ['be-nn', '85.07.30-033.28', true],
    ['be-nn', '85.07.30-033.29', false],
    ['be-nn', '17 07 30 033 84', true],
    ['other', 'AB-12/3', true],
    ['other', 'A;B', false],
  ] as const)('%s %s: %s', (scheme, value, holds) => {
    expect(isNationalNumber(scheme, value)).toBe(holds);
  });
});
