import { vi } from 'vitest';

/** Longer than anything takes on a busy machine: what times out here is broken, not slow. */
const patienceMs = 30_000;

/** Asks again and again until what is asserted holds. */
export const eventually = <T>(assertion: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { timeout: patienceMs, interval: 20 });
