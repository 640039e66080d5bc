import { describe, expect, it } from 'vitest';
import {
  bandOf,
  exactOf,
  flagOf,
  inVitalOrder,
  pointsOf,
  rangeWords,
  valueOf,
} from '../../../client/patients/values.ts';
import type { ObservationValue, Series } from '../../../shared/patients/schema.ts';

const observation = (more: Partial<ObservationValue>): ObservationValue => ({
  id: 'o',
  code: '1988-5',
  system: 'http://loinc.org',
  name: 'CRP',
  category: 'laboratory',
  value: null,
  unit: null,
  text: null,
  components: [],
  flag: null,
  range: null,
  at: '2026-11-21T18:40:00Z',
  status: 'final',
  ...more,
});

const pressure = (systolic: number, diastolic: number) =>
  observation({
    code: '85354-9',
    components: [
      { code: '8480-6', name: 'Systolic', value: systolic, unit: 'mm[Hg]' },
      { code: '8462-4', name: 'Diastolic', value: diastolic, unit: 'mm[Hg]' },
    ],
  });

describe('a value on the screen', () => {
  it('is one number for a pair of pressures, with the unit people write', () => {
    expect(valueOf(pressure(118, 64))).toEqual({ value: '118/64', unit: 'mmHg' });
  });

  it('has digits a reader can use, and keeps the recorded number at hand', () => {
    const value = observation({ value: 17.413333333, unit: 'mg/L' });
    expect(valueOf(value).value).toBe('17.41');
    expect(exactOf(value)).toContain('17.413333333');
    expect(exactOf(observation({ value: 5.2, unit: 'mmol/L' }))).toBeUndefined();
  });

  it('that is only a bound says so', () => {
    expect(valueOf(observation({ value: 5, unit: 'mg/L', text: '<5' })).value).toBe('<5');
  });

  it('stays as it was recorded, and is drawn in the unit of its line', () => {
    const converted = { value: 5, unit: 'mmol/L', text: null, components: [], range: { low: 4, high: 6 } };
    const point = observation({ value: 90, unit: 'mg/dL', range: { low: 72, high: 108 }, converted });
    expect(valueOf(point)).toEqual({ value: '90', unit: 'mg/dL' });
    const series: Series = { code: 'x', name: 'Glucose', unit: 'mmol/L', points: [point] };
    expect(pointsOf(series).map(({ value }) => value)).toEqual([5]);
    expect(bandOf(series)).toEqual({ low: 4, high: 6 });
  });

  it('keeps small numbers apart from nought', () => {
    expect(valueOf(observation({ value: 0.00423, unit: 'mg/L' })).value).toBe('0.00423');
  });

  it('is in words where no number was recorded', () => {
    expect(valueOf(observation({ text: 'Alert' }))).toEqual({ value: 'Alert', unit: '' });
  });
});

describe('flags and ranges', () => {
  it('say nothing for a normal or an unknown interpretation', () => {
    expect(flagOf(observation({ flag: 'N' }))).toBeNull();
    expect(flagOf(observation({ flag: 'EXP' }))).toBeNull();
    expect(flagOf(observation({ flag: 'HH' }))).toBe('very-high');
  });

  it('read a range with one end as a limit', () => {
    expect(rangeWords({ low: 0.5, high: 2 })).toBe('0.5 to 2');
    expect(rangeWords({ low: null, high: 5 })).toBe('under 5');
    expect(rangeWords({ low: 60, high: null })).toBe('over 60');
    expect(rangeWords(null)).toBe('');
  });
});

describe('vital signs', () => {
  const series = (code: string): Series => ({ code, name: code, unit: null, points: [] });

  it('come in the order of a set, the rest after them', () => {
    const codes = inVitalOrder(['29463-7', '8867-4', 'x', '59408-5', '9279-1'].map(series)).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['9279-1', '59408-5', '8867-4', '29463-7', 'x']);
  });

  it('without a time are on no chart', () => {
    const points = [observation({ value: 1, at: null }), observation({ value: 2 })];
    expect(pointsOf({ ...series('x'), points })).toHaveLength(1);
  });
});
