/** National patient numbers that are known here; `other` takes what fits no rule. */
export const nationalSchemes = ['us-ssn', 'gb-nhs', 'nl-bsn', 'be-nn', 'other'] as const;
export type NationalScheme = (typeof nationalSchemes)[number];

const digitsOf = (value: string): number[] => [...value].map(Number);
const weighted = (digits: number[], weights: number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * digits[index]!, 0);

const rules: Record<NationalScheme, { shape: RegExp; holds: (value: string) => boolean }> = {
  // Area, group and serial are never all zeros; areas 666 and from 900 are not given (SSA, 2011).
  'us-ssn': { shape: /^\d{9}$/, holds: (value) => !/^(000|666|9)|^.{3}00|0000$/.test(value) },
  // NHS Data Dictionary: modulus 11 over nine digits; a check digit of 10 is never given.
  'gb-nhs': {
    shape: /^\d{10}$/,
    holds: (value) => {
      const digits = digitsOf(value);
      const check = (11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
      return check === digits[9];
    },
  },
  // Burgerservicenummer: the "elfproef", in which the last digit counts negatively.
  'nl-bsn': {
    shape: /^\d{9}$/,
    holds: (value) => {
      const sum = weighted(digitsOf(value), [9, 8, 7, 6, 5, 4, 3, 2, -1]);
      return sum !== 0 && sum % 11 === 0;
    },
  },
  // Rijksregisternummer: 97 minus the first nine digits modulo 97; who was born from 2000 on has a 2 before them.
  'be-nn': {
    shape: /^\d{11}$/,
    holds: (value) => {
      const check = Number(value.slice(9));
      return [value.slice(0, 9), `2${value.slice(0, 9)}`].some((base) => 97 - (Number(base) % 97) === check);
    },
  },
  other: { shape: /^[\p{L}\p{N}./-]{3,30}$/u, holds: () => true },
};

/** As it is kept: without the spaces, points and strokes that people write between groups. */
export function normalNationalNumber(scheme: NationalScheme, typed: string): string {
  const value = typed.trim();
  return scheme === 'other' ? value.replace(/\s+/g, '') : value.replace(/[\s.\-\u2010\u2011/]/g, '');
}

/** Whether a number can be one of its scheme: its shape and its check digits. */
export function isNationalNumber(scheme: NationalScheme, typed: string): boolean {
  const value = normalNationalNumber(scheme, typed);
  return rules[scheme].shape.test(value) && rules[scheme].holds(value);
}
