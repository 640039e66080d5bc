import { describe, expect, it } from 'vitest';
import {
  labelled,
  marksOf,
  rowsOf,
  shifted,
  timeTicks,
  usefulSpans,
  windowOf,
  withGaps,
} from '../../../client/patients/timeline.ts';
import { laneItems, zoomed } from '../../../client/patients/timelineItems.ts';
import type { ChartItem } from '../../../shared/patients/chartViews.ts';
import type { ChartSummary, EncounterLine } from '../../../shared/patients/schema.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = Date.parse('2026-11-22T03:12:00Z');

const encounter = (more: Partial<EncounterLine>): EncounterLine => ({
  id: 'e',
  class: 'IMP',
  status: 'finished',
  reason: null,
  startAt: null,
  endAt: null,
  wardName: null,
  bed: null,
  ...more,
});

const chart = (encounters: EncounterLine[]) =>
  ({ encounters, results: [], documents: [], vitals: [] }) as unknown as ChartSummary;

describe('the timeline', () => {
  const item = (more: Partial<ChartItem>): ChartItem => ({
    type: 'Encounter',
    id: 'e',
    lane: 'encounters',
    title: 'Stay',
    detail: null,
    at: null,
    ...more,
  });

  it('lets what has not ended last until now, and what names no end be a moment', () => {
    const [encounters] = laneItems(
      [
        item({ id: 'open', at: '2026-11-20T12:00:00Z', endAt: null }),
        item({ id: 'past', at: '2022-01-01T10:00:00Z' }),
        item({ id: 'unknown' }),
      ],
      now,
    );
    expect(encounters!.stretches.map(({ id, start, end }) => [id, end - start])).toEqual([
      ['Encounter/open', now - Date.parse('2026-11-20T12:00:00Z')],
      ['Encounter/past', 0],
    ]);
  });

  it('has a lane for each kind that is on record, in one order, and none for the rest', () => {
    const found = laneItems(
      [item({ lane: 'results', at: '2026-11-20' }), item({ lane: 'problems', at: '2019', endAt: null })],
      now,
    );
    expect(found.map(({ lane }) => lane)).toEqual(['problems', 'results']);
    expect(found[1]!.instants).toHaveLength(1);
  });

  it('zooms around a point, which stays where it is, and never past the record', () => {
    const whole = { min: 0, max: 1_000 * dayMs };
    const window = { min: 400 * dayMs, max: 500 * dayMs };
    expect(zoomed(window, 0.5, 450 * dayMs, whole)).toEqual({ min: 425 * dayMs, max: 475 * dayMs });
    expect(zoomed(window, 0.5, 400 * dayMs, whole)).toEqual({ min: 400 * dayMs, max: 450 * dayMs });
    expect(zoomed(window, 100, 450 * dayMs, whole)).toEqual(whole);
    expect(zoomed({ min: 0, max: hourMs }, 0.1, 0, whole).max).toBe(3 * hourMs);
  });

  it('offers "stay" only during one, and no recent span of an old record', () => {
    const old = [Date.parse('2019-05-01')];
    expect(usefulSpans(chart([]), old, now)).toEqual(['all']);
    const stay = chart([encounter({ status: 'in-progress', startAt: '2026-11-20T12:00:00Z' })]);
    expect(usefulSpans(stay, [now - hourMs], now)).toEqual(['day', 'week', 'stay', 'year', 'all']);
  });

  it('shows a stay from its beginning to a little after now', () => {
    const startAt = '2026-11-20T12:00:00Z';
    const { min, max } = windowOf('stay', chart([encounter({ status: 'in-progress', startAt })]), [], now);
    expect(min).toBeLessThan(Date.parse(startAt));
    expect(max).toBeGreaterThan(now);
  });

  it('moves no further than the record reaches', () => {
    const whole = { min: 0, max: 100 };
    expect(shifted({ min: 10, max: 30 }, -1, whole)).toEqual({ min: 0, max: 20 });
    expect(shifted({ min: 75, max: 95 }, 1, whole)).toEqual({ min: 80, max: 100 });
  });

  it('joins marks that would touch, and leaves out what lies outside', () => {
    const at = (time: number) => ({ at: time, label: '', flagged: false });
    const marks = marksOf([at(50), at(0), at(1), at(200)], { min: 0, max: 100 }, { min: 0, max: 1000 });
    expect(marks.map(({ items }) => items.length)).toEqual([1, 1, 1]);
    const closer = marksOf([at(0), at(1)], { min: 0, max: 100 }, { min: 0, max: 100 });
    expect(closer.map(({ items }) => items.length)).toEqual([2]);
  });

  it('never draws one encounter over another', () => {
    const stretch = (id: string, start: number, end: number) => ({
      id,
      start,
      end,
      code: 'IMP',
      place: null,
    });
    const rows = rowsOf([stretch('b', 5, 15), stretch('a', 0, 10), stretch('c', 11, 20)], 1);
    expect(rows.map(({ stretch, row }) => [stretch.id, row])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
  });

  it('breaks a line where measuring paused far longer than usual', () => {
    const points = [0, 4, 8, 12, 40].map((hour) => ({ at: hour * hourMs, value: 1 }));
    expect(withGaps(points).map(({ value }) => value)).toEqual([1, 1, 1, 1, null, 1]);
    expect(withGaps(points.slice(0, 4))).toHaveLength(4);
  });

  it('marks midnight at the site, not in Greenwich', () => {
    const ticks = timeTicks({ min: now - dayMs, max: now }, 5, hourMs);
    const midnight = ticks.find(({ kind }) => kind === 'day');
    expect(new Date(midnight!.at).toISOString()).toBe('2026-11-21T23:00:00.000Z');
  });

  it('marks years of a long record and hours of a short one, never more than fit', () => {
    const years = timeTicks({ min: Date.parse('2013-06-01'), max: now }, 8, 0);
    expect(years.every(({ kind }) => kind === 'year')).toBe(true);
    expect(years.length).toBeLessThanOrEqual(8);
    const hours = timeTicks({ min: now - 6 * hourMs, max: now }, 8, 0);
    expect(hours.length).toBeLessThanOrEqual(8);
    expect(hours.length).toBeGreaterThan(2);
  });
});

describe('labels on the timeline', () => {
  const marks = (...places: number[]) => places.map((x) => ({ x, row: 0, items: [] }));
  const place = (places: number[], length: number, edge = 1000) =>
    labelled(
      marks(...places),
      () => 'INR 2.6 H',
      () => length,
      edge,
    ).map(({ row, text }) => [row, text !== '']);

  it('stand beside their mark where there is room before the next one', () => {
    expect(place([0, 200], 100)).toEqual([
      [0, true],
      [0, true],
    ]);
  });

  it('go to a second line, and are left out rather than written over another', () => {
    expect(place([0, 50, 90, 300], 100)).toEqual([
      [1, true],
      [0, false],
      [0, true],
      [0, true],
    ]);
  });

  it('never run over the edge', () => {
    expect(place([950], 100)).toEqual([[0, false]]);
  });
});
