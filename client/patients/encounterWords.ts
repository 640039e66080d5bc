import type { EncounterLine } from '../../shared/patients/schema.ts';
import { words } from '../messages/words.ts';

/** `v3-ActCode` in words; a code that is not known is shown as it is. */
export const classWords = (code: string): string =>
  (words.encounterClasses as Record<string, string>)[code] ?? code;

/** `20-Nov-2026 to 22-Nov-2026`, `since 20-Nov-2026`. */
export function periodWords(
  { startAt, endAt, status }: Pick<EncounterLine, 'startAt' | 'endAt' | 'status'>,
  date: (at: string) => string,
): string {
  if (startAt === null) return words.summary.noTime;
  const start = date(startAt);
  if (endAt !== null) return date(endAt) === start ? start : words.summary.fromTo(start, date(endAt));
  return status === 'in-progress' ? words.summary.since(start) : start;
}

/** Why an encounter that stands in a list does not count; null for one that does. */
export function errorWords({
  status,
  movedAway,
}: Pick<EncounterLine, 'status' | 'movedAway'>): string | null {
  if (status !== 'entered-in-error') return null;
  return movedAway ? words.demographics.refiled : words.demographics.inError;
}
