import { median, type Ratio } from './statistics.ts';

/** Three significant digits, thousands apart. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

/** The median of the repetitions, with their spread when there are several. */
export function spread(values: readonly number[]): string {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return '–';
  if (known.length === 1) return number(known[0]!);
  return `${number(median(known))} (${number(Math.min(...known))}–${number(Math.max(...known))})`;
}

export const times = ({ median, low, high }: Ratio): string =>
  Number.isFinite(median) ? `${number(median)} × (${number(low)}–${number(high)})` : '–';

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
