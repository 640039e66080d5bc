import { listAt, textAt, type Resource } from './fhirValue.ts';
import { fold } from './search.ts';

/**
 * Words under which a patient's record is found again by another's: how the name sounds, and the end of each telephone
 * number. They begin with a sign that no search word has, so that typing never meets them.
 */
export function matchKeys(patient: Resource): string[] {
  const names = listAt(patient, 'name')
    .filter((name) => textAt(name, 'use') !== 'temp')
    .flatMap((name) => familyKeys(textAt(name, 'family') ?? ''));
  const numbers = listAt(patient, 'telecom')
    .filter((each) => textAt(each, 'system') === 'phone')
    .flatMap((each) => phoneKey(textAt(each, 'value') ?? '') ?? []);
  return [...new Set([...names, ...numbers])];
}

/** One for each part of a family name that tells something. */
export const familyKeys = (family: string): string[] =>
  fold(family)
    .split(/[^\p{L}]+/u)
    .filter((part) => part.length >= 2)
    .map((part) => `~s${soundOf(part)}`);

/** The last eight digits: a country's prefix and a leading zero are written in one place and not in another. */
export const phoneDigits = (phone: string): string | null => {
  const digits = phone.replace(/\D/g, '');
  return digits.length >= 7 ? digits.slice(-8) : null;
};

export const phoneKey = (phone: string): string | null => {
  const digits = phoneDigits(phone);
  return digits === null ? null : `~t${digits}`;
};

/** Spellings that sound alike in the languages of most registers, longest first. */
const alike: [RegExp, string][] = [
  [/^(kn|gn|pn)/, 'n'],
  [/^wr/, 'r'],
  [/^x/, 's'],
  [/^(mac|mc)/, 'mk'],
  [/sch|sh|ch|cz|tsch/g, 'x'],
  [/ph|pf/g, 'f'],
  [/th|dt/g, 't'],
  [/ck|q|kh/g, 'k'],
  [/gh/g, 'g'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/z/g, 's'],
  [/v|w/g, 'v'],
  [/j|y/g, 'i'],
  [/d/g, 't'],
  [/b/g, 'p'],
  [/[gk]/g, 'k'],
  [/h/g, ''],
];

/**
 * How a word sounds, roughly: consonants that are confused become one, vowels after the first letter go, doubled
 * letters are single. Words only from Latin letters are reduced; others stand as they are.
 */
export function soundOf(word: string): string {
  let sound = fold(word).replace(/[^\p{L}]/gu, '');
  for (const [spelling, sign] of alike) sound = sound.replace(spelling, sign);
  const first = sound.slice(0, 1).replace(/[eiou]/, 'a');
  return (first + sound.slice(1).replace(/[aeiou]/g, '')).replace(/(.)\1+/gu, '$1');
}
