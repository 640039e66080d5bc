import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Unsaved } from '../../../client/collab/unsaved.svelte.ts';

let left = 0;
let unsaved: Unsaved;
beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  left = 0;
  unsaved = new Unsaved(() => (left += 1));
});
afterEach(() => vi.useRealTimers());

test('what I wrote waits from the oldest change on, until the service has counted the message that carried it', () => {
  unsaved.sent('update', 1);
  unsaved.edited();
  vi.advanceTimersByTime(2_000);
  unsaved.sent('update', 2);
  unsaved.edited();
  expect([unsaved.count, unsaved.msSinceOldest]).toEqual([2, 2_000]);
  unsaved.settled(1);
  expect([unsaved.count, unsaved.msSinceOldest, left]).toEqual([1, 0, 0]);
  unsaved.settled(2);
  expect([unsaved.count, unsaved.msSinceOldest, left]).toEqual([0, 0, 1]);
});

test('what was written without a line is counted with the message that brings it later, not before', () => {
  unsaved.edited();
  unsaved.settled(5);
  expect(unsaved.count).toBe(1);
  unsaved.sent('step-2', 1);
  unsaved.settled(1);
  expect(unsaved.count).toBe(0);
});

test('what a lost line carried waits for the next one, where the count begins again', () => {
  unsaved.sent('update', 1);
  unsaved.edited();
  unsaved.linkLost();
  unsaved.settled(1);
  expect(unsaved.count).toBe(1);
});

test('nobody looks at the clock while nothing waits', () => {
  unsaved.edited();
  expect(vi.getTimerCount()).toBe(1);
  unsaved.forget();
  expect(vi.getTimerCount()).toBe(0);
  unsaved.edited();
  unsaved.stop();
  expect(vi.getTimerCount()).toBe(0);
});
