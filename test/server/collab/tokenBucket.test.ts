import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../../server/collab/tokenBucket.ts';

describe('the pace of a connection', () => {
  const paces = (framesPerSecond: number, seconds: number): string[] => {
    const bucket = new TokenBucket(0);
    const step = 1000 / framesPerSecond;
    return Array.from({ length: framesPerSecond * seconds }, (_, index) => bucket.take(index * step).pace);
  };

  it('lets 500 frames a second through for as long as they come', () => {
    expect(new Set(paces(500, 60))).toEqual(new Set(['go']));
  });

  it('lets a burst of 2,000 through at once', () => {
    const bucket = new TokenBucket(0);
    for (let frame = 0; frame < 2_000; frame++) expect(bucket.take(0).pace).toBe('go');
  });

  it('slows down what is faster, and gives up on it only after ten seconds', () => {
    const all = paces(2_000, 20);
    expect(all.indexOf('wait')).toBeGreaterThan(2_000);
    expect(all.indexOf('too-fast')).toBeGreaterThanOrEqual(all.indexOf('wait') + 2_000 * 10 - 1);
  });

  it('counts the work that a frame makes: at most half the time goes to one connection', () => {
    const bucket = new TokenBucket(0);
    let worked = 0;
    let now = 0;
    while (now < 60_000) {
      const pace = bucket.take(now);
      if (pace.pace === 'wait') now += pace.ms;
      else if (pace.pace === 'too-fast') break;
      worked += 20;
      now += 20;
      bucket.charge(20);
    }
    expect(worked / now).toBeLessThan(0.65);
    expect(worked / now).toBeGreaterThan(0.35);
  });
});
