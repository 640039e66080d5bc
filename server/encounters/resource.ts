import { systems } from '../../shared/patients/codes.ts';
import { listAt, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';

interface NewEncounter {
  id: string;
  patientId: string;
  class: string;
  at: Date;
}

/** An encounter as it begins. Where its patient lies is said by `movedTo`. */
export const newEncounter = ({ id, patientId, class: code, at }: NewEncounter): Resource => ({
  resourceType: 'Encounter',
  id,
  status: 'in-progress',
  class: { system: systems.actCode, code },
  subject: { reference: `Patient/${patientId}` },
  period: { start: at.toISOString() },
});

/** Where somebody lies, or is to lie. */
export interface Place {
  ward: { id: string; name: string };
  bed: string | null;
}

type PlaceStatus = 'active' | 'planned';

const placeEntries = ({ ward, bed }: Place, status: PlaceStatus, period: object): object[] => [
  {
    location: { identifier: { system: systems.ward, value: ward.id }, display: ward.name },
    status,
    ...period,
  },
  ...(bed === null
    ? []
    : [{ location: { identifier: { system: systems.bed, value: bed }, display: bed }, status, ...period }]),
];

const locations = (encounter: Resource): object[] => listAt(encounter, 'location') as object[];
const statusOf = (place: unknown): string => textAt(place, 'status') ?? 'active';

/** What was planned is gone, what was so until now has an end. */
const ended = (encounter: Resource, at: Date): object[] =>
  locations(encounter)
    .filter((place) => statusOf(place) !== 'planned')
    .map((place) =>
      statusOf(place) === 'active'
        ? {
            ...place,
            status: 'completed',
            period: { ...(valueAt(place, 'period') as object | undefined), end: at.toISOString() },
          }
        : place,
    );

/** The patient lies there from now on; where they lay before stays in the record. */
export const movedTo = (encounter: Resource, place: Place, at: Date): Resource => ({
  ...encounter,
  location: [
    ...ended(encounter, at),
    ...placeEntries(place, 'active', { period: { start: at.toISOString() } }),
  ],
});

/** Null takes the plan back. */
export function plannedTo(encounter: Resource, place: Place | null): Resource {
  const { location: _location, ...rest } = encounter;
  const places = [
    ...locations(encounter).filter((each) => statusOf(each) !== 'planned'),
    ...(place ? placeEntries(place, 'planned', {}) : []),
  ];
  return places.length === 0 ? (rest as Resource) : { ...encounter, location: places };
}

/** When the patient is expected to leave; null: nobody says. */
export function expectedToLeave(encounter: Resource, at: string | null): Resource {
  const { extension: _extension, ...rest } = encounter;
  const extension = [
    ...listAt(encounter, 'extension').filter((each) => textAt(each, 'url') !== systems.plannedEnd),
    ...(at === null ? [] : [{ url: systems.plannedEnd, valueDateTime: at }]),
  ];
  return extension.length === 0 ? (rest as Resource) : { ...encounter, extension };
}

const dispositionSystem = 'http://terminology.hl7.org/CodeSystem/discharge-disposition';

export function discharged(encounter: Resource, disposition: string, at: Date): Resource {
  const places = ended(encounter, at);
  return {
    ...encounter,
    status: 'finished',
    period: { ...(valueAt(encounter, 'period') as object | undefined), end: at.toISOString() },
    hospitalization: {
      ...(valueAt(encounter, 'hospitalization') as object | undefined),
      dischargeDisposition: { coding: [{ system: dispositionSystem, code: disposition }] },
    },
    ...(places.length === 0 ? {} : { location: places }),
  };
}

/** The patient has not left after all. They lie where they lay, unless somebody else lies there now. */
export function reopened(encounter: Resource, place: Place | null, at: Date): Resource {
  const { hospitalization, ...rest } = encounter;
  const { dischargeDisposition: _disposition, ...hospital } = (hospitalization ?? {}) as Record<
    string,
    unknown
  >;
  const { end: _end, ...period } = (valueAt(encounter, 'period') ?? {}) as Record<string, unknown>;
  const open: Resource = {
    ...(rest as Resource),
    status: 'in-progress',
    period,
    ...(Object.keys(hospital).length === 0 ? {} : { hospitalization: hospital }),
  };
  return place ? movedTo(open, place, at) : open;
}

/** Where somebody lay last, by what the encounter says. */
export function lastPlaceOf(encounter: Resource): { wardId: string | null; bed: string | null } {
  const places = locations(encounter).filter((each) => statusOf(each) !== 'planned');
  const wards = places.filter((each) => textAt(each, 'location', 'identifier', 'system') === systems.ward);
  const ward = wards.at(-1);
  const endAt = textAt(ward, 'period', 'end');
  const bed = places.findLast(
    (each) =>
      textAt(each, 'location', 'identifier', 'system') === systems.bed &&
      textAt(each, 'period', 'end') === endAt,
  );
  return {
    wardId: textAt(ward, 'location', 'identifier', 'value'),
    bed: textAt(bed, 'location', 'identifier', 'value'),
  };
}

/** One stretch of lying in one place. */
export interface Stay {
  ward: string | null;
  bed: string | null;
  from: string | null;
  to: string | null;
}

/** Where somebody has lain in this encounter, the latest first. */
export function staysOf(encounter: Resource): Stay[] {
  const stays: Stay[] = [];
  for (const place of locations(encounter)) {
    if (statusOf(place) === 'planned') continue;
    const from = textAt(place, 'period', 'start');
    const to = textAt(place, 'period', 'end');
    const system = textAt(place, 'location', 'identifier', 'system');
    const name = textAt(place, 'location', 'display') ?? textAt(place, 'location', 'identifier', 'value');
    const last = stays.at(-1);
    if (system === systems.bed && last && last.bed === null && last.from === from) last.bed = name;
    else if (system === systems.ward) stays.push({ ward: name, bed: null, from, to });
  }
  return stays.toReversed();
}

/** What stays where an encounter was filed in error: that something was here, and not whose it is. */
export const traceOf = (encounter: Resource, id: string): Resource => ({
  resourceType: 'Encounter',
  id,
  meta: { tag: [{ system: systems.trace, code: 'moved-to-another-record' }] },
  status: 'entered-in-error',
  class: encounter['class'],
  subject: encounter['subject'],
  ...(encounter['period'] === undefined ? {} : { period: encounter['period'] }),
});
