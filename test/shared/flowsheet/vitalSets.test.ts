import { describe, expect, test } from 'vitest';
import { consciousnessLevels, news2 } from '../../../shared/flowsheet/news2.ts';
import {
  consciousnessOf,
  consciousnessWords,
  vitalCodes,
  vitalOf,
} from '../../../shared/flowsheet/vitalCodes.ts';
import {
  news2Latest,
  news2SetOf,
  vitalSets,
  type VitalObservation,
} from '../../../shared/flowsheet/vitalSets.ts';

const at = (time: string): string => `2026-11-22T${time}:00Z`;

const one = (
  code: string,
  value: number | null,
  unit: string | null,
  rest: Partial<VitalObservation> = {},
) => ({
  code,
  value,
  unit,
  text: null,
  components: [],
  at: at('03:00'),
  status: 'final',
  ...rest,
});

const pressure = (systolic: number): VitalObservation =>
  one(vitalCodes.bloodPressure, null, null, {
    components: [
      { code: vitalCodes.systolic, name: 'Systolic', value: systolic, unit: 'mm[Hg]' },
      { code: vitalCodes.diastolic, name: 'Diastolic', value: 70, unit: 'mm[Hg]' },
    ],
  });

const complete = (time: string, respiratoryRate = 16): VitalObservation[] =>
  [
    one(vitalCodes.respiratoryRate, respiratoryRate, '/min'),
    one(vitalCodes.spo2, 97, '%'),
    one(vitalCodes.oxygenFlow, 0, 'L/min'),
    pressure(120),
    one(vitalCodes.pulse, 70, '/min'),
    one(vitalCodes.consciousness, null, null, { text: 'Alert' }),
    one(vitalCodes.temperature, 37, 'Cel'),
  ].map((observation) => ({ ...observation, at: at(time) }));

describe('reading a set', () => {
  test('a complete set scores', () => {
    expect(news2(news2SetOf(complete('03:00'))).score).toBe(0);
  });

  test('a flow above 0, or more than room air, is oxygen; neither is not known', () => {
    expect(news2SetOf([one(vitalCodes.oxygenFlow, 2, 'L/min')]).supplementalOxygen).toBe(true);
    expect(news2SetOf([one(vitalCodes.oxygenFlow, 0, 'L/min')]).supplementalOxygen).toBe(false);
    expect(news2SetOf([one(vitalCodes.oxygenConcentration, 28, '%')]).supplementalOxygen).toBe(true);
    expect(news2SetOf([one(vitalCodes.oxygenConcentration, 21, '%')]).supplementalOxygen).toBe(false);
    expect(news2SetOf([]).supplementalOxygen).toBeNull();
  });

  test('Fahrenheit is converted, any other unit is not used', () => {
    expect(news2SetOf([one(vitalCodes.temperature, 98.6, '[degF]')]).temperature).toBeCloseTo(37, 6);
    expect(news2SetOf([one(vitalCodes.temperature, 310, 'K')]).temperature).toBeNull();
    expect(news2SetOf([one(vitalCodes.pulse, 70, null)]).pulse).toBeNull();
  });

  test('a systolic pressure counts inside its panel and alone, the diastolic never', () => {
    expect(news2SetOf([pressure(118)]).systolic).toBe(118);
    expect(news2SetOf([one(vitalCodes.systolic, 118, 'mmHg')]).systolic).toBe(118);
    expect(news2SetOf([one(vitalCodes.diastolic, 70, 'mmHg')]).systolic).toBeNull();
  });

  test('each level of consciousness is understood by word and by letter', () => {
    for (const level of consciousnessLevels) {
      expect(consciousnessOf(consciousnessWords[level].toUpperCase())).toBe(level);
      expect(consciousnessOf(level)).toBe(level);
    }
    expect(consciousnessOf('sleepy')).toBeUndefined();
  });

  test('codes of other senders are known', () => {
    expect(vitalOf('2708-6')).toBe('spo2');
    expect(vitalOf('55284-4')).toBe('bloodPressure');
    expect(vitalOf('2345-7')).toBeUndefined();
  });
});

describe('sets in time', () => {
  test('are grouped by instant, oldest first, whatever zone each was written in', () => {
    const late = complete('09:00');
    late[0] = { ...late[0]!, at: '2026-11-22T10:00:00+01:00' };
    const sets = vitalSets([...late, ...complete('03:00')]);
    expect(sets.map((set) => [set.at.slice(11, 16), set.observations.length])).toEqual([
      ['03:00', 7],
      ['09:00', 7],
    ]);
  });

  test('what was entered in error, has no time, or is a weight alone makes no set', () => {
    expect(
      vitalSets([
        one(vitalCodes.pulse, 70, '/min', { status: 'entered-in-error' }),
        one(vitalCodes.pulse, 70, '/min', { at: null }),
        one(vitalCodes.weight, 71.4, 'kg'),
        one('2345-7', 5.4, 'mmol/L'),
      ]),
    ).toEqual([]);
  });

  test('the latest set is shown with the score before it and its next time', () => {
    expect(news2Latest([...complete('03:00'), ...complete('09:00', 22)])).toEqual({
      score: 2,
      band: 'low',
      previous: 0,
      at: '2026-11-22T09:00:00.000Z',
      nextDueAt: '2026-11-22T15:00:00.000Z',
    });
  });

  test('an incomplete set keeps the clock of the complete one before it', () => {
    const latest = news2Latest([...complete('03:00', 22), ...complete('07:00').slice(1)]);
    expect(latest).toMatchObject({
      score: null,
      band: 'incomplete',
      previous: 2,
      nextDueAt: '2026-11-22T09:00:00.000Z',
    });
  });

  test('no set, no tile', () => {
    expect(news2Latest([])).toBeNull();
  });
});
