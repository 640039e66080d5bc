import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNumber, formatRounded, parseDecimal } from '../../../shared/units/number.ts';

describe('a number is written so that it cannot be misread', () => {
  test.each<[number | string, string]>([
    [0.5, '0.5'],
    ['0.50', '0.5'],
    [5, '5'],
    ['5.0', '5'],
    ['5.00', '5'],
    [1000, '1,000'],
    ['1234567.250', '1,234,567.25'],
    [999, '999'],
    [0, '0'],
    ['0.0', '0'],
    [-0, '0'],
    ['-0.0', '0'],
    [-2.5, '\u22122.5'],
    [0.1 + 0.2, '0.3'],
    [1e-7, '0.0000001'],
    [1.5e21, '1,500,000,000,000,000,000,000'],
    ['007', '7'],
    [Number.NaN, 'not a number'],
    [Infinity, 'not a number'],
    ['<0.2', '<0.2'],
  ])('%s is %s', (value, shown) => {
    expect(formatNumber(value)).toBe(shown);
  });

  test('no number ever shows a naked point, a trailing zero or an exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (value) => {
        const shown = formatNumber(value);
        expect(shown).toMatch(/^\u2212?(?:0|[1-9]\d{0,2}(?:,\d{3})*)(?:\.\d*[1-9])?$/);
      }),
    );
  });

  test('what is shown is the number, to twelve digits', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-9, max: 1e15 }), (value) => {
        const back = Number(formatNumber(value).replaceAll(',', ''));
        expect(Math.abs(back - value) / value).toBeLessThan(1e-11);
      }),
    );
  });

  test('decimal strings keep every digit that counts', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.stringMatching(/^\d{0,8}[1-9]$/), (whole, fraction) => {
        expect(formatNumber(`${whole}.${fraction}00`).replaceAll(',', '')).toBe(`${whole}.${fraction}`);
      }),
    );
  });

  test('rounding does not leave zeros behind', () => {
    expect(formatRounded(37.04, 1)).toBe('37');
    expect(formatRounded(2.449, 1)).toBe('2.4');
  });
});

describe('a typed number', () => {
  test.each([
    ['5', '5'],
    [' 2.5 ', '2.5'],
    ['.5', '0.5'],
    ['5.0', '5'],
    ['0.50', '0.5'],
    ['007', '7'],
    ['1000', '1000'],
    ['0', '0'],
  ])('%s is read as %s', (typed, value) => {
    expect(parseDecimal(typed)).toEqual({ ok: true, value });
  });

  test.each([
    ['0,5', 'A comma is not read here. Write 0.5 with a point.'],
    [',5', 'A comma is not read here. Write 0.5 with a point.'],
    ['2,50', 'A comma is not read here. Write 2.50 with a point.'],
    ['1,500', 'A comma is not read here. Write 1500, or 1.500 with a point.'],
    ['0,125', 'A comma is not read here. Write 0.125 with a point.'],
    ['1,234.5', 'A comma is not read here. Write 1234.5 without commas.'],
    ['5.', 'Write 5 without a point, or the digits after it.'],
    ['-5', 'Write the number without a sign.'],
    ['+5', 'Write the number without a sign.'],
    ['', 'Write a number.'],
    ['5 mg', 'Write a number with digits and a point, such as 2.5.'],
    ['1e3', 'Write a number with digits and a point, such as 2.5.'],
    ['1.2.3', 'Write a number with digits and a point, such as 2.5.'],
    ['٥', 'Write a number with digits and a point, such as 2.5.'],
  ])('%s is refused with a reason', (typed, error) => {
    expect(parseDecimal(typed)).toEqual({ ok: false, error });
  });

  test('nothing with a comma in it is ever read', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{0,4},[\d.,]{0,5}$/), (typed) => {
        expect(parseDecimal(typed).ok).toBe(false);
      }),
    );
  });

  test('what is read and shown again is the same number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,7}(\.\d{1,5})?$/), (typed) => {
        const read = parseDecimal(typed);
        expect(read.ok && Number(formatNumber(read.value).replaceAll(',', ''))).toBe(Number(typed));
      }),
    );
  });
});
