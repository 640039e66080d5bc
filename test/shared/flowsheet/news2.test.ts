import { describe, expect, test } from 'vitest';
import { news2, type News2Parameter, type News2Set } from '../../../shared/flowsheet/news2.ts';

/** Everything in the zero band. */
const well: News2Set = {
  respiratoryRate: 16,
  spo2: 97,
  supplementalOxygen: false,
  systolic: 120,
  pulse: 70,
  consciousness: 'A',
  temperature: 37,
};

const pointsOf = (parameter: News2Parameter, set: Partial<News2Set>) =>
  news2({ ...well, ...set }).parameters[parameter];

/** First and last value of every band of the College's chart. */
const boundaries = {
  respiratoryRate: [
    [0, 3],
    [8, 3],
    [9, 1],
    [11, 1],
    [12, 0],
    [20, 0],
    [21, 2],
    [24, 2],
    [25, 3],
    [60, 3],
  ],
  spo2: [
    [70, 3],
    [91, 3],
    [92, 2],
    [93, 2],
    [94, 1],
    [95, 1],
    [96, 0],
    [100, 0],
  ],
  systolic: [
    [50, 3],
    [90, 3],
    [91, 2],
    [100, 2],
    [101, 1],
    [110, 1],
    [111, 0],
    [219, 0],
    [220, 3],
    [260, 3],
  ],
  pulse: [
    [30, 3],
    [40, 3],
    [41, 1],
    [50, 1],
    [51, 0],
    [90, 0],
    [91, 1],
    [110, 1],
    [111, 2],
    [130, 2],
    [131, 3],
    [200, 3],
  ],
  temperature: [
    [33, 3],
    [35, 3],
    [35.1, 1],
    [36, 1],
    [36.1, 0],
    [38, 0],
    [38.1, 1],
    [39, 1],
    [39.1, 2],
    [41, 2],
  ],
} as const;

describe('points of each parameter follow the chart of 2017', () => {
  for (const [parameter, cases] of Object.entries(boundaries)) {
    test.each([...cases])(`${parameter} %d scores %d`, (value, points) => {
      expect(pointsOf(parameter as News2Parameter, { [parameter]: value })).toBe(points);
    });
  }

  test.each([
    [83, 3],
    [84, 2],
    [85, 2],
    [86, 1],
    [87, 1],
    [88, 0],
    [92, 0],
    [93, 0],
    [96, 0],
    [100, 0],
  ])('saturation %d on scale 2 and air scores %d', (spo2, points) => {
    expect(pointsOf('spo2', { scale: 2, spo2 })).toBe(points);
  });

  test.each([
    [83, 3],
    [84, 2],
    [85, 2],
    [86, 1],
    [87, 1],
    [88, 0],
    [89, 0],
    [92, 0],
    [93, 1],
    [94, 1],
    [95, 2],
    [96, 2],
    [97, 3],
    [100, 3],
  ])('saturation %d on scale 2 and oxygen scores %d', (spo2, points) => {
    expect(pointsOf('spo2', { scale: 2, spo2, supplementalOxygen: true })).toBe(points);
  });

  test('89 % is 3 on scale 1 and 0 on scale 2', () => {
    expect(pointsOf('spo2', { spo2: 89 })).toBe(3);
    expect(pointsOf('spo2', { spo2: 89, scale: 2 })).toBe(0);
  });

  test('scale 1 does not ask about oxygen to judge the saturation', () => {
    expect(pointsOf('spo2', { spo2: 98, supplementalOxygen: true })).toBe(0);
  });

  test.each([
    ['A', 0],
    ['C', 3],
    ['V', 3],
    ['P', 3],
    ['U', 3],
  ] as const)('consciousness %s scores %d', (consciousness, points) => {
    expect(pointsOf('consciousness', { consciousness })).toBe(points);
  });

  test('oxygen scores 2, air 0', () => {
    expect(pointsOf('supplementalOxygen', { supplementalOxygen: true })).toBe(2);
    expect(pointsOf('supplementalOxygen', { supplementalOxygen: false })).toBe(0);
  });

  test.each([
    ['temperature', 38.04, 0],
    ['temperature', 38.06, 1],
    ['temperature', 35.04, 3],
    ['spo2', 95.6, 0],
    ['spo2', 95.4, 1],
    ['respiratoryRate', 20.4, 0],
    ['respiratoryRate', 20.5, 2],
  ] as const)('%s %d is read as it would be written on the chart', (parameter, value, points) => {
    expect(pointsOf(parameter, { [parameter]: value })).toBe(points);
  });
});

describe('the aggregate and its band', () => {
  test.each<[string, Partial<News2Set>, number, string]>([
    ['all well', {}, 0, 'low'],
    ['four points, none of them a 3', { respiratoryRate: 21, supplementalOxygen: true }, 4, 'low'],
    ['a single 3', { consciousness: 'C' }, 3, 'low-medium'],
    ['a 3 and a 1', { consciousness: 'C', pulse: 91 }, 4, 'low-medium'],
    ['five', { respiratoryRate: 21, supplementalOxygen: true, pulse: 91 }, 5, 'medium'],
    ['five with a 3', { consciousness: 'V', supplementalOxygen: true }, 5, 'medium'],
    ['six', { respiratoryRate: 21, supplementalOxygen: true, pulse: 111 }, 6, 'medium'],
    ['seven', { respiratoryRate: 25, supplementalOxygen: true, pulse: 111 }, 7, 'high'],
    [
      'the worst there is',
      {
        respiratoryRate: 30,
        spo2: 80,
        supplementalOxygen: true,
        systolic: 60,
        pulse: 150,
        consciousness: 'U',
        temperature: 34,
      },
      20,
      'high',
    ],
  ])('%s', (_name, changes, score, band) => {
    expect(news2({ ...well, ...changes })).toMatchObject({ score, band, missing: [] });
  });
});

describe('a set with a gap is incomplete and has no score', () => {
  const parameters = Object.keys(news2(well).parameters) as News2Parameter[];

  test.each(parameters)('without %s', (parameter) => {
    for (const absent of [null, undefined]) {
      const result = news2({ ...well, [parameter]: absent });
      expect(result).toMatchObject({ score: null, band: 'incomplete', missing: [parameter] });
      expect(result.parameters[parameter]).toBeNull();
    }
  });

  test('even when what is known would be an emergency', () => {
    const result = news2({ ...well, respiratoryRate: 30, systolic: 80, pulse: 140, temperature: null });
    expect(result).toMatchObject({ score: null, band: 'incomplete', missing: ['temperature'] });
    expect(result.parameters.systolic).toBe(3);
  });

  test('nothing at all lacks everything', () => {
    expect(news2({}).missing).toEqual(parameters);
  });

  test('scale 2 lacks the saturation when it is high and nobody said whether on oxygen', () => {
    expect(news2({ ...well, scale: 2, spo2: 96, supplementalOxygen: null }).missing).toEqual([
      'spo2',
      'supplementalOxygen',
    ]);
    expect(news2({ ...well, scale: 2, spo2: 86, supplementalOxygen: null }).missing).toEqual([
      'supplementalOxygen',
    ]);
  });

  test.each([
    ['temperature in Fahrenheit', { temperature: 98.6 }, 'temperature'],
    ['saturation above 100', { spo2: 101 }, 'spo2'],
    ['saturation of nothing', { spo2: 0 }, 'spo2'],
    ['pulse below nothing', { pulse: -1 }, 'pulse'],
    ['pressure that is no number', { systolic: Number.NaN }, 'systolic'],
    ['pressure without end', { systolic: Infinity }, 'systolic'],
    ['breathing at 200', { respiratoryRate: 200 }, 'respiratoryRate'],
  ])('%s is a slip, not a measurement', (_name, slip, missing) => {
    expect(news2({ ...well, ...slip }).missing).toEqual([missing]);
  });

  test('no breath and no pulse are measurements', () => {
    expect(news2({ ...well, respiratoryRate: 0, pulse: 0 })).toMatchObject({ score: 6, missing: [] });
  });
});
