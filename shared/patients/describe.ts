import type { ChartItem } from './chartViews.ts';
import { nothingKnown } from './codes.ts';
import { conceptText, hasCode, listAt, textAt, valueAt, type Resource } from './fhirValue.ts';
import { documentTitle } from './documents.ts';
import { comparatorOf, interpretObservation, isUsable, saysSomething } from './observations.ts';
import type { ObservationValue } from './schema.ts';
import { unitWord } from '../units/unitWords.ts';

/** The types that a chart shows in a line, each in one lane. */
export const describedTypes = [
  'Encounter',
  'Condition',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'DiagnosticReport',
  'DocumentReference',
  'Procedure',
  'Immunization',
  'AllergyIntolerance',
];

type Described = Omit<ChartItem, 'type' | 'id'>;

/** A resource as a line of the chart; null for what has nothing to say, or was recorded in error. */
export function describe(resource: Resource, medicine?: string | null): ChartItem | null {
  if (!isUsable(resource) || hasErred(resource)) return null;
  const found = describers[resource.resourceType]?.(resource, medicine ?? null) ?? null;
  return found && { type: resource.resourceType, id: resource.id, ...found };
}

const hasErred = (resource: Resource): boolean =>
  conceptCode(valueAt(resource, 'verificationStatus')) === 'entered-in-error';

const conceptCode = (concept: unknown): string | null => textAt(listAt(concept, 'coding')[0], 'code');

const describers: Record<string, (resource: Resource, medicine: string | null) => Described | null> = {
  Encounter: (encounter) => ({
    lane: 'encounters',
    title: conceptText(listAt(encounter, 'type')[0]) ?? classOf(encounter) ?? 'Encounter',
    detail: conceptText(listAt(encounter, 'reasonCode')[0]),
    at: textAt(encounter, 'period', 'start'),
    endAt:
      textAt(encounter, 'period', 'end') ?? (isOpen(encounter) ? null : textAt(encounter, 'period', 'start')),
  }),
  Condition: (condition) => ({
    lane: 'problems',
    title: conceptText(valueAt(condition, 'code')) ?? 'Problem not named',
    detail: unlessActive(conceptCode(valueAt(condition, 'clinicalStatus'))),
    at:
      textAt(condition, 'onsetDateTime') ??
      textAt(condition, 'onsetPeriod', 'start') ??
      textAt(condition, 'recordedDate'),
    endAt: textAt(condition, 'abatementDateTime') ?? textAt(condition, 'abatementPeriod', 'end'),
  }),
  MedicationRequest: medicineLine,
  MedicationStatement: medicineLine,
  Observation: (observation) => {
    const value = interpretObservation(observation);
    if (!saysSomething(value)) return null;
    const flagged = value.flag !== null && value.flag !== 'N';
    return {
      lane: 'results',
      code: value.code,
      title: value.name,
      detail: valueWords(value),
      at: value.at,
      ...(flagged ? { flagged: true as const } : {}),
    };
  },
  DiagnosticReport: documentLine,
  DocumentReference: documentLine,
  Procedure: (procedure) => ({
    lane: 'procedures',
    title: conceptText(valueAt(procedure, 'code')) ?? 'Procedure not named',
    detail: conceptText(listAt(procedure, 'reasonCode')[0]),
    at: textAt(procedure, 'performedDateTime') ?? textAt(procedure, 'performedPeriod', 'start'),
  }),
  Immunization: (given) => ({
    lane: 'immunisations',
    title: conceptText(valueAt(given, 'vaccineCode')) ?? 'Vaccine not named',
    detail: textAt(given, 'status') === 'not-done' ? 'not given' : null,
    at: textAt(given, 'occurrenceDateTime') ?? textAt(given, 'occurrenceString'),
  }),
  AllergyIntolerance: (allergy) => ({
    lane: 'problems',
    title: allergyTitle(allergy),
    detail: unlessActive(conceptCode(valueAt(allergy, 'clinicalStatus'))),
    at: textAt(allergy, 'onsetDateTime') ?? textAt(allergy, 'recordedDate'),
    endAt: null,
  }),
};

/** `v3-ActCode` in words; a code that is not known as it is. */
const classes: Record<string, string> = {
  IMP: 'Inpatient',
  EMER: 'Emergency',
  AMB: 'Outpatient',
  OBSENC: 'Observation',
  HH: 'Home visit',
  VR: 'Remote',
};

const classOf = (encounter: Resource): string | null => {
  const code = textAt(encounter, 'class', 'code');
  return code === null ? null : (classes[code] ?? code);
};

/** Among problems a substance alone would read as if somebody had taken it. */
function allergyTitle(allergy: Resource): string {
  const code = valueAt(allergy, 'code');
  const substance = conceptText(code);
  if (substance === null) return 'Allergy not named';
  if (hasCode(code, nothingKnown.allergies)) return substance;
  return `${textAt(allergy, 'type') === 'intolerance' ? 'Intolerance' : 'Allergy'}: ${substance}`;
}

/** That a problem goes on is what its line shows. */
const unlessActive = (status: string | null): string | null => (status === 'active' ? null : status);

const isOpen = (encounter: Resource): boolean =>
  ['in-progress', 'arrived', 'triaged', 'onleave'].includes(textAt(encounter, 'status') ?? '');

const lasting = new Set(['active', 'on-hold']);

function medicineLine(resource: Resource, medicine: string | null): Described {
  const start =
    textAt(resource, 'authoredOn') ??
    textAt(resource, 'effectivePeriod', 'start') ??
    textAt(resource, 'effectiveDateTime');
  const status = textAt(resource, 'status') ?? '';
  const end =
    textAt(resource, 'effectivePeriod', 'end') ??
    textAt(resource, 'dispenseRequest', 'validityPeriod', 'end');
  return {
    lane: 'medicines',
    title:
      conceptText(valueAt(resource, 'medicationCodeableConcept')) ??
      medicine ??
      textAt(resource, 'medicationReference', 'display') ??
      'Medicine not named',
    detail:
      textAt(listAt(resource, 'dosageInstruction')[0], 'text') ??
      textAt(listAt(resource, 'dosage')[0], 'text') ??
      (lasting.has(status) ? null : status || null),
    at: start,
    // Of one that has ended nobody says when, in most sources: it is drawn as a beginning only.
    endAt: lasting.has(status) ? null : (end ?? start),
  };
}

function documentLine(resource: Resource): Described {
  return {
    lane: 'documents',
    title: documentTitle(resource),
    detail: null,
    at:
      textAt(resource, 'date') ??
      textAt(resource, 'effectiveDateTime') ??
      textAt(resource, 'effectivePeriod', 'start') ??
      textAt(resource, 'issued'),
  };
}

/** `5.2 mmol/L H`, `118/64 mmHg`, as it stands in a line. */
function valueWords(observation: ObservationValue): string | null {
  const flag = observation.flag !== null && observation.flag !== 'N' ? ` ${observation.flag}` : '';
  const parts = observation.components.filter(({ value }) => value !== null);
  if (observation.value !== null)
    return `${comparatorOf(observation)}${rounded(observation.value)}${unit(observation.unit)}${flag}`;
  if (observation.text !== null) return `${observation.text}${flag}`;
  if (parts.length === 0) return null;
  return `${parts.map(({ value }) => rounded(value!)).join('/')}${unit(parts[0]!.unit)}${flag}`;
}

const unit = (text: string | null): string => {
  const word = text === null ? '' : unitWord(text);
  return word === '' ? '' : `\u00A0${word}`;
};
const rounded = (value: number): string => String(Number(value.toPrecision(4)));
