import { formatNumber } from './number.ts';

/** Timing codes (FHIR's timing abbreviations, and the few a ward needs beside them) and the words shown for them. */
const codeWords = new Map<string, string>(
  Object.entries({
    QD: 'daily',
    BID: 'twice daily',
    TID: '3 times daily',
    QID: '4 times daily',
    QOD: 'every other day',
    AM: 'in the morning',
    PM: 'in the afternoon',
    BED: 'at bedtime',
    WK: 'weekly',
    MO: 'monthly',
    ONCE: 'once',
    STAT: 'once, now',
    CONT: 'continuously',
  }),
);

/** The codes offered in a list, in the order in which they are offered. */
export const timingCodes = [
  'STAT',
  'ONCE',
  'QD',
  'BID',
  'TID',
  'QID',
  'AM',
  'BED',
  'Q1H',
  'Q2H',
  'Q4H',
  'Q6H',
  'Q8H',
  'Q12H',
  'QOD',
  'WK',
  'MO',
  'CONT',
] as const;

const everyHours = /^Q(\d{1,2})H$/;

/** Whether a code says when; `Q` with any number of hours does. */
export const isTimingCode = (code: string): boolean =>
  codeWords.has(code) || Number(everyHours.exec(code)?.[1] ?? 0) > 0;

/** FHIR R4 `Timing`, as much of it as is read here. */
export interface FhirTiming {
  code?: {
    text?: string | undefined;
    coding?: { code?: string | undefined; display?: string | undefined }[] | undefined;
  };
  repeat?: {
    count?: number | undefined;
    frequency?: number | undefined;
    period?: number | undefined;
    periodUnit?: string | undefined;
    timeOfDay?: string[] | undefined;
    dayOfWeek?: string[] | undefined;
    when?: string[] | undefined;
  };
}

const whenWords = new Map<string, string>(
  Object.entries({
    MORN: 'in the morning',
    NOON: 'at noon',
    AFT: 'in the afternoon',
    EVE: 'in the evening',
    NIGHT: 'at night',
    HS: 'at bedtime',
    AC: 'before meals',
    PC: 'after meals',
    C: 'with meals',
  }),
);

const dayWords = new Map<string, string>(
  Object.entries({
    mon: 'Monday',
    tue: 'Tuesday',
    wed: 'Wednesday',
    thu: 'Thursday',
    fri: 'Friday',
    sat: 'Saturday',
    sun: 'Sunday',
  }),
);

const periodUnits = new Map<string, [one: string, many: string, each: string]>(
  Object.entries({
    s: ['second', 'seconds', 'every second'],
    min: ['minute', 'minutes', 'every minute'],
    h: ['hour', 'hours', 'every hour'],
    d: ['day', 'days', 'daily'],
    wk: ['week', 'weeks', 'weekly'],
    mo: ['month', 'months', 'monthly'],
    a: ['year', 'years', 'yearly'],
  }),
);

const times = (count: number): string => (count === 2 ? 'twice' : `${formatNumber(count)} times`);

const joinedList = (words: string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

function frequencyWords(repeat: NonNullable<FhirTiming['repeat']>): string | null {
  const unit = periodUnits.get(repeat.periodUnit ?? '');
  if (!unit) return null;
  const [frequency, period] = [repeat.frequency ?? 1, repeat.period ?? 1];
  const every = period === 1 ? unit[2] : `every ${formatNumber(period)} ${unit[1]}`;
  if (frequency === 1) return period === 2 && repeat.periodUnit === 'd' ? 'every other day' : every;
  const within = period === 1 && every.startsWith('every') ? `per ${unit[0]}` : every;
  return period === 1
    ? `${times(frequency)} ${within}`
    : `${times(frequency)} in ${formatNumber(period)} ${unit[1]}`;
}

function timingWords(timing: FhirTiming): string | null {
  const { repeat } = timing;
  if (!repeat) {
    const code = timing.code?.coding?.find(
      (coding) => coding.code !== undefined && isTimingCode(coding.code),
    )?.code;
    return code === undefined ? (timing.code?.text ?? null) : codeToWords(code);
  }
  const parts = [
    repeat.count === 1 && repeat.frequency === undefined ? 'once' : frequencyWords(repeat),
    repeat.dayOfWeek?.length
      ? `on ${joinedList(repeat.dayOfWeek.map((day) => dayWords.get(day) ?? day))}`
      : null,
    ...(repeat.when ?? []).map((when) => whenWords.get(when) ?? null),
    repeat.timeOfDay?.length ? `at ${joinedList(repeat.timeOfDay.map((time) => time.slice(0, 5)))}` : null,
    repeat.count !== undefined && repeat.count > 1 ? `${formatNumber(repeat.count)} times in all` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ');
}

function codeToWords(code: string): string | null {
  const hours = Number(everyHours.exec(code)?.[1] ?? 0);
  if (hours > 0) return hours === 1 ? 'every hour' : `every ${hours} hours`;
  return codeWords.get(code) ?? null;
}

/** When a dose is due, in words: never QD, BID or another abbreviation. What cannot be read is named as such. */
export function timingInWords(timing: string | FhirTiming): string {
  const words = typeof timing === 'string' ? codeToWords(timing) : timingWords(timing);
  return words ?? 'timing not readable';
}
