import { describe, expect, it } from 'vitest';
import { extentOf, runs, scale, ticks } from '../../../client/ui/scale.ts';

describe('charts', () => {
  it('draw no line across a gap', () => {
    const points = [1, 2, null, 4].map((value, at) => ({ at, value }));
    expect(runs(points).map((run) => run.map(({ value }) => value))).toEqual([[1, 2], [4]]);
  });

  it('show the normal range beside values that lie far from it', () => {
    const { min, max } = extentOf([212], { low: null, high: 5 });
    expect(min).toBeLessThan(5);
    expect(max).toBeGreaterThan(212);
  });

  it('keep a height when every value is the same, or there is none', () => {
    for (const values of [[4], [0, 0], []]) {
      const { min, max } = extentOf(values, null);
      expect(max).toBeGreaterThan(min);
    }
    expect(scale(4, { min: 4, max: 4 }, { min: 0, max: 10 })).toBe(5);
  });

  it('mark an axis with round numbers inside of it', () => {
    expect(ticks({ min: 87.2, max: 97.8 })).toEqual([90, 95]);
    expect(ticks({ min: 35.9, max: 39.1 })).toEqual([36, 38]);
    expect(ticks({ min: 0.11, max: 0.52 })).toEqual([0.2, 0.4]);
  });
});

describe('an axis', () => {
  it('has nothing below nought for what cannot be negative', () => {
    expect(extentOf([0, 0, 0], null).min).toBe(0);
    expect(extentOf([0, 4], null).min).toBe(0);
    expect(extentOf([-2, 4], null).min).toBeLessThan(-2);
  });
});
