import { describe, expect, it } from 'vitest';
import {
  byPanel,
  byUnit,
  convertedFrom,
  deltaOf,
  filtered,
  gridOf,
  joined,
  otherUnits,
} from '../../../client/patients/results.ts';
import type { PanelSeries } from '../../../shared/patients/chartViews.ts';
import type { ObservationValue } from '../../../shared/patients/schema.ts';

const point = (at: string, value: number | null, more: Partial<ObservationValue> = {}): ObservationValue => ({
  id: at + value,
  code: '2823-3',
  system: null,
  name: 'Potassium',
  category: 'laboratory',
  value,
  unit: 'mmol/L',
  text: null,
  components: [],
  flag: null,
  range: null,
  at,
  status: 'final',
  ...more,
});
const potassium = (...points: ObservationValue[]): PanelSeries => ({
  code: '2823-3',
  name: 'Potassium',
  unit: 'mmol/L',
  panel: 'Electrolytes',
  targets: [],
  points,
});
const now = Date.parse('2026-11-22T03:00:00Z');
const all = { time: 'all', name: '', abnormalOnly: false } as const;

describe('results', () => {
  it('are one line over all pages, what stands at a seam once', () => {
    const [oldest, seam, newest] = [1, 2, 3].map((day) => point(`2026-11-0${day}T01:00:00Z`, day));
    const sodium = { ...potassium(point('2026-10-01T01:00:00Z', 140)), code: '2951-2', name: 'Sodium' };
    const pages = [[potassium(seam!, newest!)], [{ ...potassium(oldest!, seam!), panel: null }, sodium]];
    expect(
      joined(pages).map(({ name, panel, points }) => [name, panel, points.map(({ value }) => value)]),
    ).toEqual([
      ['Potassium', 'Electrolytes', [1, 2, 3]],
      ['Sodium', 'Electrolytes', [140]],
    ]);
  });

  it.each([
    ['up', [4.6, 5.2], '+0.6'],
    ['down', [5.2, 4.6], '−0.6'],
    ['not at all', [5, 5], '0'],
    ['without floating noise', [0.1, 0.3], '+0.2'],
    ['from one value alone', [5], null],
  ])('say how far a value moved %s', (_how, values, delta) => {
    const points = values.map((value, index) => point(`2026-11-2${index}T01:00:00Z`, value));
    expect(deltaOf(potassium(...points))).toBe(delta);
  });

  it('say how far a value moved in one unit, and what was recorded in another', () => {
    const converted = { value: 5, unit: 'mmol/L', text: null, components: [], range: null };
    const earlier = point('2026-11-20', 19.5, { unit: 'mg/dL', converted });
    const both = potassium(earlier, point('2026-11-21', 5.5));
    expect(deltaOf(both)).toBe('+0.5');
    expect(convertedFrom(both)).toEqual({ count: 1, units: ['mg/dL'] });
    expect(convertedFrom(potassium(point('2026-11-21', 5.5)))).toBeNull();
  });

  it('do not reckon with a bound', () => {
    const bound = point('2026-11-21', 5, { text: '<5' });
    expect(deltaOf(potassium(point('2026-11-20', 7), bound))).toBeNull();
  });

  it('keep of a series what a time leaves, and drop one of which nothing is left', () => {
    const series = [
      potassium(point('2019-01-01', 4), point('2026-11-20T00:00:00Z', 5)),
      potassium(point('2019-01-01', 4)),
    ];
    const left = filtered(series, { ...all, time: 'week' }, now);
    expect(left.map(({ points }) => points.map(({ value }) => value))).toEqual([[5]]);
  });

  it('keep a test of which any value is out of range, and only such', () => {
    const flagged = potassium(point('2020-01-01', 6, { flag: 'H' }), point('2021-01-01', 4));
    expect(
      filtered([flagged, potassium(point('2020-01-01', 4))], { ...all, abnormalOnly: true }, now),
    ).toEqual([flagged]);
  });

  it('stand by panel, single tests last', () => {
    const single = { ...potassium(point('2026-01-01', 1)), panel: null };
    expect(byPanel([single, potassium(point('2020-01-01', 4))]).map(({ name }) => name)).toEqual([
      'Electrolytes',
      null,
    ]);
  });

  it('of one minute share a column, newest first', () => {
    const sodium = { ...potassium(point('2026-11-20T10:00:40Z', 140)), code: '2951-2', name: 'Sodium' };
    const grid = gridOf([
      potassium(point('2026-11-20T10:00:00Z', 5), point('2026-11-21T10:00:00Z', 4)),
      sodium,
    ]);
    expect(grid.dates).toEqual(['2026-11-21T10:00:00.000Z', '2026-11-20T10:00:00.000Z']);
    expect(grid.rows[1]!.cells.get(grid.dates[1]!)!.map(({ value }) => value)).toEqual([140]);
  });

  it('in different units never share an axis, and each says that there are others', () => {
    const other = { ...potassium(point('2020-01-01', 20)), unit: 'mg/dL' };
    const both = [potassium(point('2021-01-01', 5)), other];
    expect(byUnit(both).map(({ unit }) => unit)).toEqual(['mmol/L', 'mg/dL']);
    expect(otherUnits(both[0]!, both)).toEqual(['mg/dL']);
  });
});
