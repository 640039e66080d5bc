import { systems } from '../../shared/patients/codes.ts';
import {
  conceptText,
  firstCoding,
  instantOf,
  listAt,
  referencedId,
  textAt,
  valueAt,
  type Resource,
} from '../../shared/patients/fhirValue.ts';
import { interpretPatient, type PatientFields } from '../../shared/patients/patient.ts';

/** What lists are read by: a few values of a resource, derived from it alone. */
export interface Projection {
  patientId: string | null;
  encounterId: string | null;
  code: string | null;
  occurredAt: string | null;
  identifiers: { system: string; value: string }[];
  patient: PatientFields | null;
  encounter: EncounterFields | null;
}

export interface EncounterFields {
  patientId: string;
  wardId: string | null;
  bed: string | null;
  status: string;
  class: string;
  reason: string | null;
  startAt: string | null;
  endAt: string | null;
  plannedWardId: string | null;
  plannedBed: string | null;
  plannedEndAt: string | null;
}

export function project(resource: Resource): Projection {
  const patientId = patientOf(resource);
  return {
    patientId,
    encounterId: encounterOf(resource),
    code: codeOf(resource),
    occurredAt: occurredAt(resource),
    identifiers: identifiersOf(resource),
    patient: resource.resourceType === 'Patient' ? interpretPatient(resource) : null,
    encounter:
      resource.resourceType === 'Encounter' && patientId !== null
        ? encounterFields(resource, patientId)
        : null,
  };
}

/** Elements by which R4 resources name their patient, in the order in which they are asked. */
const patientElements = ['subject', 'patient', 'beneficiary', 'individual', 'for'];

function patientOf(resource: Resource): string | null {
  if (resource.resourceType === 'Patient') return resource.id;
  for (const element of patientElements) {
    const id = referencedId(valueAt(resource, element), 'Patient');
    if (id !== null) return id;
  }
  for (const target of listAt(resource, 'target')) {
    const id = referencedId(target, 'Patient');
    if (id !== null) return id;
  }
  return null;
}

function encounterOf(resource: Resource): string | null {
  if (resource.resourceType === 'Encounter') return resource.id;
  const inContext = valueAt(resource, 'context');
  const candidates = [
    valueAt(resource, 'encounter'),
    inContext,
    ...listAt(inContext, 'encounter'),
    ...listAt(resource, 'encounter'),
    ...listAt(resource, 'item').flatMap((item) => listAt(item, 'encounter')),
  ];
  return candidates.map((each) => referencedId(each, 'Encounter')).find((id) => id !== null) ?? null;
}

const codeElements = ['code', 'vaccineCode', 'medicationCodeableConcept', 'type', 'category', 'class'];

function codeOf(resource: Resource): string | null {
  for (const element of codeElements) {
    const value = valueAt(resource, element);
    const code = firstCoding(Array.isArray(value) ? value[0] : value)?.code ?? null;
    if (code !== null) return code;
  }
  return null;
}

/** When it happened, by what each kind of resource calls that. */
const timePaths: string[][] = [
  ['effectiveDateTime'],
  ['effectiveInstant'],
  ['effectivePeriod', 'start'],
  ['performedDateTime'],
  ['performedPeriod', 'start'],
  ['occurrenceDateTime'],
  ['occurrencePeriod', 'start'],
  ['onsetDateTime'],
  ['authoredOn'],
  ['recordedDate'],
  ['period', 'start'],
  ['billablePeriod', 'start'],
  ['started'],
  ['date'],
  ['issued'],
  ['created'],
  ['recorded'],
  ['startDate'],
];

function occurredAt(resource: Resource): string | null {
  for (const path of timePaths) {
    const at = instantOf(textAt(resource, ...path));
    if (at !== null) return at;
  }
  return null;
}

function identifiersOf(resource: Resource): Projection['identifiers'] {
  const own = valueAt(resource, 'identifier');
  const rows = (Array.isArray(own) ? own : [own])
    .map((each) => ({ system: textAt(each, 'system') ?? '', value: textAt(each, 'value') ?? '' }))
    .filter(({ value }) => value !== '');
  return [...new Map(rows.map((row) => [`${row.system}|${row.value}`, row])).values()];
}

/** Statuses of `Encounter.location` (R4, EncounterLocationStatus) by whether the patient is there. */
const isThere = (place: unknown): boolean => {
  const status = textAt(place, 'status');
  return status === null || status === 'active';
};
const isPlanned = (place: unknown): boolean => textAt(place, 'status') === 'planned';

function encounterFields(encounter: Resource, patientId: string): EncounterFields {
  const places = listAt(encounter, 'location');
  const last = (system: string, which: (place: unknown) => boolean): string | null =>
    textAt(
      places
        .filter(which)
        .map((each) => valueAt(each, 'location', 'identifier'))
        .findLast((place) => textAt(place, 'system') === system),
      'value',
    );
  return {
    patientId,
    wardId: last(systems.ward, isThere),
    bed: last(systems.bed, isThere),
    status: textAt(encounter, 'status') ?? 'unknown',
    class: textAt(encounter, 'class', 'code') ?? 'unknown',
    reason: conceptText(listAt(encounter, 'reasonCode')[0]) ?? conceptText(listAt(encounter, 'type')[0]),
    startAt: instantOf(textAt(encounter, 'period', 'start')),
    endAt: instantOf(textAt(encounter, 'period', 'end')),
    plannedWardId: last(systems.ward, isPlanned),
    plannedBed: last(systems.bed, isPlanned),
    plannedEndAt: instantOf(plannedEndOf(encounter)),
  };
}

const plannedEndOf = (encounter: Resource): string | null =>
  textAt(
    listAt(encounter, 'extension').find((each) => textAt(each, 'url') === systems.plannedEnd),
    'valueDateTime',
  );
