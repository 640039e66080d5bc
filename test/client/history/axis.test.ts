import { describe, expect, test } from 'vitest';
import { axisOf } from '../../../client/history/axis.ts';
import type { Timeline } from '../../../shared/history/schema.ts';

const minute = 60_000;
const day = '2026-11-22T02:00:00.000Z';
const at = (minutes: number): string => new Date(Date.parse(day) + minutes * minute).toISOString();
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const timeline = (given: Partial<Timeline>): Timeline => ({
  bucketMs: minute,
  buckets: [],
  sessions: [],
  marks: [],
  ...given,
});
const session = (from: number, to: number) => ({ from: at(from), to: at(to), firstSeq: 1, lastSeq: 2 });

describe('the axis of a document’s life', () => {
  test('gives a spell of work the whole width', () => {
    const { segments, xOf, msAt } = axisOf(timeline({ sessions: [session(0, 59)] }), 600, 40, dayOf);
    expect(segments).toHaveLength(1);
    expect(xOf(Date.parse(at(0)))).toBe(0);
    expect(xOf(Date.parse(at(30)))).toBeCloseTo(300);
    expect(msAt(300)).toBeCloseTo(Date.parse(at(30)));
    expect(msAt(-20)).toBe(Date.parse(at(0)));
  });

  test('cuts out the time in which nobody wrote', () => {
    const { segments, xOf } = axisOf(
      timeline({ sessions: [session(0, 29), session(1_440, 1_469)] }),
      620,
      40,
      dayOf,
    );
    expect(segments.map(({ x, width }) => [Math.round(x), Math.round(width)])).toEqual([
      [0, 300],
      [320, 300],
    ]);
    expect(xOf(Date.parse(at(700)))).toBe(300);
  });

  test('leaves every spell wide enough to be hit, however many there are', () => {
    const sessions = Array.from({ length: 200 }, (_, index) => session(index * 120, index * 120 + 1));
    const { segments } = axisOf(timeline({ sessions }), 800, 40, dayOf);
    const last = segments.at(-1)!;
    expect(last.x + last.width).toBeLessThanOrEqual(801);
    expect(Math.min(...segments.map(({ width }) => width))).toBeGreaterThan(1);
  });

  test('stacks the authors of a bar, and cuts what is far above the rest', () => {
    const buckets = Array.from({ length: 40 }, (_, index) => ({
      at: at(index),
      seq: index + 1,
      counts: index === 7 ? [9_000, 1_000] : [30, 10],
    }));
    const { bars } = axisOf(timeline({ sessions: [session(0, 39)], buckets }), 800, 40, dayOf);
    const heights = bars.map(({ parts }) => parts.reduce((sum, { height }) => sum + height, 0));
    expect(Math.max(...heights)).toBe(40);
    expect(heights[0]).toBe(40);
    expect(bars[0]!.parts).toEqual([
      { author: 0, y: 0, height: 30 },
      { author: 1, y: 30, height: 10 },
    ]);
  });

  test('says the day where it begins, and never writes one time over another', () => {
    const { ticks } = axisOf(timeline({ sessions: [session(0, 29), session(1_440, 1_469)] }), 620, 40, dayOf);
    expect(ticks.filter(({ withDate }) => withDate).map(({ ms }) => dayOf(ms))).toEqual([
      '2026-11-22',
      '2026-11-23',
    ]);
    const gaps = ticks.slice(1).map(({ x }, index) => x - ticks[index]!.x);
    expect(Math.min(...gaps)).toBeGreaterThan(40);
  });
});
