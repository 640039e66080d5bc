import { describe, expect, test } from 'vitest';
import { itemsUnder, placeLanes } from '../../../client/patients/timelineLanes.ts';
import { laneItems } from '../../../client/patients/timelineItems.ts';
import { trendsIn } from '../../../client/patients/timelineTrends.ts';
import type { ChartItem, Lane } from '../../../shared/patients/chartViews.ts';
import type { ObservationValue, Series } from '../../../shared/patients/schema.ts';

const hourMs = 3_600_000;
const window = { min: 0, max: 100 * hourMs };
/** Ten pixels an hour, beside the names of the lanes. */
const plot = { min: 100, max: 1_100 };
const at = (hour: number): string => new Date(hour * hourMs).toISOString();

const item = (lane: Lane, id: string, hour: number, endHour?: number): ChartItem => ({
  type: 'Thing',
  id,
  lane,
  title: id,
  detail: null,
  at: at(hour),
  ...(endHour === undefined ? {} : { endAt: at(endHour) }),
});

const placed = (...items: ChartItem[]) =>
  placeLanes(laneItems(items, window.max), window, plot, { top: 40, wordsOf: () => '' });

describe('the lanes of the timeline', () => {
  test('stand below one another, as high as what is in them', () => {
    const lanes = placed(
      item('encounters', 'a', 0, 20),
      item('encounters', 'b', 10, 30),
      item('results', 'r', 5),
    );
    expect(lanes.map(({ lane, top, height }) => [lane, top, height])).toEqual([
      ['encounters', 40, 56],
      ['results', 96, 32],
    ]);
  });

  test('show of what began long ago the part that is in sight, and nothing that is over', () => {
    const [lane] = placed(item('encounters', 'long', -50, 10), item('encounters', 'over', -50, -40));
    expect(lane!.bars.map(({ id, left, right }) => [id, left, right])).toEqual([['Thing/long', 100, 200]]);
  });

  test('let what took no time be seen and pressed', () => {
    const [lane] = placed(item('encounters', 'short', 10, 10));
    expect(lane!.bars[0]!.length).toBe(6);
  });

  test('name what finds no room among four rows as hidden, and forget none of it', () => {
    const [lane] = placed(...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => item('problems', id, 0, 90)));
    expect([lane!.bars.length, lane!.hidden.map(({ id }) => id)]).toEqual([4, ['e', 'f']]);
  });
});

describe('a finger on a lane', () => {
  test('means all that lies under it, and nothing that is farther than a thumb', () => {
    const [, lane] = placed(
      item('encounters', 'stay', 0, 100),
      item('results', 'near', 10),
      item('results', 'beside', 12),
      item('results', 'far', 40),
    );
    const ids = (x: number, y: number) => itemsUnder(lane!, { x, y }, plot).map(({ id }) => id);
    const y = lane!.top + 16;
    expect(ids(210, y)).toEqual(['near', 'beside']);
    expect(ids(500, y + 10)).toEqual(['far']);
    expect(ids(500, y + 40)).toEqual([]);
    expect(ids(800, y)).toEqual([]);
  });

  test('means of what lasts the row that it is on', () => {
    const [lane] = placed(item('encounters', 'a', 0, 50), item('encounters', 'b', 0, 50));
    const first = lane!.bars.find(({ row }) => row === 0)!;
    expect(itemsUnder(lane!, { x: 300, y: first.y - 10 }, plot).map(({ id }) => id)).toEqual(['a']);
  });

  test('beside the lane means what is hidden in it', () => {
    const [lane] = placed(...['a', 'b', 'c', 'd', 'e'].map((id) => item('problems', id, 0, 90)));
    expect(itemsUnder(lane!, { x: 20, y: lane!.top + 37 }, plot).map(({ id }) => id)).toEqual(['e']);
  });
});

describe('the vital signs below', () => {
  const value = (code: string, hour: number): ObservationValue => ({
    id: `${code}-${hour}`,
    code,
    system: null,
    name: code,
    category: 'vital-signs',
    value: 80,
    unit: '/min',
    text: null,
    components: [],
    flag: null,
    range: null,
    at: at(hour),
    status: 'final',
  });
  const series = (code: string, ...hours: number[]): Series => ({
    code,
    name: code,
    unit: '/min',
    points: hours.map((hour) => value(code, hour)),
  });
  const heartRate = '8867-4';
  const breathing = '9279-1';

  test('are drawn when they have a course in sight; one value alone is none', () => {
    const found = trendsIn([series(heartRate, 1, 2), series(breathing, 3, 200)], window);
    expect(found.map(({ series: { code } }) => code)).toEqual([heartRate]);
  });

  test('are vital signs and nothing else that was measured', () => {
    expect(trendsIn([series('not-a-vital-sign', 1, 2)], window)).toEqual([]);
  });
});
