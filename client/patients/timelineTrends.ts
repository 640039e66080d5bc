import { vitalOf } from '../../shared/flowsheet/vitalCodes.ts';
import type { Series } from '../../shared/patients/schema.ts';
import type { Extent, Point, Range } from '../ui/scale.ts';
import { withGaps } from './timeline.ts';
import {
  bandOf,
  inSeriesUnit,
  inVitalOrder,
  latestOf,
  pointsOf,
  pressureOf,
  pressurePoints,
  valueOf,
} from './values.ts';

const most = 5;

interface TimelineTrend {
  series: Series;
  points: Point[];
  /** The other end of a pressure. */
  paired: Point[] | undefined;
  unit: string | null;
  range: Range | null;
}

/** The vital signs that have a course within the window: one value alone is none. */
export function trendsIn(vitals: readonly Series[], window: Extent): TimelineTrend[] {
  const isInSight = ({ at, value }: Point): boolean => value !== null && at >= window.min && at <= window.max;
  return inVitalOrder(vitals.filter(({ code }) => vitalOf(code) !== undefined))
    .map((series) => {
      const isPressure = series.points.some(pressureOf);
      return {
        series,
        points: withGaps(isPressure ? pressurePoints(series, 'systolic') : pointsOf(series)),
        paired: isPressure ? pressurePoints(series, 'diastolic') : undefined,
        unit: valueOf(inSeriesUnit(latestOf(series)!)).unit,
        range: bandOf(series),
      };
    })
    .filter(({ points }) => points.filter(isInSight).length > 1)
    .slice(0, most);
}
