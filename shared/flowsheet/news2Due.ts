import type { News2Result } from './news2.ts';

const hourMs = 3_600_000;

/** How soon the next set is wanted after a set: between `fromMs` and `toMs`, or without a pause. */
export type News2Interval = { continuous: true } | { continuous: false; fromMs: number; toMs: number };

/** Minimum frequency of observations for a complete set (Royal College of Physicians, 2017). */
function intervalOf(score: number, single3: boolean): News2Interval {
  if (score >= 7) return { continuous: true };
  if (score >= 5 || single3) return { continuous: false, fromMs: hourMs, toMs: hourMs };
  if (score >= 1) return { continuous: false, fromMs: 4 * hourMs, toMs: 6 * hourMs };
  return { continuous: false, fromMs: 12 * hourMs, toMs: 12 * hourMs };
}

/** Null for an incomplete set: what is not known cannot say how long to wait. */
export const news2Interval = (result: News2Result): News2Interval | null =>
  result.score === null ? null : intervalOf(result.score, Object.values(result.parameters).includes(3));

export interface ScoredSet {
  result: News2Result;
  at: Date;
}

export interface DueSettings {
  /** The last complete set before an incomplete one: its clock keeps running. */
  previousComplete?: ScoredSet | undefined;
  /** A clinician may ask for observations more often than the score does, never less often. */
  everyMs?: number | undefined;
}

/**
 * When the next set is due at the latest; null means continuous monitoring. An incomplete set buys no time: what it
 * lacks is due when the last complete set said (at once, if there was none), and within the hour if what it holds
 * already has a single 3 or adds up to 5.
 */
export function news2NextDueAt(latest: ScoredSet, settings: DueSettings = {}): Date | null {
  const asked = settings.everyMs === undefined ? Infinity : latest.at.getTime() + settings.everyMs;
  const scored = latest.result.score === null ? incompleteDueAt(latest, settings) : dueAfter(latest);
  const due = Math.min(asked, scored);
  return due === Infinity ? null : new Date(due);
}

function dueAfter({ result, at }: ScoredSet): number {
  const interval = news2Interval(result);
  return interval === null || interval.continuous ? Infinity : at.getTime() + interval.toMs;
}

function incompleteDueAt(latest: ScoredSet, { previousComplete }: DueSettings): number {
  const known = Object.values(latest.result.parameters).filter((points) => points !== null);
  const worrying = known.includes(3) || known.reduce<number>((sum, points) => sum + points, 0) >= 5;
  const running = previousComplete === undefined ? latest.at.getTime() : dueAfter(previousComplete);
  // Under continuous monitoring a gap is missed at once.
  const owed = running === Infinity ? latest.at.getTime() : running;
  return worrying ? Math.min(owed, latest.at.getTime() + hourMs) : owed;
}

export const news2Reasons = ['under-16', 'pregnancy', 'birth-date-unknown'] as const;
export type News2Offer = { offered: true } | { offered: false; reason: (typeof news2Reasons)[number] };

/**
 * Whether the score may be shown for this patient at all (it was made for adults, and not for pregnancy). `on` is
 * the calendar date at the site. A birth date known to the year or month only counts as the latest day it can mean.
 */
export function news2Offer(patient: { birthDate: string | null; pregnant: boolean }, on: string): News2Offer {
  const born =
    patient.birthDate === null ? null : /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(patient.birthDate);
  if (!born) return { offered: false, reason: 'birth-date-unknown' };
  const sixteenth = `${Number(born[1]) + 16}-${born[2] ?? '12'}-${born[3] ?? '31'}`;
  if (on < sixteenth) return { offered: false, reason: 'under-16' };
  return patient.pregnant ? { offered: false, reason: 'pregnancy' } : { offered: true };
}
