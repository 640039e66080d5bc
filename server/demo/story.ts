import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { demoId, siteName, wardIds, wardName, type DemoSite } from './sites.ts';

/** An invented patient: who it is, where they lie, and what stands in their chart. */
export interface Story {
  /** Names the ids of everything in this story. */
  key: string;
  site: DemoSite;
  person: {
    family: string;
    given: string[];
    prefix?: string;
    preferred?: string;
    /** A birth date, or an age that must hold whenever the demo is seeded. */
    born: string | { yearsAgo: number };
    sex: 'female' | 'male';
    mrn: string;
    /** Numbers that begin with 999 are never given to anybody. */
    national?: string;
    /** Nobody knows yet who it is: the name is one that the site has given, the age an estimate. */
    unidentified?: true;
  };
  stay: {
    /** Null: on the ward's list, without a bed yet. */
    bed: string | null;
    /** In-patient unless said otherwise. */
    class?: 'EMER';
    admittedHoursAgo: number;
    reason: string;
    /** User names of the demo accounts who care for this patient. */
    team: string[];
  };
  chart: Fact[];
}

/** Something in a chart: told relative to now, so that a demo is never stale. */
export type Fact = (on: Chart) => Resource[];

/** What facts are told against. */
export interface Chart {
  story: Story;
  now: Date;
  /** The instant so many hours ago, on a whole minute. */
  at(hoursAgo: number): string;
  /** The calendar date so many hours ago, in UTC. */
  dateAt(hoursAgo: number): string;
  /** A resource with its own id, its patient and its encounter; ids follow the order in which facts are told. */
  make(type: string, about: 'subject' | 'patient', content: object): Resource;
}

const hourMs = 3_600_000;
const minuteMs = 60_000;

export const minutes = (count: number): number => count / 60;
export const days = (count: number): number => count * 24;

export const encounterIdOf = (key: string): string => demoId('encounter', key);
export const patientIdOf = (key: string): string => demoId('patient', key);
const urn = (id: string): { reference: string } => ({ reference: `urn:uuid:${id}` });

function chartOf(story: Story, now: Date): Chart {
  const told = new Map<string, number>();
  const at = (hoursAgo: number): string =>
    new Date(Math.floor((now.getTime() - hoursAgo * hourMs) / minuteMs) * minuteMs).toISOString();
  return {
    story,
    now,
    at,
    dateAt: (hoursAgo) => at(hoursAgo).slice(0, 10),
    make: (type, about, content) => {
      const number = (told.get(type) ?? 0) + 1;
      told.set(type, number);
      return {
        resourceType: type,
        id: demoId(type, story.key, String(number)),
        [about]: urn(patientIdOf(story.key)),
        ...(typesOfNoEncounter.has(type) ? {} : { encounter: urn(encounterIdOf(story.key)) }),
        ...content,
      };
    },
  };
}

/** What belongs to the person rather than to this stay. */
const typesOfNoEncounter = new Set([
  'AllergyIntolerance',
  'Condition',
  'MedicationStatement',
  'Immunization',
  'DocumentReference',
  'Flag',
  'Encounter',
]);

/** HL7's mark for test data: nothing of this may ever be taken for a person. */
const invented = {
  security: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
      code: 'HTEST',
      display: 'test health data',
    },
  ],
};

function birthDateOf(born: Story['person']['born'], now: Date): string {
  if (typeof born === 'string') return born;
  // Three months past the birthday: of that age today, and for a long time after.
  const date = new Date(now);
  date.setUTCFullYear(now.getUTCFullYear() - born.yearsAgo, now.getUTCMonth() - 3);
  return date.toISOString().slice(0, 10);
}

function patientOf({ key, site, person }: Story, now: Date): Resource {
  const official = {
    use: person.unidentified ? 'temp' : 'official',
    family: person.family,
    given: person.given,
    ...(person.prefix === undefined ? {} : { prefix: [person.prefix] }),
  };
  const identifier = (type: string, system: string, value: string): object => ({
    type: { coding: [{ system: systems.identifierType, code: type }] },
    system: `https://cochart.dev/fhir/demo/${system}`,
    value,
  });
  return {
    resourceType: 'Patient',
    id: patientIdOf(key),
    meta: invented,
    active: true,
    identifier: [
      identifier('MR', `mrn-${site.toLowerCase()}`, person.mrn),
      ...(person.national === undefined ? [] : [identifier('NI', 'national', person.national)]),
    ],
    name: [
      official,
      ...(person.preferred === undefined ? [] : [{ use: 'nickname', given: [person.preferred] }]),
    ],
    gender: person.sex,
    ...(person.unidentified
      ? {
          birthDate: birthDateOf(person.born, now).slice(0, 4),
          _birthDate: { extension: [{ url: systems.estimated, valueBoolean: true }] },
        }
      : { birthDate: birthDateOf(person.born, now) }),
  };
}

function encounterOf({ key, site, stay }: Story, on: Chart): Resource {
  const place = (system: string, value: string, display: string): object => ({
    location: { identifier: { system, value }, display },
    status: 'active',
  });
  return {
    resourceType: 'Encounter',
    id: encounterIdOf(key),
    status: 'in-progress',
    class: {
      system: systems.actCode,
      ...(stay.class === 'EMER'
        ? { code: 'EMER', display: 'emergency' }
        : { code: 'IMP', display: 'inpatient encounter' }),
    },
    subject: urn(patientIdOf(key)),
    period: { start: on.at(stay.admittedHoursAgo) },
    reasonCode: [{ text: stay.reason }],
    location: [
      place(systems.ward, wardIds[site], wardName(site)),
      ...(stay.bed === null ? [] : [place(systems.bed, stay.bed, `${wardName(site)}, bed ${stay.bed}`)]),
    ],
    serviceProvider: { display: siteName(site) },
  };
}

export interface TransactionBundle {
  resourceType: 'Bundle';
  type: 'transaction';
  entry: { fullUrl: string; resource: Resource; request: { method: 'PUT'; url: string } }[];
}

/** A story as the FHIR bundle that an import takes. */
export function storyBundle(story: Story, now: Date): TransactionBundle {
  const on = chartOf(story, now);
  const resources = [
    patientOf(story, now),
    encounterOf(story, on),
    ...story.chart.flatMap((fact) => fact(on)),
  ];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      fullUrl: `urn:uuid:${resource.id}`,
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}
