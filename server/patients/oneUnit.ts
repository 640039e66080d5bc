import { systems } from '../../shared/patients/codes.ts';
import { comparatorOf, inTimeOrder } from '../../shared/patients/observations.ts';
import type { ObservationValue, Series } from '../../shared/patients/schema.ts';
import { openUnits, substanceOf } from '../terminology/ucum.ts';

/** The units of observations as their sources wrote them, by id: codes where there are any. */
export type WrittenUnits = ReadonlyMap<string, string | null>;

/** The unit that the values of each LOINC code are given in: in words, and as a code. */
export type UnitOfTest = ReadonlyMap<string, { unit: string | null; ucum: string | null; count: number }>;

/** Units by habit, where UCUM writes another. */
const habits: Record<string, string> = {
  mmHg: 'mm[Hg]',
  '°C': 'Cel',
  degC: 'Cel',
  '°F': '[degF]',
  degF: '[degF]',
  lb: '[lb_av]',
  lbs: '[lb_av]',
  in: '[in_i]',
  'IU/L': '[IU]/L',
};

const toUcum = (written: string): string =>
  habits[written] ?? written.replace(/[\u00B5\u03BC]/g, 'u').replaceAll('^', '*');

/** The one unit of all values of a series: null where the codes of its sources disagree with their words. */
function ucumOf({ points }: Series, written: WrittenUnits): string | null {
  const codes = new Set(points.map(({ id }) => toUcum(written.get(id) ?? '')));
  const [only = ''] = codes;
  return codes.size === 1 && only !== '' ? only : null;
}

/** The unit that most values of a test are in, however it is written; of units used as often, that of the newest. */
export function unitsMostUsed(series: readonly Series[], written: WrittenUnits): UnitOfTest {
  const counts = new Map<string, number>();
  const most = new Map<string, { unit: string | null; ucum: string | null; count: number }>();
  const uses = series
    .filter(({ points }) => points[0]?.system === systems.loinc)
    .map((each) => ({ ...each, ucum: ucumOf(each, written) }));
  const keyOf = ({ code, unit, ucum }: (typeof uses)[number]): string => `${code} ${ucum ?? unit}`;
  for (const each of uses) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + each.points.length);
  for (const each of uses) {
    const count = counts.get(keyOf(each))!;
    if ((most.get(each.code)?.count ?? 0) < count)
      most.set(each.code, { unit: each.unit, ucum: each.ucum, count });
  }
  return most;
}

/**
 * Series of one LOINC code in several units as one, in the unit given for it, as far as there is a way from unit to
 * unit; what has none stays a series of its own. A value keeps what was recorded; what it is in the unit of the series
 * stands beside it.
 */
export async function inOneUnit(
  series: readonly Series[],
  written: WrittenUnits,
  wanted: UnitOfTest = unitsMostUsed(series, written),
): Promise<Series[]> {
  const lines: Series[] = [];
  for (const each of series) {
    const { unit, ucum } = wanted.get(each.code) ?? { unit: each.unit, ucum: null };
    const isOther = each.unit !== unit && each.points[0]?.system === systems.loinc;
    const found = isOther && ucum !== null ? await convertedTo(each, unit, ucum, written) : each;
    const into = lines.findIndex(
      (line) => line.code === found.code && line.unit === found.unit && isSameSystem(line, found),
    );
    if (into < 0) lines.push(found);
    else lines[into] = joined(lines[into]!, found);
  }
  return lines;
}

const isSameSystem = (one: Series, other: Series): boolean =>
  one.points[0]?.system === other.points[0]?.system;

const joined = (one: Series, other: Series): Series => {
  const points = inTimeOrder([...one.points, ...other.points]);
  return { ...one, name: points.at(-1)!.name, points };
};

/** Converts values of a test; null where there is no way from one unit to the other. */
export async function converter(
  loinc: string,
): Promise<(value: number, from: string, to: string) => number | null> {
  const units = await openUnits();
  const substance = substanceOf(loinc);
  return (value, from, to) => {
    const found = units.convert(value, toUcum(from), toUcum(to), substance);
    return found === null ? null : Number(found);
  };
}

async function convertedTo(
  series: Series,
  unit: string | null,
  ucum: string,
  written: WrittenUnits,
): Promise<Series> {
  const from = ucumOf(series, written);
  if (from === null) return series;
  if (from === ucum) return { ...series, unit };
  const convertFrom = await converter(series.code);
  const convert = (value: number) => convertFrom(value, from, ucum);
  if (convert(1) === null) return series;
  return { ...series, unit, points: series.points.map((point) => withConverted(point, unit, convert)) };
}

function withConverted(
  point: ObservationValue,
  unit: string | null,
  convert: (value: number) => number | null,
): ObservationValue {
  const inUnit = (value: number | null) => (value === null ? null : convert(value));
  const value = inUnit(point.value);
  const comparator = comparatorOf(point);
  return {
    ...point,
    converted: {
      value,
      unit: point.unit === null ? null : unit,
      text: comparator === '' ? point.text : `${comparator}${value}`,
      components: point.components.map((part) => ({ ...part, value: inUnit(part.value), unit })),
      range: point.range && { low: inUnit(point.range.low), high: inUnit(point.range.high) },
    },
  };
}
