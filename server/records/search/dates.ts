/** First and last millisecond of what a date or dateTime covers: `2024` is a whole year. */
export interface Span {
  start: number;
  end: number;
}

/** Where a period is open; JavaScript knows no earlier or later instant. */
export const earliest = -8_640_000_000_000_000;
export const latest = 8_640_000_000_000_000;

const form =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Null for what is no FHIR date. A time without a zone counts as UTC, as a date without a time does. */
export function spanOf(text: string): Span | null {
  const match = form.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const at = (y: string, mo = '01', d = '01', time = '00:00:00.000'): number =>
    Date.parse(`${y}-${mo}-${d}T${time}${zone ?? 'Z'}`);
  // Date.parse takes the 31st of a short month for the first days of the next.
  if (day !== undefined && new Date(`${year}-${month}-${day}T00:00Z`).getUTCDate() !== Number(day))
    return null;
  const start = at(year!, month, day, timeOf(hour, minute, second, fraction));
  const end = start + lengthMs(match) - 1;
  return Number.isNaN(end) ? null : { start, end };
}

const timeOf = (hour = '00', minute = '00', second = '00', fraction = ''): string =>
  `${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}`;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

function lengthMs([, year, month, day, hour, , second, fraction]: RegExpExecArray): number {
  if (fraction !== undefined) return 10 ** Math.max(0, 3 - fraction.length);
  if (second !== undefined) return secondMs;
  if (hour !== undefined) return minuteMs;
  if (day !== undefined) return dayMs;
  const first = (y: number, m: number): number => new Date(0).setUTCFullYear(y, m, 1);
  if (month !== undefined) return first(Number(year), Number(month)) - first(Number(year), Number(month) - 1);
  return first(Number(year) + 1, 0) - first(Number(year), 0);
}
