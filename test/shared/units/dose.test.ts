import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDose, formatQuantity, formatStrength } from '../../../shared/units/dose.ts';
import { formatNumber } from '../../../shared/units/number.ts';

/** A no-break space, made visible in the tables. */
const shown = (text: string): string => text.replaceAll('\u00A0', '~');

describe('a dose', () => {
  test.each([
    ['500', 'mg', '500~mg'],
    ['0.5', 'mg', '0.5~mg'],
    ['5.0', 'mg', '5~mg'],
    ['1000', 'mg', '1,000~mg'],
    ['1', 'U', '1~unit'],
    ['10', 'IU', '10~units'],
    ['10', '[iU]', '10~units'],
    ['62.5', 'µg', '62.5~micrograms'],
    ['62.5', 'μg', '62.5~micrograms'],
    ['1', 'ug', '1~microgram'],
    ['5', 'cc', '5~mL'],
    ['80', 'mL/h', '80~mL~per~hour'],
    ['5', 'ug/kg/min', '5~micrograms~per~kg~per~minute'],
    ['1', 'tablet', '1~tablet'],
    ['2', 'tablet', '2~tablets'],
    ['0.5', 'tablet', '0.5~tablets'],
    ['2', 'puff', '2~puffs'],
    ['40', 'mmol', '40~mmol'],
  ])('%s %s is %s', (value, unit, written) => {
    expect(shown(formatDose({ value, unit }))).toBe(written);
  });

  test('micrograms are mcg where the site says so', () => {
    expect(shown(formatDose({ value: 62.5, unit: 'ug' }, { micrograms: 'mcg' }))).toBe('62.5~mcg');
    expect(shown(formatDose({ value: '100', unit: 'microgram' }, { micrograms: 'mcg' }))).toBe('100~mcg');
  });

  const units = [
    'mg',
    'g',
    'µg',
    'μg',
    'mcg',
    'ug',
    'U',
    'IU',
    'units',
    'mL',
    'cc',
    'mL/h',
    'ug/kg/min',
    'tablet',
  ];

  test('no dose has a naked point, a trailing zero, a breakable gap, a slash, a Greek letter or a lone U', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: 0.0001, max: 100_000 }),
        fc.constantFrom(...units),
        fc.boolean(),
        (value, unit, mcg) => {
          const dose = formatDose({ value, unit }, mcg ? { micrograms: 'mcg' } : {});
          expect(dose).not.toMatch(/(?:^|\D)\.\d/);
          expect(dose).not.toMatch(/\.\d*0(?!\d)/);
          expect(dose).not.toMatch(/[ \t\n]/);
          expect(dose).not.toMatch(/[/\u00B5\u03BC]/);
          expect(dose).not.toMatch(/\u00A0I?U(?:$|\u00A0)/);
          expect(dose).toMatch(/^[\d,.]+\u00A0\S/);
        },
      ),
    );
  });
});

describe('a measured value', () => {
  test.each<[number, string | null, string]>([
    [71.4, 'kg', '71.4~kg'],
    [93, '%', '93~%'],
    [5.2, 'mmol/L', '5.2~mmol/L'],
    [118, 'mm[Hg]', '118~mmHg'],
    [22, '/min', '22~/min'],
    [22, '{breaths}/min', '22~/min'],
    [37.8, 'Cel', '37.8~°C'],
    [11.2, '10*9/L', '11.2~×10⁹/L'],
    [112, 'umol/L', '112~micromol/L'],
    [38, 'mL/min/{1.73_m2}', '38~mL/min/1.73~m²'],
    [40, 'µg/L', '40~micrograms/L'],
    [24, 'U/L', '24~units/L'],
    [1, 'U/L', '1~unit/L'],
    [2.6, '{INR}', '2.6'],
    [2.6, '1', '2.6'],
    [2.6, null, '2.6'],
  ])('%d %s is %s', (value, unit, written) => {
    expect(shown(formatQuantity(value, unit))).toBe(written);
  });

  test('no value parts from its unit at the end of a line', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1000, max: 100_000 }),
        fc.constantFrom('kg', 'mmol/L', 'mL/min/{1.73_m2}', 'ug/L', '/min', 'Cel', 'mm[Hg]'),
        (value, unit) => {
          const written = formatQuantity(value, unit);
          expect(written).not.toMatch(/[ \t\n\u00B5\u03BC]/);
          expect(written.startsWith(`${formatNumber(value)}\u00A0`)).toBe(true);
        },
      ),
    );
  });
});

describe('a strength', () => {
  test.each([
    ['10 mg per mL injection', '10~mg~per~mL injection'],
    ['10 mg/mL injection', '10~mg~per~mL injection'],
    ['125 mg/5 mL suspension', '125~mg~per~5~mL suspension'],
    ['500 mg tablet', '500~mg tablet'],
    ['875 mg with 125 mg tablet', '875~mg with 125~mg tablet'],
    ['.5 mg tablet', '0.5~mg tablet'],
    ['1.0 mg tablet', '1~mg tablet'],
    ['1000 mg tablet', '1,000~mg tablet'],
    ['100 U/mL', '100~units~per~mL'],
    ['100 µg inhaler', '100~micrograms inhaler'],
    ['25 mg/h patch', '25~mg~per~hour patch'],
    ['0.9 % infusion', '0.9~% infusion'],
    ['inhaler', 'inhaler'],
  ])('%s is %s', (text, written) => {
    expect(shown(formatStrength(text))).toBe(written);
  });
});
