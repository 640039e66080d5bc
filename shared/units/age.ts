import { noBreakSpace } from './number.ts';

interface Day {
  year: number;
  month: number;
  day: number;
}

const plainDate = /^(\d{4})-(\d{2})-(\d{2})/;

function dayOf(date: string): Day | null {
  const match = plainDate.exec(date);
  if (!match) return null;
  return { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
}

const dayNumber = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day) / 86_400_000;

function wholeMonths(from: Day, to: Day): number {
  return (to.year - from.year) * 12 + (to.month - from.month) - (to.day < from.day ? 1 : 0);
}

/** Whole years between two calendar dates (`YYYY-MM-DD`); null when either is not known to the day. */
export function yearsBetween(birthDate: string, on: string): number | null {
  const [born, day] = [dayOf(birthDate), dayOf(on)];
  return born && day ? Math.floor(wholeMonths(born, day) / 12) : null;
}

/**
 * Age on a calendar date at the site: days up to 4 weeks, months up to 2 years, then years, because a dose by age
 * needs to know which month an infant is in. A birth date known to the year only gives `about 69 y`. For the
 * deceased, `on` is the date of death.
 */
export function ageWords(birthDate: string | null, on: string): string {
  if (birthDate === null) return 'age unknown';
  const today = dayOf(on);
  const born = dayOf(birthDate);
  const words = (count: number, unit: string): string => `${count}${noBreakSpace}${unit}`;
  if (!today) return 'age unknown';
  if (!born) {
    const year = /^\d{4}/.exec(birthDate)?.[0];
    if (year === undefined || Number(year) > today.year) return 'age unknown';
    return `about ${words(today.year - Number(year), 'y')}`;
  }
  const days = dayNumber(today) - dayNumber(born);
  if (days < 0) return 'age unknown';
  if (days < 28) return words(days, days === 1 ? 'day' : 'days');
  const months = wholeMonths(born, today);
  if (months < 24) return words(Math.max(months, 0), months === 1 ? 'month' : 'months');
  return words(Math.floor(months / 12), 'y');
}
