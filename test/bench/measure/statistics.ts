/** @returns NaN of nothing */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A ratio taken within each repetition, so that what disturbs a whole repetition disturbs both sides of it. */
export interface Ratio {
  median: number;
  low: number;
  high: number;
}

export function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours
    .map((value, repetition) => value / (theirs[repetition] ?? NaN))
    .filter((ratio) => Number.isFinite(ratio));
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}
