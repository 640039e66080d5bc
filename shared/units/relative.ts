import { noBreakSpace } from './number.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const counted = (count: number, unit: string): string => `${count}${noBreakSpace}${unit}`;

/** A length of time, rounded down to its largest unit: `24 min`, `8 h`, `3 days`. */
export function durationWords(ms: number): string {
  const size = Math.abs(ms);
  if (size < hourMs) return counted(Math.floor(size / minuteMs), 'min');
  if (size < 2 * dayMs) return counted(Math.floor(size / hourMs), 'h');
  const days = Math.floor(size / dayMs);
  if (days < 365) return counted(days, 'days');
  const years = Math.floor(days / 365.25);
  return years <= 1 ? counted(1, 'year') : counted(years, 'years');
}

/** `12 min ago`, `just now`, `in 4 h`. Screens print the absolute time beside it. */
export function ago(at: Date | string, now: Date): string {
  const ms = now.getTime() - new Date(at).getTime();
  if (Number.isNaN(ms)) return 'time not readable';
  if (Math.abs(ms) < minuteMs) return 'just now';
  return ms > 0 ? `${durationWords(ms)} ago` : `in ${durationWords(ms)}`;
}

/** `Overdue 24 min`, or null while it is not. A minute of grace keeps the tag from flickering on time. */
export function overdueWords(dueAt: Date | string | null, now: Date): string | null {
  if (dueAt === null) return null;
  const late = now.getTime() - new Date(dueAt).getTime();
  return late < minuteMs ? null : `Overdue ${durationWords(late)}`;
}
