import { expect, test } from 'vitest';
import { createThrottle } from '../../../server/auth/throttle.ts';
import { fixedClock } from '../../support/clock.ts';

const fail = (throttle: ReturnType<typeof createThrottle>, username: string, address: string): boolean =>
  throttle.begin(username, address).ok;

test('ten failed tries of one person at one address are taken, the eleventh is not', () => {
  const throttle = createThrottle(fixedClock().now);
  for (let tries = 0; tries < 10; tries += 1) expect(fail(throttle, 'nurse', 'desk 1')).toBe(true);
  expect(fail(throttle, 'nurse', 'desk 1')).toBe(false);
});

test('a colleague at the same desk, and the same person at another, are not held up', () => {
  const throttle = createThrottle(fixedClock().now);
  for (let tries = 0; tries < 11; tries += 1) fail(throttle, 'nurse', 'desk 1');
  expect(fail(throttle, 'resident', 'desk 1')).toBe(true);
  expect(fail(throttle, 'nurse', 'desk 2')).toBe(true);
});

test('tries that succeed are never counted', () => {
  const throttle = createThrottle(fixedClock().now);
  for (let tries = 0; tries < 500; tries += 1) {
    const begun = throttle.begin('nurse', 'desk 1');
    expect(begun.ok).toBe(true);
    if (begun.ok) begun.value.succeeded();
  }
});

test('tries in parallel count before they have failed', () => {
  const throttle = createThrottle(fixedClock().now);
  const begun = Array.from({ length: 30 }, () => throttle.begin('nurse', 'desk 1'));
  expect(begun.filter(({ ok }) => ok)).toHaveLength(10);
});

test('who is refused is told how long to wait, and may try again after that', () => {
  const clock = fixedClock();
  const throttle = createThrottle(clock.now);
  for (let tries = 0; tries < 10; tries += 1) {
    fail(throttle, 'nurse', 'desk 1');
    clock.step(1_000);
  }
  const refused = throttle.begin('nurse', 'desk 1');
  expect(refused).toEqual({ ok: false, error: 5 * 60_000 - 10_000 });
  clock.step(5 * 60_000 - 10_000);
  expect(fail(throttle, 'nurse', 'desk 1')).toBe(true);
});

test('guessing one person from many addresses, or many from one, ends too', () => {
  const throttle = createThrottle(fixedClock().now);
  const oneName = Array.from({ length: 150 }, (_, index) => fail(throttle, 'nurse', `desk ${index}`));
  expect(oneName.filter(Boolean)).toHaveLength(100);
  const oneAddress = Array.from({ length: 400 }, (_, index) => fail(throttle, `person ${index}`, 'a proxy'));
  expect(oneAddress.filter(Boolean)).toHaveLength(300);
});
