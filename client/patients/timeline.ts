import { news2, type News2Band } from '../../shared/flowsheet/news2.ts';
import { news2Offer } from '../../shared/flowsheet/news2Due.ts';
import { news2SetOf, vitalSets } from '../../shared/flowsheet/vitalSets.ts';
import { isPregnant } from '../../shared/patients/pregnancy.ts';
import type { ChartSummary } from '../../shared/patients/schema.ts';
import { scale, type Extent, type Point } from '../ui/scale.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearMs = 365.25 * dayMs;

export const spans = ['day', 'week', 'stay', 'year', 'all'] as const;
export type Span = (typeof spans)[number];

export interface Instant {
  at: number;
  label: string;
  flagged: boolean;
}

const timeOf = (at: string | null): number | null => {
  const ms = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) ? null : ms;
};

export interface Stretch {
  id: string;
  start: number;
  end: number;
}

export interface Score {
  at: number;
  score: number;
  band: News2Band;
}

/** The scores of complete sets. Of whom it is not offered, none. */
export function scoresOf(chart: ChartSummary, today: string): Score[] {
  const { patient, pregnancy } = chart.banner;
  const pregnant = isPregnant(pregnancy, new Date(today));
  if (!news2Offer({ birthDate: patient.birthDate, pregnant }, today).offered) return [];
  return vitalSets(chart.vitals.flatMap((series) => series.points)).flatMap(({ at, observations }) => {
    const { score, band } = news2(news2SetOf(observations));
    return score === null ? [] : [{ at: Date.parse(at), score, band }];
  });
}

/** What a span shows, ending a little after now so that the present is not the edge. */
export function windowOf(span: Span, chart: ChartSummary, times: readonly number[], now: number): Extent {
  const stay = chart.encounters.find((encounter) => encounter.status === 'in-progress');
  const starts = {
    day: now - dayMs,
    week: now - 7 * dayMs,
    stay: timeOf(stay?.startAt ?? null) ?? now - dayMs,
    year: now - yearMs,
    all: times.length === 0 ? now - dayMs : Math.min(...times),
  };
  const length = Math.max(now - starts[span], 6 * hourMs);
  return { min: now - length * 1.02, max: now + length * 0.05 };
}

/** Moves a window by most of its own length, and not past the record. */
export function shifted({ min, max }: Extent, direction: -1 | 1, whole: Extent): Extent {
  const length = max - min;
  const wanted = min + direction * length * 0.8;
  const start = Math.min(Math.max(wanted, whole.min), Math.max(whole.min, whole.max - length));
  return { min: start, max: start + length };
}

/** The spans that would differ: nobody needs "24 h" of a record whose latest entry is a year old. */
export function usefulSpans(chart: ChartSummary, times: readonly number[], now: number): Span[] {
  const latest =
    times.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...times.filter((time) => time <= now));
  const reach = { day: dayMs, week: 7 * dayMs, year: yearMs } as const;
  return spans.filter((span) => {
    if (span === 'all') return true;
    if (span === 'stay') return chart.encounters.some((encounter) => encounter.status === 'in-progress');
    return now - latest < reach[span];
  });
}

export interface Tick {
  at: number;
  kind: 'year' | 'month' | 'day' | 'hour';
}

const hourSteps = [1, 2, 3, 6, 12].map((hours) => hours * hourMs);
const dayStepsOf = [1, 2, 5, 10].map((days) => days * dayMs);

/** Round times within a window, at most `most`. `offsetMs` is how far local midnight lies from midnight UTC. */
export function timeTicks({ min, max }: Extent, most: number, offsetMs: number): Tick[] {
  const length = max - min;
  const step = [...hourSteps, ...dayStepsOf].find((each) => length / each <= most);
  if (step !== undefined) return evenTicks({ min, max }, step, offsetMs);
  const years = length / yearMs;
  const months = [1, 2, 3, 6].find((each) => (years * 12) / each <= most);
  if (months !== undefined) return calendarTicks({ min, max }, months, offsetMs);
  const yearStep = [1, 2, 5, 10, 20].find((each) => years / each <= most) ?? 50;
  return calendarTicks({ min, max }, yearStep * 12, offsetMs);
}

function evenTicks({ min, max }: Extent, step: number, offsetMs: number): Tick[] {
  const found: Tick[] = [];
  for (let local = Math.ceil((min + offsetMs) / step) * step; local <= max + offsetMs; local += step) {
    found.push({ at: local - offsetMs, kind: local % dayMs === 0 ? 'day' : 'hour' });
  }
  return found;
}

function calendarTicks({ min, max }: Extent, months: number, offsetMs: number): Tick[] {
  const first = new Date(min + offsetMs);
  const found: Tick[] = [];
  let index = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  for (;;) {
    const at = Date.UTC(Math.floor(index / 12), index % 12, 1) - offsetMs;
    if (at > max) return found;
    if (at >= min) found.push({ at, kind: index % 12 === 0 ? 'year' : 'month' });
    index += months;
  }
}

export interface Mark<T extends Instant = Instant> {
  x: number;
  row: number;
  items: T[];
}

const markGap = 10;

/** Instants as marks: those that would touch become one. */
export function marksOf<T extends Instant>(instants: readonly T[], window: Extent, plot: Extent): Mark<T>[] {
  const marks: Mark<T>[] = [];
  const inside = instants
    .filter(({ at }) => at >= window.min && at <= window.max)
    .sort((one, other) => one.at - other.at);
  for (const instant of inside) {
    const x = scale(instant.at, window, plot);
    const last = marks.at(-1);
    if (last && x - last.x < markGap) last.items.push(instant);
    else marks.push({ x, row: 0, items: [instant] });
  }
  return marks;
}

export interface Labelled<T extends Instant = Instant> extends Mark<T> {
  /** Empty where there is no room: the mark alone then stands for it. */
  text: string;
}

/**
 * Gives marks their words, on two lines. On the first a label ends before the next mark; one that would not goes to the
 * second, if the label before it there has ended. So nothing is ever written over anything.
 */
export function labelled<T extends Instant>(
  marks: readonly Mark<T>[],
  words: (mark: Mark<T>) => string,
  lengthOf: (text: string) => number,
  edge: number,
): Labelled<T>[] {
  let secondFree = Number.NEGATIVE_INFINITY;
  return marks.map((mark, index) => {
    const text = words(mark);
    const end = mark.x + lengthOf(text);
    const next = marks[index + 1]?.x ?? Number.POSITIVE_INFINITY;
    if (end <= edge && end <= next - markGap / 2) return { ...mark, row: 0, text };
    if (end <= edge && secondFree <= mark.x - markGap) {
      secondFree = end;
      return { ...mark, row: 1, text };
    }
    return { ...mark, row: 0, text: '' };
  });
}

/** Rows so that no two stretches of a row overlap. Places each in the first row with room. */
export function rowsOf<T extends Stretch>(
  stretches: readonly T[],
  least: number,
): { stretch: T; row: number }[] {
  const ends: number[] = [];
  return [...stretches]
    .sort((one, other) => one.start - other.start)
    .map((stretch) => {
      const found = ends.findIndex((end) => end <= stretch.start);
      const row = found < 0 ? ends.length : found;
      ends[row] = Math.max(stretch.end, stretch.start + least);
      return { stretch, row };
    });
}

/** A pause far longer than usual is a gap in the record, not a slow change: no line is drawn across it. */
export function withGaps(points: readonly Point[]): Point[] {
  const steps = points.slice(1).map((point, index) => point.at - points[index]!.at);
  const usual = [...steps].sort((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 0;
  const longest = Math.max(usual * 3, hourMs);
  return points.flatMap((point, index) =>
    index > 0 && steps[index - 1]! > longest
      ? [{ at: (point.at + points[index - 1]!.at) / 2, value: null }, point]
      : [point],
  );
}
