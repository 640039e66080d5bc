import { listAt, numberAt, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import type { Series } from '../../shared/patients/schema.ts';
import type { Reader } from '../db/reader.ts';
import { converter } from './oneUnit.ts';
import { readOnRecord } from './onRecord.ts';

/** A value that somebody means to reach, from a Goal. */
interface Target {
  codes: string[];
  value: number;
  /** As written and as a code; empty where the goal names none. */
  units: string[];
}

/** Goals that somebody works towards; one that was reached, given up or only proposed draws no line. */
const current = new Set(['planned', 'accepted', 'active', 'on-hold']);

/** The measurable targets of a patient's goals. Of a range both ends are targets. */
export async function readTargets(reader: Reader, patientId: string): Promise<Target[]> {
  const goals = await readOnRecord(reader, patientId, ['Goal']);
  return goals.flatMap(({ resource }) => targetsOf(resource));
}

const targetsOf = (goal: Resource): Target[] =>
  current.has(textAt(goal, 'lifecycleStatus') ?? '')
    ? listAt(goal, 'target').flatMap((target) => {
        const codes = listAt(target, 'measure', 'coding').flatMap((coding) => textAt(coding, 'code') ?? []);
        const quantities = [
          valueAt(target, 'detailQuantity'),
          valueAt(target, 'detailRange', 'low'),
          valueAt(target, 'detailRange', 'high'),
        ];
        return quantities.flatMap((quantity) => {
          const value = numberAt(quantity, 'value');
          const units = [textAt(quantity, 'unit'), textAt(quantity, 'code')].filter((unit) => unit !== null);
          return value === null || codes.length === 0 ? [] : [{ codes, value, units }];
        });
      })
    : [];

/** The targets that can stand in the picture of a series, in its unit: a number in another unit would lie. */
export async function targetsFor(series: Series, targets: readonly Target[]): Promise<number[]> {
  const meant = targets.filter(({ codes }) => codes.includes(series.code));
  const { unit } = series;
  if (unit === null || meant.every(({ units }) => units.length === 0 || units.includes(unit)))
    return meant.map(({ value }) => value);
  const convert = await converter(series.code);
  return meant.flatMap(({ value, units }) =>
    units.length === 0 || units.includes(unit) ? [value] : shortened(convert(value, units.at(-1)!, unit)),
  );
}

/** A goal was never meant to more digits than these. */
const shortened = (value: number | null): number[] => (value === null ? [] : [Number(value.toPrecision(3))]);
