import type { PanelSeries } from '../../shared/patients/chartViews.ts';
import { formatNumber } from '../../shared/units/number.ts';
import type { ObservationValue } from '../../shared/patients/schema.ts';
import { flagOf, inSeriesUnit, valueOf } from './values.ts';

export const times = ['all', 'year', 'month', 'week'] as const;
export type Time = (typeof times)[number];

const dayMs = 86_400_000;
const lengths: Record<Exclude<Time, 'all'>, number> = {
  year: 365 * dayMs,
  month: 30 * dayMs,
  week: 7 * dayMs,
};

export interface ResultFilter {
  time: Time;
  name: string;
  abnormalOnly: boolean;
}

/** A series is told apart by its unit too: the same test in another unit is another line. */
export const keyOf = ({ code, name, unit }: Pick<PanelSeries, 'code' | 'name' | 'unit'>): string =>
  `${code} ${unit ?? ''} ${code === '' ? name : ''}`;

/** The series with the values that a filter leaves; those of which it leaves none are gone. */
export function filtered(
  series: readonly PanelSeries[],
  { time, name, abnormalOnly }: ResultFilter,
  now: number,
): PanelSeries[] {
  const from = time === 'all' ? null : now - lengths[time];
  const wanted = name.trim().toLowerCase();
  return series
    .filter((each) => wanted === '' || each.name.toLowerCase().includes(wanted))
    .map((each) => ({
      ...each,
      points: each.points.filter(
        (point) => from === null || (point.at !== null && Date.parse(point.at) >= from),
      ),
    }))
    .filter(({ points }) => points.length > 0 && (!abnormalOnly || points.some((point) => flagOf(point))));
}

/** Pages of results as one: what the next page has of a series is older. At their seam some values come twice. */
export function joined(pages: readonly (readonly PanelSeries[])[]): PanelSeries[] {
  const [newest = [], ...older] = pages;
  if (older.length === 0) return [...newest];
  const all = new Map<string, PanelSeries>();
  for (const each of pages.flat()) {
    const known = all.get(keyOf(each));
    const seen = new Set(known?.points.map(({ id }) => id));
    const points = [...each.points.filter(({ id }) => !seen.has(id)), ...(known?.points ?? [])];
    all.set(keyOf(each), { ...(known ?? each), panel: known?.panel ?? each.panel, points });
  }
  return [...all.values()];
}

export interface Panel {
  name: string | null;
  series: PanelSeries[];
}

/** By the panel they came in, in the order in which the panels' newest values came; single tests last. */
export function byPanel(series: readonly PanelSeries[]): Panel[] {
  const panels = new Map<string | null, PanelSeries[]>();
  for (const each of series) panels.set(each.panel, [...(panels.get(each.panel) ?? []), each]);
  return [...panels]
    .map(([name, of]) => ({ name, series: of.toSorted((a, b) => a.name.localeCompare(b.name)) }))
    .sort((one, other) => Number(one.name === null) - Number(other.name === null));
}

/** How far the newest value lies from the one before, in its unit: `+0.6`. Null without two numbers. */
export function deltaOf({ points }: Pick<PanelSeries, 'points'>): string | null {
  const [earlier, newest] = [points.at(-2), points.at(-1)].map((point) => point && inSeriesUnit(point));
  if (newest?.value == null || earlier?.value == null) return null;
  // A bound (`<5`) is not a number to reckon with.
  if (newest.text !== null || earlier.text !== null) return null;
  const delta = Number((newest.value - earlier.value).toPrecision(3));
  if (delta === 0) return '0';
  return `${delta > 0 ? '+' : '−'}${formatNumber(Math.abs(delta))}`;
}

/** How many values of a line were recorded in other units than its own, and in which. Null when none was. */
export function convertedFrom({
  points,
}: Pick<PanelSeries, 'points'>): { count: number; units: string[] } | null {
  const from = points.filter(({ converted }) => converted !== undefined);
  return from.length === 0
    ? null
    : { count: from.length, units: [...new Set(from.map((point) => valueOf(point).unit))] };
}

/** The other units in which a test is on record. */
export const otherUnits = (one: PanelSeries, all: readonly PanelSeries[]): string[] =>
  all.flatMap((each) => (each.code === one.code && each.unit !== one.unit && each.unit ? [each.unit] : []));

export interface Grid {
  /** Instants, newest first. */
  dates: string[];
  rows: { series: PanelSeries; cells: Map<string, ObservationValue[]> }[];
}

/** Tests down, dates across. Values of one minute stand in one column: they were drawn together. */
export function gridOf(series: readonly PanelSeries[]): Grid {
  const dates = new Set<string>();
  const rows = series.map((each) => {
    const cells = new Map<string, ObservationValue[]>();
    for (const point of each.points) {
      const at = point.at === null ? Number.NaN : Date.parse(point.at);
      if (Number.isNaN(at)) continue;
      const minute = new Date(Math.floor(at / 60_000) * 60_000).toISOString();
      dates.add(minute);
      cells.set(minute, [...(cells.get(minute) ?? []), point]);
    }
    return { series: each, cells };
  });
  return { dates: [...dates].sort().reverse(), rows };
}

/** At most this many are drawn together: more cannot be told apart. */
export const mostDrawn = 4;

/** Those of one unit share an axis; different units never do. */
export function byUnit(series: readonly PanelSeries[]): { unit: string | null; series: PanelSeries[] }[] {
  const units = new Map<string | null, PanelSeries[]>();
  for (const each of series) units.set(each.unit, [...(units.get(each.unit) ?? []), each]);
  return [...units].map(([unit, of]) => ({ unit, series: of }));
}
