import { describe, expect, test } from 'vitest';
import { idleStep } from '../../../client/session/idleStep.ts';
import { idleMs } from '../../../shared/wire/idle.ts';

const minute = 60_000;
const at = (minutes: number): number => minutes * minute;

describe('a screen that is left alone', () => {
  test.each([
    ['waits until half a minute before', { now: 1, acted: 0, expires: 15, heard: true }, 'wait', 13.5],
    ['says that it will lock', { now: 14.5, acted: 0, expires: 15, heard: true }, 'warn', 0.5],
    [
      'never locks before the service has ended the session',
      { now: 15, acted: 0, expires: 15, heard: true },
      'wait',
      1 / 60,
    ],
    [
      'waits on when another screen of theirs is used',
      { now: 15, acted: 0, expires: 25, heard: true },
      'wait',
      9.5,
    ],
    ['says so without the service too', { now: 14.75, acted: 0, expires: 15, heard: false }, 'warn', 0.25],
    ['locks without the service too', { now: 15, acted: 0, expires: 15, heard: false }, 'lock', null],
    [
      'locks at once when the device wakes late',
      { now: 300, acted: 0, expires: 15, heard: false },
      'lock',
      null,
    ],
    [
      'stays with whoever types through an outage',
      { now: 40, acted: 39, expires: 15, heard: false },
      'wait',
      13.5,
    ],
  ] as const)('%s', (_rule, { now, acted, expires, heard }, kind, inMinutes) => {
    const step = idleStep({ nowMs: at(now), actedAtMs: at(acted), expiresAtMs: at(expires), heard });
    expect(step).toEqual(inMinutes === null ? { kind } : { kind, ms: at(inMinutes) });
  });

  test('locks after a quarter of an hour', () => expect(idleMs).toBe(at(15)));
});
