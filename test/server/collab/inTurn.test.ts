import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { InTurn } from '../../../server/collab/inTurn.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Turns with a period of 3.2 s, and who has had one. */
function turnsOf<T>(members: Iterable<T>): { visited: T[]; turns: InTurn<T> } {
  const visited: T[] = [];
  const turns = new InTurn(
    3_200,
    () => members,
    (member) => visited.push(member),
  );
  return { visited, turns };
}

test('everybody has their turn once in a period, and never more than a few at once', () => {
  const members = Array.from({ length: 1_000 }, (_, index) => index);
  const { visited, turns } = turnsOf(members);
  vi.advanceTimersByTime(3_100);
  expect(visited).toEqual([]);
  const counts: number[] = [];
  for (let step = 0; step < 32; step++) {
    const before = visited.length;
    vi.advanceTimersByTime(100);
    counts.push(visited.length - before);
  }
  expect(visited).toEqual(members);
  expect(Math.max(...counts)).toBe(32);
  vi.advanceTimersByTime(3_200);
  expect(visited).toEqual([...members, ...members]);
  turns.stop();
  vi.advanceTimersByTime(3_200);
  expect(visited).toHaveLength(2_000);
});

test('who comes when nobody is left to visit has a turn within a period; two of them are one awakening', () => {
  const members = new Set<string>();
  const { visited, turns } = turnsOf(members);
  vi.advanceTimersByTime(3_300);
  members.add('first').add('second');
  vi.advanceTimersByTime(3_099);
  expect(visited).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(visited).toEqual(['first', 'second']);
  expect(vi.getTimerCount()).toBe(1);
  turns.stop();
});
