import { expect, test } from 'vitest';
import { Paced, presenceMs } from '../../../client/collab/paced.ts';
import { batchMs } from '../../../client/collab/remoteBatch.ts';
import { untilTick } from '../../../client/collab/ticks.ts';
import { OneTimer } from '../../support/oneTimer.ts';

function carets() {
  const clock = new OneTimer(10 * presenceMs);
  const painted: number[] = [];
  const paced = new Paced(() => painted.push(clock.now()), clock);
  return { paced, painted, pass: (ms: number) => clock.pass(ms), start: clock.now() };
}

test('somebody who moves after a while is seen at once', () => {
  const { paced, painted, start } = carets();
  paced.happened();
  expect(painted).toEqual([start]);
});

test('while many move, all their moves are painted together a few times a second, and the last is not forgotten', () => {
  const { paced, painted, pass, start } = carets();
  pass(50);
  paced.happened();
  pass(10);
  paced.happened();
  paced.happened();
  pass(presenceMs - 61);
  expect(painted).toEqual([start + 50]);
  pass(1);
  expect(painted).toEqual([start + 50, start + presenceMs]);
  pass(10 * presenceMs);
  expect(painted).toHaveLength(2);
});

test('nothing is painted any more once nobody looks', () => {
  const { paced, painted, pass } = carets();
  paced.happened();
  paced.happened();
  paced.stop();
  pass(presenceMs);
  expect(painted).toHaveLength(1);
});

test('carets are painted in frames in which text is painted too', () => {
  for (const now of [0, 1, 99, 100, 150.5, 12_345.25]) {
    const caretsAt = now + untilTick(now, presenceMs);
    expect(caretsAt % batchMs).toBe(0);
    expect(caretsAt - now).toBeGreaterThan(0);
    expect(caretsAt - now).toBeLessThanOrEqual(presenceMs);
  }
});
