import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * How far the heap may grow over what is in use before it is collected, per cent. V8 would let it double: with a
 * thousand charts open most of the memory would be garbage, for a few milliseconds of marking saved.
 */
const growth = 25;

/** To be called before the heap has grown. */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}

/** V8 frees what is dead at the first, moves what is left together at the second; it may have been marking already. */
const collections = 3;
const apartMs = 500;

/**
 * Collects all garbage, and gives back what only that held. A few times nothing moves for some 50 ms. V8 does so by itself
 * only in a process that does nothing at all, which a service never does.
 */
export function collectGarbage(times = collections): void {
  setFlagsFromString('--expose-gc');
  // Else pages that are half empty stay as they are, and there are more of them each time that many have come and left.
  setFlagsFromString('--compact-on-every-full-gc');
  (runInNewContext('gc') as () => void)();
  setFlagsFromString('--no-compact-on-every-full-gc');
  if (times > 1) setTimeout(() => collectGarbage(times - 1), apartMs).unref();
}
