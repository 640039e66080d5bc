import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clock } from '../../../client/wire/clock.svelte.ts';

let stop: () => void = () => {};

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-22T03:12:00Z') });
  vi.stubGlobal('document', { addEventListener: () => {}, removeEventListener: () => {} });
  clock.timeZone = 'Europe/London';
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the clock of the screen', () => {
  it('follows the service when the device is wrong', () => {
    clock.observe('Sun, 22 Nov 2026 04:12:00 GMT');
    stop = clock.start();
    expect(clock.time(clock.now)).toBe('04:12');
  });

  it('takes a second of rounding for no difference', () => {
    clock.observe('Sun, 22 Nov 2026 03:12:01 GMT');
    stop = clock.start();
    expect(clock.nowMs).toBe(Date.parse('2026-11-22T03:12:00Z'));
  });

  it('is in the zone of the site, and counts a person’s years up to their death', () => {
    clock.observe('Sun, 22 Nov 2026 03:12:00 GMT');
    stop = clock.start();
    clock.timeZone = 'Pacific/Auckland';
    expect(clock.date(clock.now)).toBe('22-Nov-2026');
    expect(clock.time(clock.now)).toBe('16:12');
    expect(clock.age('1957-02-14')).toMatch(/^69\sy$/);
    expect(clock.age('1957-02-14', '2020-01-01')).toMatch(/^62\sy$/);
  });
});
