import { lanes, type ChartItem, type Lane } from '../../shared/patients/chartViews.ts';
import type { Instant, Stretch } from './timeline.ts';

/** A thing on the timeline, with its line of the chart to open. */
export interface TimelineInstant extends Instant {
  item: ChartItem;
}
export interface TimelineStretch extends Stretch {
  item: ChartItem;
  label: string;
}

export interface LaneItems {
  lane: Lane;
  instants: TimelineInstant[];
  stretches: TimelineStretch[];
}

/** In these lanes things last; in the others they happen. */
const lasting = new Set<Lane>(['encounters', 'problems', 'medicines']);

const timeOf = (at: string | null | undefined): number | null => {
  const ms = at == null ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) ? null : ms;
};

/** The items of a chart in their lanes; lanes without any are left out. What lasts and has not ended lasts until now. */
export function laneItems(items: readonly ChartItem[], now: number): LaneItems[] {
  return lanes.flatMap((lane) => {
    const own = items.filter((item) => item.lane === lane);
    const instants: TimelineInstant[] = [];
    const stretches: TimelineStretch[] = [];
    for (const item of own) {
      const start = timeOf(item.at);
      if (start === null) continue;
      const label = [item.title, item.detail].filter(Boolean).join(' ');
      if (!lasting.has(lane)) {
        instants.push({ at: start, label, flagged: item.flagged === true, item });
        continue;
      }
      const end = item.endAt === null ? now : (timeOf(item.endAt) ?? start);
      stretches.push({
        id: `${item.type}/${item.id}`,
        start,
        end: Math.max(start, end),
        item,
        label,
      });
    }
    return own.length === 0 ? [] : [{ lane, instants, stretches }];
  });
}

export const laneTimes = (found: readonly LaneItems[]): number[] =>
  found.flatMap(({ instants, stretches }) => [
    ...instants.map(({ at }) => at),
    ...stretches.flatMap(({ start, end }) => [start, end]),
  ]);

/** A window made longer or shorter around a point in it, and kept within the record. */
export function zoomed(
  { min, max }: { min: number; max: number },
  factor: number,
  around: number,
  whole: { min: number; max: number },
): { min: number; max: number } {
  const least = 3 * 3_600_000;
  const length = Math.min(Math.max((max - min) * factor, least), whole.max - whole.min);
  const share = (around - min) / (max - min);
  const start = Math.min(Math.max(around - length * share, whole.min), whole.max - length);
  return { min: start, max: start + length };
}
