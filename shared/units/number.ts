import { no, ok, type Result } from '../wire/result.ts';

/** Between a number and its unit: a line never breaks there. */
export const noBreakSpace = '\u00A0';

const minus = '\u2212';

/** A number of plain digits: no exponent, no sign but a leading minus. */
const plainDecimal = /^(-?)(\d+)(?:\.(\d+))?$/;

/** The shortest plain digits of a number; floating noise (0.1 + 0.2) is left out, an exponent is written out. */
function plainDigits(value: number): string {
  const [mantissa = '0', exponent] = value.toPrecision(12).split('e');
  const [whole = '0', fraction = ''] = mantissa.replace('-', '').split('.');
  const shift = Number(exponent ?? 0);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const sign = value < 0 ? '-' : '';
  return `${sign}${padded.slice(0, at)}${at < padded.length ? `.${padded.slice(at)}` : ''}`;
}

/**
 * A number as clinicians read it: a zero before the point, none after the last digit, thousands in groups. Takes a
 * number or a plain decimal string; anything else is not a number and comes back as it is.
 */
export function formatNumber(value: number | string): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'not a number';
  const plain = typeof value === 'number' ? plainDigits(value) : value.trim();
  const match = plainDecimal.exec(plain);
  if (!match) return plain;
  const whole = match[2]!.replace(/^0+(?=\d)/, '').replace(/\B(?=(?:\d{3})+$)/g, ',');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  const sign = match[1] === '-' && /[1-9]/.test(plain) ? minus : '';
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A number rounded to so many digits after the point, then written as above. */
export const formatRounded = (value: number, digits: number): string =>
  Number.isFinite(value) ? formatNumber(value.toFixed(digits)) : formatNumber(value);

/**
 * What a person typed into a number field, as a plain decimal string (`0.5`, `1000`). A comma is refused, never
 * guessed: 1,5 may mean one and a half and 1,500 a thousand and more.
 */
export function parseDecimal(typed: string): Result<string, string> {
  const text = typed.trim();
  if (text === '') return no('Write a number.');
  if (/^\d*,\d+$/.test(text)) {
    const [whole = '', rest = ''] = text.split(',');
    const asPoint = `${whole === '' ? '0' : whole}.${rest}`;
    return no(
      rest.length === 3 && whole !== '' && whole !== '0'
        ? `A comma is not read here. Write ${whole}${rest}, or ${asPoint} with a point.`
        : `A comma is not read here. Write ${asPoint} with a point.`,
    );
  }
  if (text.includes(','))
    return no(`A comma is not read here. Write ${text.replaceAll(',', '')} without commas.`);
  if (/^[-+\u2212]/.test(text)) return no('Write the number without a sign.');
  if (/^\d+\.$/.test(text)) return no(`Write ${text.slice(0, -1)} without a point, or the digits after it.`);
  if (!/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text))
    return no('Write a number with digits and a point, such as 2.5.');
  const [whole = '', fraction = ''] = text.split('.');
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  const kept = fraction.replace(/0+$/, '');
  return ok(kept === '' ? digits : `${digits}.${kept}`);
}
