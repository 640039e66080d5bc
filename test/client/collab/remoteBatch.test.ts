import { expect, test } from 'vitest';
import { batchMs, RemoteBatch, typingMs } from '../../../client/collab/remoteBatch.ts';
import { OneTimer } from '../../support/oneTimer.ts';

function bench() {
  const clock = new OneTimer(1_000);
  const painted: number[] = [];
  const batch = new RemoteBatch((updates) => painted.push(updates.length), clock);
  return { batch, painted, pass: (ms: number) => clock.pass(ms) };
}

const update = new Uint8Array([0, 0]);

test('remote text is painted at once while I am idle', () => {
  const { batch, painted } = bench();
  batch.push(update);
  expect(painted).toEqual([1]);
});

test('while I type, remote text is painted together, ten times a second', () => {
  const { batch, painted, pass } = bench();
  batch.typed();
  batch.push(update);
  batch.push(update);
  pass(batchMs - 1);
  expect(painted).toEqual([]);
  batch.push(update);
  pass(1);
  expect(painted).toEqual([3]);
  pass(typingMs);
  batch.push(update);
  expect(painted).toEqual([3, 1]);
});

test('nothing is painted while an input method composes, and everything after it', () => {
  const { batch, painted, pass } = bench();
  batch.typed();
  batch.push(update);
  batch.hold();
  pass(10 * batchMs);
  batch.push(update);
  expect(painted).toEqual([]);
  batch.release();
  expect(painted).toEqual([2]);
});
