/** Splits at a character that no backslash stands before (R4, 3.1.1.4.0, escaping search parameters). */
export function splitAt(text: string, separator: ',' | '|' | '$'): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '\\' && at + 1 < text.length) part += character + text[++at]!;
    else if (character === separator) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

/** What is meant by a value once it is split. */
export const unescaped = (text: string): string => text.replace(/\\([\\,|$])/g, '$1');

export const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;
export type Prefix = (typeof prefixes)[number];

export function prefixOf(text: string): { prefix: Prefix; rest: string } {
  const prefix = prefixes.find((each) => text.startsWith(each));
  return prefix ? { prefix, rest: text.slice(2) } : { prefix: 'eq', rest: text };
}

/** A number as it was asked for, and the numbers that round to it: from `low`, up to but not `high`. */
export interface Precise {
  value: number;
  low: number;
  high: number;
}

const decimal = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Null for what is no decimal. Half a unit of the last digit to each side (R4, 3.1.1.4.6), reckoned in decimal:
 * 5.4 - 0.05 in binary is not the 5.35 that a resource says.
 */
export function preciseOf(text: string): Precise | null {
  const match = decimal.exec(text);
  if (!match) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  // One digit more than was given, so that half a unit is 5.
  const digits = BigInt(`${whole}${fraction}0`) * (sign === '-' ? -1n : 1n);
  const power = Number(exponent) - fraction.length - 1;
  const at = (scaled: bigint): number => Number(`${scaled}e${power}`);
  return { value: at(digits), low: at(digits - 5n), high: at(digits + 5n) };
}
