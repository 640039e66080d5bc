import type { PanelSeries } from '../../shared/patients/chartViews.ts';
import { withGaps } from './timeline.ts';
import { pointsOf, pressureOf, pressurePoints } from './values.ts';
import type { Point } from '../ui/scale.ts';

export interface Line {
  name: string;
  points: Point[];
}

/** What is drawn of a series: its values, or both ends of a blood pressure. */
export function linesOf(series: PanelSeries): Line[] {
  if (!series.points.some(pressureOf)) return [{ name: series.name, points: withGaps(pointsOf(series)) }];
  const part = (which: 'systolic' | 'diastolic'): Line => ({
    name: `${series.name}, ${which}`,
    points: pressurePoints(series, which),
  });
  return [part('systolic'), part('diastolic')];
}

/** Lines over one time axis, in seconds as uPlot takes them. Where a line has no value, `undefined`: not a gap in it. */
export function aligned(lines: readonly Line[]): [number[], ...(number | null | undefined)[][]] {
  const times = [...new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)))].sort((a, b) => a - b);
  const columns = lines.map(({ points }) => {
    const values = new Map(points.map(({ at, value }) => [at, value]));
    return times.map((at) => values.get(at));
  });
  return [times.map((at) => at / 1000), ...columns];
}
