import { noBreakSpace } from './number.ts';

/** Digits in groups, so that two numbers can be compared aloud; anything but plain digits is left as it is. */
function grouped(value: string, sizes: (length: number) => number[]): string {
  const digits = value.replace(/[\s\u00A0-]/g, '');
  if (!/^\d+$/.test(digits)) return value;
  const groups: string[] = [];
  let from = 0;
  for (const size of sizes(digits.length)) {
    groups.push(digits.slice(from, from + size));
    from += size;
  }
  return groups.filter((group) => group !== '').join(noBreakSpace);
}

const fours = (length: number): number[] => Array.from({ length: Math.ceil(length / 4) }, () => 4);

/** `4471 2086`. */
export const formatMrn = (mrn: string): string =>
  grouped(mrn, (length) => (length < 6 ? [length] : fours(length)));

/** `999 412 0087`: ten digits as 3, 3, 4; other lengths in fours. */
export const formatNationalNumber = (number: string): string =>
  grouped(number, (length) => (length === 10 ? [3, 3, 4] : fours(length)));
