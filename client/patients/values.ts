import { vitalCodes, vitalInfo, vitalOf, type VitalCode } from '../../shared/flowsheet/vitalCodes.ts';
import { comparatorOf } from '../../shared/patients/observations.ts';
import { formatQuantity } from '../../shared/units/dose.ts';
import { formatNumber, formatRounded } from '../../shared/units/number.ts';
import type { ObservationValue, Series } from '../../shared/patients/schema.ts';
import type { Point, Range } from '../ui/scale.ts';

/** The order in which a set is read aloud. */
const vitalOrder = Object.keys(vitalInfo) as VitalCode[];

/** Vital signs that every set has come first, in their usual order; the rest follow as they came. */
export function inVitalOrder(vitals: readonly Series[]): Series[] {
  const place = (series: Series) => {
    const vital = vitalOf(series.code);
    return vital === undefined ? vitalOrder.length : vitalOrder.indexOf(vital);
  };
  return [...vitals].sort((one, other) => place(one) - place(other));
}

export function shortName(series: Series): string {
  const vital = vitalOf(series.code);
  return vital === undefined ? series.name : vitalInfo[vital].name;
}

/** Where a vital sign scores 0 in NEWS2 (Royal College of Physicians, 2017, scale 1): the band behind its trend. */
const zeroScores: Partial<Record<VitalCode, Range>> = {
  respiratoryRate: { low: 12, high: 20 },
  spo2: { low: 96, high: null },
  pulse: { low: 51, high: 90 },
  temperature: { low: 36.1, high: 38 },
};

/** The range recorded with the value, else the band of no points. */
export function bandOf(series: Series): Range | null {
  const latest = latestOf(series);
  const recorded = (latest && inSeriesUnit(latest).range) ?? null;
  const vital = vitalOf(series.code);
  const isScored = vital !== 'temperature' || ['Cel', '°C', 'degC', 'C'].includes(series.unit ?? '');
  return recorded ?? (vital === undefined || !isScored ? null : (zeroScores[vital] ?? null));
}

/** A value in the unit of its series, for drawing and comparing; what is shown as a value is always what was recorded. */
export const inSeriesUnit = (point: ObservationValue): ObservationValue => ({ ...point, ...point.converted });

export interface Pressure {
  systolic: number;
  diastolic: number;
}

export function pressureOf(observation: ObservationValue): Pressure | null {
  const of = (code: string) =>
    observation.components.find((component) => component.code === code)?.value ?? null;
  const systolic = of(vitalCodes.systolic);
  const diastolic = of(vitalCodes.diastolic);
  return systolic === null || diastolic === null ? null : { systolic, diastolic };
}

/** Digits that a reader can use. The exact value stays in the tooltip. */
function rounded(value: number): string {
  if (Math.abs(value) >= 100) return formatRounded(value, 1);
  if (Math.abs(value) >= 1) return formatRounded(value, 2);
  return formatNumber(Number(value.toPrecision(3)));
}

/** The value and its unit apart, for setting them in different weights. */
export function valueOf(observation: ObservationValue): { value: string; unit: string } {
  const pressure = pressureOf(observation);
  if (pressure) {
    const unit = observation.components[0]?.unit ?? '';
    return {
      value: `${rounded(pressure.systolic)}/${rounded(pressure.diastolic)}`,
      unit: unitOf(pressure.systolic, unit),
    };
  }
  if (observation.value !== null) {
    // A bound stays one: `<5` is not 5.
    const value = `${comparatorOf(observation)}${rounded(observation.value)}`;
    return { value, unit: unitOf(observation.value, observation.unit) };
  }
  return { value: observation.text ?? '–', unit: '' };
}

/** The unit as people write it: `formatQuantity` less its number. */
function unitOf(value: number, unit: string | null): string {
  if (!unit) return '';
  return formatQuantity(value, unit).slice(formatNumber(value).length).trim();
}

/** The number as it was recorded, where it is shown with fewer digits. */
export function exactOf(observation: ObservationValue): string | undefined {
  if (observation.value === null || rounded(observation.value) === formatNumber(observation.value))
    return undefined;
  return formatQuantity(observation.value, observation.unit);
}

export function rangeWords(range: Range | null): string {
  if (!range) return '';
  const { low, high } = range;
  if (low !== null && high !== null) return `${formatNumber(low)} to ${formatNumber(high)}`;
  if (high !== null) return `under ${formatNumber(high)}`;
  return low === null ? '' : `over ${formatNumber(low)}`;
}

/** A series as points in time. A result without a number is a gap. */
export const pointsOf = (series: Series): Point[] =>
  series.points.flatMap((point) =>
    point.at === null ? [] : [{ at: Date.parse(point.at), value: inSeriesUnit(point).value }],
  );

/** One end of the blood pressures of a series as points in time. */
export const pressurePoints = (series: Series, end: keyof Pressure): Point[] =>
  series.points.flatMap((point) =>
    point.at === null
      ? []
      : [{ at: Date.parse(point.at), value: pressureOf(inSeriesUnit(point))?.[end] ?? null }],
  );

export const latestOf = (series: Series): ObservationValue | undefined => series.points.at(-1);

export type FlagKind = 'low' | 'high' | 'very-low' | 'very-high' | 'abnormal' | null;

const flagKinds: Record<string, FlagKind> = {
  L: 'low',
  H: 'high',
  LL: 'very-low',
  HH: 'very-high',
  A: 'abnormal',
  AA: 'abnormal',
};

/** What an interpretation code says beside a value; `N` and unknown codes say nothing. */
export const flagOf = (observation: ObservationValue): FlagKind => flagKinds[observation.flag ?? ''] ?? null;
