import { getHeapStatistics, setFlagsFromString } from 'node:v8';

/** Garbage for which it is not worth marking what lives, bytes. */
const worthBytes = 40 * 1024 * 1024;
const least = 25;
const most = 100;
const lookEveryMs = 5_000;

/**
 * How far the heap may grow over what is in use before it is collected, per cent. V8 would let it double: with a
 * thousand charts open most of the memory would be garbage. A small one may, for marking it all over and over takes a
 * tenth of the time of a busy service.
 */
export const heapGrowthAt = (usedBytes: number): number =>
  Math.round(Math.min(most, Math.max(least, (100 * worthBytes) / usedBytes)));

export function keepHeapSmall(): void {
  let growth = 0;
  const look = (): void => {
    const now = heapGrowthAt(getHeapStatistics().used_heap_size);
    if (now !== growth) setFlagsFromString(`--heap-growing-percent=${now}`);
    growth = now;
  };
  look();
  setInterval(look, lookEveryMs).unref();
}
