import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { idle } from '../../../client/session/idle.svelte.ts';
import { idleMs, warnMs } from '../../../shared/wire/idle.ts';

const second = 1_000;
const minute = 60 * second;

/** What a screen told and asked of a service that ends a session a quarter of an hour after it last heard of somebody. */
let asked: string[];
let listeners: Map<string, (event: { isTrusted: boolean }) => void>;
let expiresAt: number;
let endsAt: number;
let isReachable: boolean;
let stop: () => void;

const act = (isTrusted = true): void => listeners.get('keydown')?.({ isTrusted });
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2026-11-22T03:00:00Z') });
  asked = [];
  listeners = new Map();
  isReachable = true;
  endsAt = Date.now() + 12 * 60 * minute;
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => listeners.set(type, listener));
  vi.stubGlobal('removeEventListener', (type: string) => listeners.delete(type));
  vi.stubGlobal(
    'fetch',
    vi.fn<typeof fetch>((input, request) => {
      if (!isReachable) return Promise.reject(new TypeError('failed'));
      asked.push(`${request?.method ?? 'GET'} ${typeof input === 'string' ? input : ''}`);
      if (request?.method === 'POST') expiresAt = Math.min(Date.now() + idleMs, endsAt);
      const lifetime = {
        expiresAt: new Date(expiresAt).toISOString(),
        endsAt: new Date(endsAt).toISOString(),
      };
      return Promise.resolve(Response.json(lifetime));
    }),
  );
  stop = idle.start();
  await pass(0);
  asked = [];
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a screen', () => {
  test('on which somebody types tells the service once a minute, and never warns', async () => {
    for (let typed = 0; typed < 20 * 60; typed += 1) {
      await pass(second);
      act();
      expect(idle.warning).toBeNull();
    }
    expect(asked).toEqual(Array.from({ length: 20 }, () => 'POST /api/session/active'));
  });

  test('that nobody uses warns half a minute before, and whoever comes back in time goes on', async () => {
    await pass(idleMs - warnMs - 1);
    expect(idle.warning).toBeNull();
    await pass(1);
    expect(idle.warning).toBe('idle');
    expect(asked).toEqual(['GET /api/session']);
    act(false);
    await pass(0);
    expect(idle.warning, 'a script is nobody').toBe('idle');
    act();
    await pass(0);
    expect(idle.warning).toBeNull();
    expect(asked.at(-1)).toBe('POST /api/session/active');
  });

  test('on which somebody types while the service is away is theirs, and says so as soon as it is back', async () => {
    isReachable = false;
    for (let typed = 0; typed < 20 * 60; typed += 1) {
      await pass(second);
      act();
      expect(idle.warning).toBeNull();
    }
    isReachable = true;
    await pass(10 * second);
    act();
    await pass(0);
    expect(asked).toEqual(['POST /api/session/active']);
  });

  test('warns whoever types of the end of the twelve hours', async () => {
    endsAt = Date.now() + 5 * minute;
    for (let typed = 0; typed < 5 * 60 - 20; typed += 1) {
      await pass(second);
      act();
    }
    expect(idle.warning).toBe('longest');
  });
});
