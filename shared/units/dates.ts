/** Dates and times as the chart prints them: dd-MMM-yyyy, 24-hour HH:mm, in the time zone of a site. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Clock {
  year: string;
  month: string;
  day: string;
  hour: string;
  minute: string;
  second: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

function clockAt(at: Date, timeZone: string): Clock {
  const parts = formatIn(timeZone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? '';
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

const instant = (at: Date | string): Date => (typeof at === 'string' ? new Date(at) : at);

const words = (year: string, month: string, day: string): string => {
  const name = months[Number(month) - 1];
  return name === undefined ? `${year}-${month}-${day}` : `${day}-${name}-${year}`;
};

/** The calendar date at a site, `YYYY-MM-DD`. */
export function dateIn(at: Date | string, timeZone: string): string {
  const { year, month, day } = clockAt(instant(at), timeZone);
  return `${year}-${month}-${day}`;
}

/**
 * `22-Nov-2026`. A date without a time is a day on a calendar and is never moved by a zone; one known to the month or
 * year says no more than that.
 */
export function formatDate(date: Date | string, timeZone: string): string {
  if (typeof date === 'string') {
    const plain = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(date);
    if (plain) {
      const [, year = '', month, day] = plain;
      if (month === undefined) return year;
      return day === undefined ? `${months[Number(month) - 1] ?? month}-${year}` : words(year, month, day);
    }
  }
  const at = instant(date);
  if (Number.isNaN(at.getTime())) return 'date not readable';
  const { year, month, day } = clockAt(at, timeZone);
  return words(year, month, day);
}

/** `03:12`. */
export function formatTime(at: Date | string, timeZone: string): string {
  const when = instant(at);
  if (Number.isNaN(when.getTime())) return 'time not readable';
  const { hour, minute } = clockAt(when, timeZone);
  return `${hour}:${minute}`;
}

/** Minutes east of Greenwich at that instant. */
function offsetMinutes(at: Date, timeZone: string): number {
  const { year, month, day, hour, minute, second } = clockAt(at, timeZone);
  const asUtc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return Math.round((asUtc - Math.floor(at.getTime() / 1000) * 1000) / 60_000);
}

/** The instant at which a day (`YYYY-MM-DD`) begins at a site. */
export function dayStart(day: string, timeZone: string): Date {
  const beginning = (offset: string): Date => new Date(`${day}T00:00:00${offset}`);
  // The offset of about that time, then the one that holds at the midnight which it gives.
  return beginning(zoneOffset(beginning(zoneOffset(`${day}T00:00:00Z`, timeZone)), timeZone));
}

/** `+01:00`. */
export function zoneOffset(at: Date | string, timeZone: string): string {
  const minutes = offsetMinutes(instant(at), timeZone);
  const two = (number: number): string => String(number).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

const dayMs = 86_400_000;

/** Whether this reading of the clock comes twice that day, because the clocks go back. */
export function isRepeatedTime(at: Date | string, timeZone: string): boolean {
  const when = instant(at);
  const here = offsetMinutes(when, timeZone);
  return [-dayMs, dayMs].some((step) => {
    const other = offsetMinutes(new Date(when.getTime() + step), timeZone);
    if (other === here) return false;
    const twin = new Date(when.getTime() + (here - other) * 60_000);
    return offsetMinutes(twin, timeZone) === other;
  });
}

/**
 * `22-Nov-2026 03:12`. The offset is added where it is asked for (signatures, audit, print), and always in the hour
 * that comes twice.
 */
export function formatDateTime(
  at: Date | string,
  timeZone: string,
  options: { offset?: boolean } = {},
): string {
  const when = instant(at);
  if (Number.isNaN(when.getTime())) return 'time not readable';
  const offset = options.offset === true || isRepeatedTime(when, timeZone);
  const plain = `${formatDate(when, timeZone)} ${formatTime(when, timeZone)}`;
  return offset ? `${plain} ${zoneOffset(when, timeZone)}` : plain;
}

/** The time alone on the same day as `now`, else with its day: `03:05`, `21-Nov 18:40`, `21-Nov-2025 18:40`. */
export function formatWhen(at: Date | string, now: Date, timeZone: string): string {
  const when = instant(at);
  if (Number.isNaN(when.getTime())) return 'time not readable';
  const [there, here] = [dateIn(when, timeZone), dateIn(now, timeZone)];
  if (there === here && !isRepeatedTime(when, timeZone)) return formatTime(when, timeZone);
  const full = formatDateTime(when, timeZone);
  return there.slice(0, 4) === here.slice(0, 4) ? full.replace(/^(\d{2}-\p{L}+)-\d{4}/u, '$1') : full;
}
