import type { Series } from '../../shared/patients/schema.ts';
import { words } from '../messages/words.ts';
import { clock } from '../wire/clock.svelte.ts';
import type { Mark, Tick } from './timeline.ts';
import type { TimelineInstant } from './timelineItems.ts';
import { pressureOf, shortName } from './values.ts';

const longestTitle = 12;
const longestName = 11;

/** One entry is named; of several the first that is out of range, and how many more. */
export function markWords({ items }: Mark<TimelineInstant>): string {
  const named = items.find((item) => item.flagged) ?? items[0];
  return items.length === 1 ? (named?.label ?? '') : words.timeline.many(items.length, named?.label ?? '');
}

/** Of many in one place the first are named: a tooltip longer than the screen says nothing. */
export const markTitle = ({ items }: Mark<TimelineInstant>): string =>
  [
    ...items.slice(0, longestTitle).map(({ label }) => label),
    ...(items.length > longestTitle ? [words.timeline.hidden(items.length - longestTitle)] : []),
  ].join('\n');

/** As long as the margin allows; the whole name is in the tooltip and in the list above. */
export function trendName(series: Series): string {
  const name = series.points.some(pressureOf) ? words.timeline.pressure : shortName(series);
  return name.length > longestName ? `${name.slice(0, longestName - 1).trimEnd()}…` : name;
}

export function tickWords({ at, kind }: Tick): string {
  const date = clock.date(new Date(at + 1));
  if (kind === 'hour') return clock.time(new Date(at));
  if (kind === 'year') return date.slice(-4);
  return kind === 'month' ? date.slice(3) : date.slice(0, 6);
}
