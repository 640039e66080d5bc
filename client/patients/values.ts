import { formatQuantity } from '../../shared/units/dose.ts';
import { formatNumber, formatRounded } from '../../shared/units/number.ts';
import type { ObservationValue, Series } from '../../shared/patients/schema.ts';
import type { Point, Range } from '../ui/scale.ts';

/** LOINC codes of the vital signs in the order in which a set is read aloud. */
const vitalOrder = ['9279-1', '59408-5', '2708-6', '85354-9', '55284-4', '8867-4', '8310-5', '29463-7'];

const shortNames: Record<string, string> = {
  '9279-1': 'Resp rate',
  '59408-5': 'SpO₂',
  '2708-6': 'SpO₂',
  '85354-9': 'Blood pressure',
  '55284-4': 'Blood pressure',
  '8867-4': 'Heart rate',
  '8310-5': 'Temperature',
  '29463-7': 'Weight',
  '8302-2': 'Height',
  '39156-5': 'BMI',
};

const systolicCode = '8480-6';
const diastolicCode = '8462-4';

/** Vital signs that every set has come first, in their usual order; the rest follow as they came. */
export function inVitalOrder(vitals: readonly Series[]): Series[] {
  const place = (series: Series) => {
    const index = vitalOrder.indexOf(series.code);
    return index < 0 ? vitalOrder.length : index;
  };
  return [...vitals].sort((one, other) => place(one) - place(other));
}

export const shortName = (series: Series): string => shortNames[series.code] ?? series.name;

export interface Pressure {
  systolic: number;
  diastolic: number;
}

export function pressureOf(observation: ObservationValue): Pressure | null {
  const of = (code: string) =>
    observation.components.find((component) => component.code === code)?.value ?? null;
  const systolic = of(systolicCode);
  const diastolic = of(diastolicCode);
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
    return { value: rounded(observation.value), unit: unitOf(observation.value, observation.unit) };
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
    point.at === null ? [] : [{ at: Date.parse(point.at), value: point.value }],
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
