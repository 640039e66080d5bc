import { systems } from './codes.ts';
import {
  codeIn,
  conceptText,
  firstCoding,
  instantOf,
  listAt,
  numberAt,
  textAt,
  valueAt,
  type Resource,
} from './fhirValue.ts';
import type { ObservationValue, Series } from './schema.ts';

/**
 * LOINC codes of the FHIR R4 vital-signs profile, and those NEWS2 needs besides. Sources that do not categorise their
 * observations are recognised by these.
 */
const vitalCodes = new Set([
  '85353-1',
  '85354-9',
  '55284-4',
  '8480-6',
  '8462-4',
  '8867-4',
  '9279-1',
  '8310-5',
  '2708-6',
  '59408-5',
  '29463-7',
  '8302-2',
  '39156-5',
  '9843-4',
  '8289-1',
  '8306-3',
  '3150-6',
  '3151-8',
  '67775-7',
  '80288-4',
  '72514-3',
]);

const unusable = new Set(['entered-in-error', 'cancelled']);

export const isUsable = (observation: Resource): boolean =>
  !unusable.has(textAt(observation, 'status') ?? '');

/** Whether it belongs to a set of vital signs, by its category or its code. */
export function isVitalSign(resource: Resource): boolean {
  if (resource.resourceType !== 'Observation') return false;
  const concept = valueAt(resource, 'code');
  const code = codeIn(concept, systems.loinc) ?? firstCoding(concept)?.code ?? '';
  return categoryOf(resource, code) === 'vital-signs';
}

/** A panel that only groups other observations has nothing of its own to show. */
export const saysSomething = ({ value, text, components }: ObservationValue): boolean =>
  value !== null || text !== null || components.length > 0;

export function interpretObservation(observation: Resource): ObservationValue {
  const concept = valueAt(observation, 'code');
  const coding = firstCoding(concept);
  const code = codeIn(concept, systems.loinc) ?? coding?.code ?? conceptText(concept) ?? '';
  const range = rangeOf(observation);
  const { value, unit, text } = measured(observation);
  return {
    id: observation.id,
    code,
    system: codeIn(concept, systems.loinc) === null ? (coding?.system ?? null) : systems.loinc,
    name: conceptText(concept) ?? 'Observation not named',
    category: categoryOf(observation, code),
    value,
    unit,
    text,
    components: listAt(observation, 'component').map((component) => {
      const part = measured(component);
      const partConcept = valueAt(component, 'code');
      return {
        code: codeIn(partConcept, systems.loinc) ?? firstCoding(partConcept)?.code ?? '',
        name: conceptText(partConcept) ?? '',
        value: part.value,
        unit: part.unit,
      };
    }),
    flag: statedFlag(observation) ?? derivedFlag(observation, value, unit, range),
    range: range && { low: range.low, high: range.high },
    at: observedAt(observation),
    status: textAt(observation, 'status') ?? 'unknown',
  };
}

const observedAt = (observation: Resource): string | null =>
  textAt(observation, 'effectiveDateTime') ??
  textAt(observation, 'effectiveInstant') ??
  textAt(observation, 'effectivePeriod', 'start') ??
  textAt(observation, 'issued');

function categoryOf(observation: Resource, code: string): ObservationValue['category'] {
  const categories = new Set(
    listAt(observation, 'category').map((each) => firstCoding(each)?.code ?? conceptText(each)),
  );
  if (categories.has('vital-signs') || vitalCodes.has(code)) return 'vital-signs';
  return categories.has('laboratory') ? 'laboratory' : 'other';
}

/** The value[x] of an observation or one of its components: a number with its unit, or words. */
function measured(element: unknown): { value: number | null; unit: string | null; text: string | null } {
  const quantity = valueAt(element, 'valueQuantity');
  const value = numberAt(quantity, 'value') ?? numberAt(element, 'valueInteger');
  const unit = textAt(quantity, 'unit') ?? textAt(quantity, 'code');
  if (value !== null) {
    const comparator = textAt(quantity, 'comparator');
    return { value, unit, text: comparator === null ? null : `${comparator}${value}` };
  }
  return { value: null, unit, text: wordsOf(element) };
}

/** `<` of a value that is only a bound; empty for one that is a number, or none. */
export const comparatorOf = ({ value, text }: Pick<ObservationValue, 'value' | 'text'>): string =>
  value === null ? '' : (/^[<>]=?/.exec(text ?? '')?.[0] ?? '');

function wordsOf(element: unknown): string | null {
  const truth = valueAt(element, 'valueBoolean');
  if (typeof truth === 'boolean') return truth ? 'yes' : 'no';
  const low = numberAt(element, 'valueRange', 'low', 'value');
  const high = numberAt(element, 'valueRange', 'high', 'value');
  if (low !== null || high !== null) return `${low ?? ''}–${high ?? ''}`;
  return (
    conceptText(valueAt(element, 'valueCodeableConcept')) ??
    textAt(element, 'valueString') ??
    textAt(element, 'valueDateTime') ??
    textAt(element, 'valueTime') ??
    conceptText(valueAt(element, 'dataAbsentReason'))
  );
}

const statedFlag = (observation: Resource): string | null =>
  listAt(observation, 'interpretation').map((each) => firstCoding(each)?.code ?? conceptText(each))[0] ??
  null;

interface Range {
  low: number | null;
  high: number | null;
  units: (string | null)[];
}

/** The normal range, where the source gives exactly one: which of several applies is not for us to guess. */
function rangeOf(observation: Resource): Range | null {
  const ranges = listAt(observation, 'referenceRange').filter((each) =>
    ['normal', null].includes(firstCoding(valueAt(each, 'type'))?.code ?? null),
  );
  const only = ranges.length === 1 ? ranges[0] : undefined;
  const low = numberAt(only, 'low', 'value');
  const high = numberAt(only, 'high', 'value');
  if (low === null && high === null) return null;
  return { low, high, units: [unitOf(valueAt(only, 'low')), unitOf(valueAt(only, 'high'))] };
}

/** The UCUM code of a value, or that which all its components share; what a source wrote, where it gives no code. */
export function writtenUnitOf(observation: Resource): string | null {
  const quantities = [observation, ...listAt(observation, 'component')].map((each) =>
    valueAt(each, 'valueQuantity'),
  );
  const units = new Set(quantities.flatMap((each) => textAt(each, 'code') ?? textAt(each, 'unit') ?? []));
  return units.size === 1 ? [...units][0]! : null;
}

const unitOf = (quantity: unknown): string | null => textAt(quantity, 'unit') ?? textAt(quantity, 'code');

/** Low, high or normal by the source's own range; nothing where the units differ or the value is only a bound. */
function derivedFlag(
  observation: Resource,
  value: number | null,
  unit: string | null,
  range: Range | null,
): string | null {
  if (value === null || range === null || textAt(observation, 'valueQuantity', 'comparator') !== null)
    return null;
  if (range.units.some((other) => other !== null && unit !== null && other !== unit)) return null;
  if (range.low !== null && value < range.low) return 'L';
  return range.high !== null && value > range.high ? 'H' : 'N';
}

const timeOf = (each: ObservationValue | undefined): string => instantOf(each?.at ?? null) ?? '';

export const inTimeOrder = (points: readonly ObservationValue[]): ObservationValue[] =>
  points.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0));

/** The unit of a value, or that which all its components share. */
function seriesUnit({ unit, components }: ObservationValue): string | null {
  const [first, ...others] = components;
  const shared =
    first !== undefined && others.every((other) => other.unit === first.unit) ? first.unit : null;
  return unit ?? shared;
}

/** Observations of one kind as series by code, each in time order with its newest `keep` values, newest series first. */
export function toSeries(observations: ObservationValue[], keep: number): Series[] {
  const byCode = new Map<string, ObservationValue[]>();
  for (const each of observations) {
    // The same code in another unit is another series: a line through both would lie.
    const key = `${each.system}|${each.code}|${seriesUnit(each)}`;
    const points = byCode.get(key);
    if (points) points.push(each);
    else byCode.set(key, [each]);
  }
  return [...byCode.values()]
    .map((all) => inTimeOrder(all).slice(-keep))
    .map((points) => {
      const newest = points.at(-1)!;
      return { code: newest.code, name: newest.name, unit: seriesUnit(newest), points };
    })
    .sort((a, b) => (timeOf(a.points.at(-1)) < timeOf(b.points.at(-1)) ? 1 : -1));
}
