import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import {
  interpretObservation,
  isUsable,
  saysSomething,
  toSeries,
} from '../../../shared/patients/observations.ts';

const loinc = (code: string, display = code) => ({ coding: [{ system: 'http://loinc.org', code, display }] });
const potassium = (rest: object = {}): Resource => ({
  resourceType: 'Observation',
  id: 'o',
  status: 'final',
  category: [{ coding: [{ code: 'laboratory' }] }],
  code: loinc('6298-4', 'Potassium'),
  effectiveDateTime: '2026-03-01T08:00:00Z',
  valueQuantity: { value: 5.9, unit: 'mmol/L' },
  ...rest,
});
const range = (low: number | undefined, high: number | undefined, unit = 'mmol/L') => ({
  ...(low === undefined ? {} : { low: { value: low, unit } }),
  ...(high === undefined ? {} : { high: { value: high, unit } }),
});

describe('the flag of a result', () => {
  it('is the one its source gives', () => {
    const interpretation = [{ coding: [{ code: 'HH' }] }];
    expect(interpretObservation(potassium({ interpretation, referenceRange: [range(3.5, 5)] })).flag).toBe(
      'HH',
    );
  });

  it.each([
    [3.4, 'L'],
    [3.5, 'N'],
    [5, 'N'],
    [5.1, 'H'],
  ])('is derived from the range where the source gives none: %f is %s', (value, flag) => {
    const observation = potassium({
      valueQuantity: { value, unit: 'mmol/L' },
      referenceRange: [range(3.5, 5)],
    });
    expect(interpretObservation(observation)).toMatchObject({ flag, range: { low: 3.5, high: 5 } });
  });

  it.each([
    ['there is no range', {}],
    ['the range is in another unit', { referenceRange: [range(3.5, 5, 'mg/dL')] }],
    ['there are several ranges', { referenceRange: [range(3.5, 5), range(3, 6)] }],
    [
      'the value is only a bound',
      { valueQuantity: { value: 9, comparator: '<', unit: 'mmol/L' }, referenceRange: [range(3.5, 5)] },
    ],
    [
      'the range is for therapy',
      { referenceRange: [{ ...range(3.5, 5), type: { coding: [{ code: 'treatment' }] } }] },
    ],
  ])('is left open when %s', (_why, rest) => {
    expect(interpretObservation(potassium(rest)).flag).toBeNull();
  });
});

describe('the value of an observation', () => {
  it.each([
    [{ valueQuantity: { value: 5.9, unit: 'mmol/L' } }, { value: 5.9, unit: 'mmol/L', text: null }],
    [{ valueQuantity: { value: 9, comparator: '<', unit: 'mmol/L' } }, { value: 9, text: '<9' }],
    [
      { valueQuantity: undefined, valueCodeableConcept: { text: 'Positive' } },
      { value: null, text: 'Positive' },
    ],
    [
      { valueQuantity: undefined, valueString: 'haemolysed' },
      { value: null, text: 'haemolysed' },
    ],
    [
      { valueQuantity: undefined, valueBoolean: false },
      { value: null, text: 'no' },
    ],
    [
      { valueQuantity: undefined, dataAbsentReason: { text: 'Not done' } },
      { value: null, text: 'Not done' },
    ],
    [{ valueQuantity: { value: 'high' } }, { value: null, text: null }],
  ])('%j reads as %j', (rest, read) => {
    expect(interpretObservation(potassium(rest))).toMatchObject(read);
  });

  it('of a blood pressure is its two components', () => {
    const pressure = potassium({
      category: [],
      code: loinc('85354-9', 'Blood pressure'),
      valueQuantity: undefined,
      component: [
        { code: loinc('8480-6', 'Systolic'), valueQuantity: { value: 120, unit: 'mm[Hg]' } },
        { code: loinc('8462-4', 'Diastolic'), valueQuantity: { value: 70, unit: 'mm[Hg]' } },
      ],
    });
    expect(interpretObservation(pressure)).toMatchObject({
      category: 'vital-signs',
      value: null,
      components: [
        { code: '8480-6', name: 'Systolic', value: 120, unit: 'mm[Hg]' },
        { code: '8462-4', name: 'Diastolic', value: 70, unit: 'mm[Hg]' },
      ],
    });
  });

  it('of a panel that only groups others is nothing to show', () => {
    expect(saysSomething(interpretObservation(potassium({ valueQuantity: undefined })))).toBe(false);
  });
});

it('what was entered in error or cancelled is not used', () => {
  expect(isUsable(potassium())).toBe(true);
  expect(isUsable(potassium({ status: 'entered-in-error' }))).toBe(false);
  expect(isUsable(potassium({ status: 'cancelled' }))).toBe(false);
});

describe('series', () => {
  const at = (id: string, effectiveDateTime: string, rest: object = {}) =>
    interpretObservation(potassium({ id, effectiveDateTime, ...rest }));

  it('run in time order whatever zone the times are in, and keep the newest', () => {
    const [series] = toSeries(
      [
        at('c', '2026-03-01T09:00:00+02:00'),
        at('b', '2026-03-01T06:30:00Z'),
        at('d', '2026-03-02'),
        at('a', '2025-12-31T23:59:59Z'),
      ],
      3,
    );
    expect(series!.points.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  });

  it('of one code in two units are two', () => {
    const series = toSeries(
      [at('a', '2026-03-01'), at('b', '2026-03-02', { valueQuantity: { value: 1, unit: 'mg/dL' } })],
      9,
    );
    expect(series.map(({ unit }) => unit)).toEqual(['mg/dL', 'mmol/L']);
  });
});
