import type { Banner } from './schema.ts';

const dayMs = 86_400_000;

/**
 * How long a pregnancy can last from when it was first noticed, and past its due date: a birth later than 42 completed
 * weeks is post-term (WHO), and one more is left for dates that were estimated.
 */
const longestMs = 43 * 7 * dayMs;
const pastDueMs = 21 * dayMs;

/** What a date to the year or month leaves open. */
const openMs: Record<number, number> = { 4: 366 * dayMs, 7: 31 * dayMs };

/** A pregnancy on record, as long as it can still last: what was recorded two years ago says nothing about today. */
export function pregnancyNow(pregnancy: Banner['pregnancy'], now: Date): Banner['pregnancy'] {
  if (pregnancy === null) return null;
  const { dueDate, since } = pregnancy;
  const endsMs =
    dueDate !== null
      ? Date.parse(dueDate) + (openMs[dueDate.length] ?? 0) + pastDueMs
      : since !== null
        ? Date.parse(since) + longestMs
        : Infinity;
  return now.getTime() < endsMs ? pregnancy : null;
}

/** Whether scores and doses made for those who are not pregnant are out of place. */
export const isPregnant = (pregnancy: Banner['pregnancy'], now: Date): boolean =>
  pregnancyNow(pregnancy, now)?.status === 'pregnant';
