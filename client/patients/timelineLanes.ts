import type { ChartItem, Lane } from '../../shared/patients/chartViews.ts';
import { scale, type Extent } from '../ui/scale.ts';
import { labelled, marksOf, rowsOf, type Labelled, type Mark } from './timeline.ts';
import type { LaneItems, TimelineInstant } from './timelineItems.ts';

/** The height of what lasts, and of the row that it stands in. */
export const barHeight = 20;
const barRow = 24;
const markRow = 20;
const mostRows = 4;
const leastLength = 6;
const letter = 7;
/** How far from a finger something may be and is still meant, px. */
const thumb = 22;

interface PlacedBar {
  id: string;
  item: ChartItem;
  label: string;
  left: number;
  right: number;
  length: number;
  row: number;
  y: number;
}

interface PlacedMark extends Labelled<TimelineInstant> {
  y: number;
}

/** One lane of the picture; `hidden` is what found no row in it. */
export interface PlacedLane {
  lane: Lane;
  bars: PlacedBar[];
  marks: PlacedMark[];
  hidden: ChartItem[];
  top: number;
  height: number;
}

/** Where a moment stands; what lies outside the window stands at its edge. */
export const placeIn = (at: number, window: Extent, plot: Extent): number =>
  scale(Math.min(Math.max(at, window.min), window.max), window, plot);

/** Only what is in sight is drawn, and what would touch is one mark: the picture costs the same for any record. */
export function placeLanes(
  lanes: readonly LaneItems[],
  window: Extent,
  plot: Extent,
  { top: first, wordsOf }: { top: number; wordsOf: (mark: Mark<TimelineInstant>) => string },
): PlacedLane[] {
  const least = ((window.max - window.min) / (plot.max - plot.min)) * leastLength;
  const lengthOf = (text: string): number => text.length * letter + 14;
  let top = first;
  return lanes.map(({ lane, instants, stretches }) => {
    const inSight = stretches.filter(({ start, end }) => end >= window.min && start <= window.max);
    const placed = rowsOf(inSight, least);
    const bars = placed
      .filter(({ row }) => row < mostRows)
      .map(({ stretch: { id, item, label, start, end }, row }) => {
        const [left, right] = [placeIn(start, window, plot), placeIn(end, window, plot)];
        const length = Math.max(leastLength, right - left);
        return { id, item, label, left, right, length, y: top + 4 + row * barRow, row };
      });
    const marks = labelled(marksOf(instants, window, plot), wordsOf, lengthOf, plot.max).map((mark) => ({
      ...mark,
      y: top + 16 + mark.row * markRow,
    }));
    const rows = Math.max(1, ...bars.map(({ row }) => row + 1));
    const markRows = Math.max(1, ...marks.map(({ row }) => row + 1));
    const height = stretches.length > 0 ? rows * barRow + 8 : markRows * markRow + 12;
    const hidden = placed.filter(({ row }) => row >= mostRows).map(({ stretch }) => stretch.item);
    const found = { lane, bars, marks, hidden, top, height };
    top += height;
    return found;
  });
}

/** A finger is wider than a mark: it means all that lies under it, and beside the lane what found no room there. */
export function itemsUnder(
  { bars, marks, hidden }: Pick<PlacedLane, 'bars' | 'marks' | 'hidden'>,
  finger: { x: number; y: number },
  plot: Extent,
): ChartItem[] {
  if (finger.x < plot.min - thumb) return hidden;
  const isUnder = (left: number, right: number, middle: number): boolean =>
    finger.x >= left - thumb && finger.x <= right + thumb && Math.abs(finger.y - middle) <= thumb;
  return [
    ...bars.filter(({ left, right, y }) => isUnder(left, right, y + 8)).map(({ item }) => item),
    ...marks.filter(({ x, y }) => isUnder(x, x, y)).flatMap(({ items }) => items.map(({ item }) => item)),
  ];
}
