export interface Point {
  /** Milliseconds since the epoch. */
  at: number;
  /** Null is a gap: no line is drawn across it. */
  value: number | null;
}

export interface Range {
  low: number | null;
  high: number | null;
}

export interface Extent {
  min: number;
  max: number;
}

/** From lowest to highest of the values and their normal range, with a little air; never of no height. */
export function extentOf(values: readonly number[], range: Range | null): Extent {
  const all = [...values, ...[range?.low, range?.high].filter((edge) => edge !== null && edge !== undefined)];
  if (all.length === 0) return { min: 0, max: 1 };
  const min = Math.min(...all);
  const max = Math.max(...all);
  const air = (max - min) * 0.12 || Math.abs(max) * 0.1 || 1;
  // What cannot be negative gets no axis below nought.
  return { min: min >= 0 ? Math.max(0, min - air) : min - air, max: max + air };
}

/** Maps a value of `from` linearly to `to`. */
export function scale(value: number, from: Extent, to: Extent): number {
  const span = from.max - from.min;
  return span === 0 ? (to.min + to.max) / 2 : to.min + ((value - from.min) / span) * (to.max - to.min);
}

/** Runs of points without a gap between them. */
export function runs(points: readonly Point[]): { at: number; value: number }[][] {
  const found: { at: number; value: number }[][] = [];
  let open: { at: number; value: number }[] | null = null;
  for (const { at, value } of points) {
    if (value === null) open = null;
    else if (open === null) found.push((open = [{ at, value }]));
    else open.push({ at, value });
  }
  return found;
}

/** Up to `most` round numbers within the extent, for an axis. */
export function ticks(extent: Extent, most = 3): number[] {
  const span = extent.max - extent.min;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const lists = [1, 2, 5, 10, 20].map((unit) => multiplesIn(extent, unit * power));
  return lists.find((list) => list.length <= most) ?? [];
}

function multiplesIn({ min, max }: Extent, step: number): number[] {
  const list: number[] = [];
  for (let value = Math.ceil(min / step) * step; value <= max; value += step) {
    // Floating noise (0.1 + 0.2) has no place on an axis.
    list.push(Number(value.toPrecision(12)));
  }
  return list;
}
