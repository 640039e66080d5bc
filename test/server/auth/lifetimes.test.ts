import { expect, test } from 'vitest';
import { idleMs } from '../../../shared/wire/idle.ts';
import { absoluteMs, isConfirmed, isOver, slide, startLifetime } from '../../../server/auth/lifetimes.ts';

const start = new Date('2026-03-02T07:00:00Z');
const after = (ms: number): Date => new Date(start.getTime() + ms);
const second = 1_000;
const minute = 60_000;

test('a session that nobody uses lasts fifteen minutes, a busy one twelve hours', () => {
  const { expiresAt, endsAt } = startLifetime(start);
  expect(expiresAt).toEqual(after(15 * minute));
  expect(endsAt).toEqual(after(12 * 60 * minute));
});

test('a session is over at the end of its idle or of its absolute lifetime, to the millisecond', () => {
  const fresh = startLifetime(start);
  expect(isOver(fresh, after(idleMs - 1))).toBe(false);
  expect(isOver(fresh, after(idleMs))).toBe(true);
  const busy = { ...fresh, expiresAt: after(absoluteMs + minute) };
  expect(isOver(busy, after(absoluteMs - 1))).toBe(false);
  expect(isOver(busy, after(absoluteMs))).toBe(true);
});

test('sliding is written at most once a minute', () => {
  const fresh = startLifetime(start);
  expect(slide(fresh, after(59 * second))).toBeNull();
  expect(slide(fresh, after(minute))).toEqual(after(minute + idleMs));
});

test('sliding never passes the absolute end, and reaches it', () => {
  const late = { expiresAt: after(absoluteMs - 10 * second), endsAt: after(absoluteMs) };
  expect(slide(late, after(absoluteMs - minute))).toEqual(after(absoluteMs));
  const last = { expiresAt: after(absoluteMs), endsAt: after(absoluteMs) };
  expect(slide(last, after(absoluteMs - second))).toBeNull();
});

test('a proof of identity is fresh for five minutes', () => {
  expect(isConfirmed(start, after(5 * minute - 1))).toBe(true);
  expect(isConfirmed(start, after(5 * minute))).toBe(false);
});
