import { beforeAll, describe, expect, test } from 'vitest';
import { openUnits, substanceOf, type Units } from '../../../server/terminology/ucum.ts';

let units: Units;
beforeAll(async () => {
  units = await openUnits();
});

describe('a value in another unit', () => {
  test.each([
    // Exact by definition (SI; international pound and inch of 1959).
    ['1', '[lb_av]', 'kg', '0.45359237'],
    ['70', 'kg', 'g', '70000'],
    ['180', 'cm', '[in_i]', '70.8661417323'],
    ['98.6', '[degF]', 'Cel', '37'],
    ['140', 'g/L', 'g/dL', '14'],
    ['5', '10*9/L', '10*3/uL', '5'],
    // UCUM defines the metre of mercury as 133.322 kPa.
    ['120', 'mm[Hg]', 'kPa', '15.99864'],
    ['7.25', 'mg', 'mg', '7.25'],
    ['0.250', 'mg', 'ug', '250'],
  ])('%s %s is %s %s', (value, from, to, expected) => {
    const found = units.convert(value, from, to);
    expect(found).not.toBeNull();
    expect(Number(found)).toBeCloseTo(Number(expected), 9);
  });

  test('with the same unit is the very digits that were written', () => {
    expect(units.convert('7.250', 'mg/dL', 'mg/dL')).toBe('7.250');
  });

  test.each([
    // Factors of the AMA Manual of Style, 11th edition, table of SI conversions.
    ['glucose', '2345-7', '90', 'mg/dL', 'mmol/L', 90 * 0.0555],
    ['creatinine', '2160-0', '1', 'mg/dL', 'umol/L', 88.4],
    ['urea nitrogen', '3094-0', '20', 'mg/dL', 'mmol/L', 20 * 0.357],
    ['cholesterol', '2093-3', '200', 'mg/dL', 'mmol/L', 200 * 0.0259],
    ['triglycerides', '2571-8', '150', 'mg/dL', 'mmol/L', 150 * 0.0113],
    ['calcium', '17861-6', '10', 'mg/dL', 'mmol/L', 2.5],
    ['magnesium', '19123-9', '2', 'mg/dL', 'mmol/L', 2 * 0.411],
    ['bilirubin', '1975-2', '1', 'mg/dL', 'umol/L', 17.104],
    ['urate', '3084-1', '6', 'mg/dL', 'umol/L', 6 * 59.485],
  ])('%s (%s): %s %s in %s', (_name, loinc, value, from, to, expected) => {
    const found = Number(units.convert(value, from, to, substanceOf(loinc)));
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.004);
  });

  test.each([
    // An ion of charge n brings n equivalents a mole.
    ['sodium', '2951-2', '140', 140],
    ['calcium', '2000-8', '5', 2.5],
  ])('%s (%s): %s meq/L in mmol/L', (_name, loinc, value, expected) => {
    expect(Number(units.convert(value, 'meq/L', 'mmol/L', substanceOf(loinc)))).toBeCloseTo(expected, 9);
  });

  test.each([
    ['mL/min/{1.73_m2}', 'mL/min', 'of a body of usual size'],
    ['mg{FEU}/L', 'mg{DDU}/L', 'fibrinogen units, D-dimer units'],
    ['%', 'mmol/mol', 'haemoglobin A1c of NGSP and of IFCC'],
    ['mosm/kg', 'mmol/kg', 'particles, not molecules'],
  ])('%s and %s are two measures (%s)', (one, other) => {
    expect(units.convert('60', one, other)).toBeNull();
    expect(units.convert('60', other, one)).toBeNull();
  });

  test('names of what is counted change nothing', () => {
    expect(units.convert('72', '{beats}/min', '/min')).toBe('72');
  });

  test('never goes from mass to amount without knowing the substance', () => {
    expect(units.convert('90', 'mg/dL', 'mmol/L')).toBeNull();
    expect(substanceOf('718-7')).toBeUndefined();
  });

  test.each([
    ['1', 'mg', 'mL'],
    ['1', '[IU]', 'mg'],
    ['1', 'tablet', 'mg'],
    ['abc', 'mg', 'g'],
    ['', 'mg', 'g'],
    ['Infinity', 'mg', 'g'],
  ])('there is none for %s %s in %s', (value, from, to) => {
    expect(units.convert(value, from, to)).toBeNull();
  });
});

test('units of one dimension can be compared, others cannot', () => {
  expect(units.sameDimension('mmol/L', 'umol/mL')).toBe(true);
  expect(units.sameDimension('mg/dL', 'mmol/L')).toBe(false);
  expect(units.isUnit('mL/min/{1.73_m2}')).toBe(true);
  expect(units.isUnit('furlong per fortnight')).toBe(false);
});
