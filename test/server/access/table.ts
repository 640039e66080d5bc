import { randomUUID } from 'node:crypto';
import { roles, type Role } from '../../../shared/access/capabilities.ts';
import { listNames } from '../../../shared/lists/names.ts';
import { noteKinds, type NoteKind } from '../../../shared/notes/kinds.ts';
import type { Demographics } from '../../../shared/patients/demographics.ts';
import { encounterId, patientId } from '../../support/chart.ts';
import { blankDemographics } from '../../support/demographics.ts';
import { testPassword, wardOfA } from '../../support/people.ts';

/** How somebody fares: `yes`, or the refusal that they get. */
export type Outcome = 'yes' | 'unauthenticated' | 'forbidden' | 'not-found';

/** Who comes: nobody, somebody whose session is dead, or a person of site A or B in a role. */
export type Visitor = { as: 'nobody' | 'signed-out' } | { as: Role; site: 'A' | 'B' };

/** One square row of the table: something that can be asked, and who may. What it asks about is site A's. */
export interface AccessRow {
  what: string;
  may: 'everyone' | 'signed-in' | readonly Role[];
  /** How those of site B fare who hold the role; `yes` where the answer has nothing of site A in it. */
  fromSiteB: 'yes' | 'not-found';
  /** What a wrong role is told; a wire on which forbidden and missing look alike says `not-found`. */
  wrongRole?: 'forbidden' | 'not-found';
}

/** A document, by the name of its room below the encounter. Whoever may not even read it is told that it is not there. */
export interface RoomRow extends AccessRow {
  writes: readonly Role[];
}

/** How a visitor fares by the table. */
export function outcomeOf(row: AccessRow, visitor: Visitor): Outcome {
  if (row.may === 'everyone') return 'yes';
  if (!('site' in visitor)) return 'unauthenticated';
  if (row.may !== 'signed-in' && !row.may.includes(visitor.as)) return row.wrongRole ?? 'forbidden';
  return visitor.site === 'A' ? 'yes' : row.fromSiteB;
}

const chartReaders = [
  'attending',
  'resident',
  'student',
  'nurse',
  'pharmacist',
  'physiotherapist',
  'socialworker',
  'specialist',
] as const satisfies Role[];
const encounterReaders = [...chartReaders, 'clerk'] as const satisfies Role[];
const encounterOpeners = ['attending', 'resident', 'specialist', 'nurse', 'clerk'] as const satisfies Role[];

/** The trail of one's own site; for site B it is another one, with nothing of site A in it. */
const trail = { may: ['auditor'], fromSiteB: 'yes', status: 200 } as const satisfies Partial<HttpRow>;

const potassium = { system: 'http://loinc.org', code: '2823-3' };
const laboratorySet = 'https://cochart.dev/fhir/ValueSet/laboratory';

/** FHIR's terminology operations: no patient is in them, so that all who read charts may ask. */
const terminologyOperations = (
  [
    ['CodeSystem/$lookup', potassium],
    ['CodeSystem/$validate-code', potassium],
    ['ValueSet/$expand', { url: laboratorySet }],
    ['ValueSet/$validate-code', { ...potassium, url: laboratorySet }],
    ['ConceptMap/$translate', potassium],
  ] as const
).flatMap(([operation, asked]) => {
  const row = { may: chartReaders, fromSiteB: 'yes', status: 200 } as const;
  const path = `/fhir/R4/${operation}`;
  const parameter = Object.entries(asked).map(([name, valueString]) => ({ name, valueString }));
  return [
    { what: `GET ${path}`, ...row, path: `${path}?${new URLSearchParams(asked)}` },
    { what: `POST ${path}`, ...row, path, body: () => ({ resourceType: 'Parameters', parameter }) },
  ];
});

/** The kinds of note that each role writes (CONTRACT, "Roles"); an addendum is made on the note it adds to. */
export const kindsOf: Record<Role, readonly NoteKind[]> = {
  attending: [
    'progress',
    'history-and-physical',
    'procedure',
    'discharge-summary',
    'multidisciplinary',
    'consult',
  ],
  resident: [
    'progress',
    'history-and-physical',
    'procedure',
    'discharge-summary',
    'multidisciplinary',
    'consult',
  ],
  specialist: [
    'progress',
    'history-and-physical',
    'procedure',
    'discharge-summary',
    'multidisciplinary',
    'consult',
  ],
  student: ['student'],
  nurse: ['nursing', 'multidisciplinary'],
  pharmacist: ['pharmacy', 'multidisciplinary'],
  physiotherapist: ['therapy', 'multidisciplinary'],
  socialworker: ['social-work', 'multidisciplinary'],
  clerk: [],
  auditor: [],
  admin: [],
  patient: [],
};

export interface HttpRow extends AccessRow {
  /** The status of a yes. */
  status: number;
  /** Of a yes that is refused for another reason than that nothing is there: which. */
  refusal?: string;
  /** A yes that is an OperationOutcome: what validation has found. */
  tellsOutcome?: true;
  path: string | ((visitor: Visitor) => string);
  body?: (visitor: Visitor) => unknown;
}

/** A note of each kind, by the attending of site A; made by the tests before anybody asks. */
export const noteIdOf = (kind: NoteKind): string =>
  `0000a07e-0000-4000-8000-${String(noteKinds.indexOf(kind)).padStart(12, '0')}`;
export const noteId = noteIdOf('progress');

/** What is kept aside of a person of site A in each role; made by the tests before anybody asks. */
export const keptIdOf = (role: Role): string =>
  `0000ca97-0000-4000-8000-${String(roles.indexOf(role)).padStart(12, '0')}`;
const ownKept = (visitor: Visitor): string => keptIdOf('site' in visitor ? visitor.as : 'nurse');

const missingId = '00000000-0000-4000-8000-00000000dead';

/** A patient of site A who comes in a bundle, also made before anybody asks. */
export const importedId = 'ba000000-0000-4000-8000-0000000000f1';
export const importedEncounterId = 'ba000000-0000-4000-8000-0000000000f2';
export const importedEncounter = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    {
      resource: {
        resourceType: 'Encounter',
        id: importedEncounterId,
        status: 'finished',
        class: { code: 'AMB' },
        subject: { reference: `Patient/${importedId}` },
      },
    },
  ],
};
export const bundleOf = (id: string, family: string): object => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    {
      fullUrl: `urn:uuid:${id}`,
      resource: { resourceType: 'Patient', id, name: [{ family }] },
      request: { method: 'PUT', url: `Patient/${id}` },
    },
  ],
});

/** Somebody who looks like nobody on record. */
const nobodyElse = (): Demographics => ({
  ...blankDemographics,
  name: { family: randomUUID().replace(/[^a-f]/g, 'q'), given: 'Anew', prefix: null },
});

const chart = { may: chartReaders, fromSiteB: 'not-found', status: 200 } as const;
const encounter = `/api/encounters/${encounterId}`;
const ownKind = (visitor: Visitor): NoteKind => ('site' in visitor && kindsOf[visitor.as][0]) || 'progress';
/** The lists share one form of address; this one is asked for all of them (test/server/lists has the others). */
const anyList = `/api/patients/:id/:list{(?:${listNames.join('|')})}`;
const list = `/api/patients/${patientId}/allergies`;
const allergyAct = {
  may: ['attending', 'resident', 'specialist', 'nurse', 'pharmacist'],
} as const satisfies Partial<AccessRow>;
const open = { may: 'everyone', fromSiteB: 'yes' } as const;
const nothing = { ...open, status: 404 };

const registrars = ['attending', 'resident', 'specialist', 'nurse', 'clerk'] as const satisfies Role[];
const imported = `/fhir/R4/Patient/${importedId}`;
const importedPatient = { resourceType: 'Patient', id: importedId, name: [{ family: 'Testcase' }] };
const newcomer = () => ({ resourceType: 'Patient', name: [{ family: 'Newcomer' }] });
const writes = { may: [...registrars, 'admin'], fromSiteB: 'yes' } as const satisfies Partial<AccessRow>;
const validates = {
  may: [...encounterReaders, 'admin'],
  fromSiteB: 'yes',
  status: 200,
  tellsOutcome: true,
} as const satisfies Partial<HttpRow>;

/** The FHIR API: a patient stands for all that is read, and for all that is written. */
const fhirRows: HttpRow[] = [
  { what: 'GET /fhir/R4/:type/:id', ...chart, path: imported },
  { what: 'GET /fhir/R4', ...chart, fromSiteB: 'yes', path: '/fhir/R4?_type=Patient' },
  { what: 'POST /fhir/R4/_search', ...chart, fromSiteB: 'yes', path: '/fhir/R4/_search?_type=Patient' },
  { what: 'GET /fhir/R4/:type', ...chart, fromSiteB: 'yes', path: '/fhir/R4/Patient' },
  { what: 'POST /fhir/R4/:type/_search', ...chart, fromSiteB: 'yes', path: '/fhir/R4/Patient/_search' },
  { what: 'GET /fhir/R4/:in/:id/:type', ...chart, fromSiteB: 'yes', path: `${imported}/Condition` },
  { what: 'GET /fhir/R4/:type/:id/_history', ...chart, path: `${imported}/_history` },
  { what: 'GET /fhir/R4/:type/:id/_history/:version', ...chart, path: `${imported}/_history/1` },
  { what: 'GET /fhir/R4/:type/_history', ...chart, fromSiteB: 'yes', path: '/fhir/R4/Patient/_history' },
  { what: 'GET /fhir/R4/_history', ...chart, fromSiteB: 'yes', path: '/fhir/R4/_history' },
  { what: 'GET /fhir/R4/Patient/:id/$everything', ...chart, path: `${imported}/$everything` },
  {
    what: 'GET /fhir/R4/Encounter/:id/$everything',
    ...chart,
    path: `/fhir/R4/Encounter/${importedEncounterId}/$everything`,
  },
  {
    what: 'GET /fhir/R4/:type/:id/$validate',
    ...chart,
    tellsOutcome: true,
    path: `${imported}/$validate`,
  },
  {
    what: 'POST /fhir/R4/:type/$validate',
    ...validates,
    path: '/fhir/R4/Patient/$validate',
    body: newcomer,
  },
  {
    what: 'POST /fhir/R4/:type/:id/$validate',
    ...validates,
    path: `${imported}/$validate`,
    body: newcomer,
  },
  { what: 'POST /fhir/R4/:type', ...writes, status: 201, path: '/fhir/R4/Patient', body: newcomer },
  {
    what: 'PUT /fhir/R4/:type/:id',
    ...writes,
    fromSiteB: 'not-found',
    status: 200,
    path: imported,
    body: () => importedPatient,
  },
  {
    what: 'PUT /fhir/R4/:type',
    ...writes,
    status: 201,
    path: () => `/fhir/R4/Patient?identifier=https://new.example|${randomUUID()}`,
    body: newcomer,
  },
  {
    // Who does not read charts does not patch: a patch can test what it does not change.
    what: 'PATCH /fhir/R4/:type/:id',
    may: ['attending', 'resident', 'specialist', 'nurse'],
    fromSiteB: 'not-found',
    status: 200,
    path: imported,
    body: () => [{ op: 'add', path: '/gender', value: 'unknown' }],
  },
  // Of what is not there.
  { what: 'DELETE /fhir/R4/:type/:id', ...writes, status: 404, path: `/fhir/R4/Patient/${missingId}` },
  {
    what: 'DELETE /fhir/R4/:type',
    ...writes,
    status: 404,
    path: '/fhir/R4/Patient?identifier=https://new.example|nobody',
  },
  {
    what: 'POST /fhir/R4',
    ...writes,
    status: 200,
    path: '/fhir/R4',
    body: () => bundleOf(randomUUID(), 'Newcomer'),
  },
];

/** `METHOD /pattern` as the app lists it. */
export const httpTable: HttpRow[] = [
  { what: 'GET /healthz', ...open, status: 200, path: '/healthz' },
  { what: 'GET /readyz', ...open, status: 200, path: '/readyz' },
  { what: 'GET /metrics', ...open, status: 200, path: '/metrics' },
  { what: 'GET /*', ...open, status: 200, path: '/wards' },
  { what: 'ALL /api/*', ...nothing, path: '/api/nothing' },
  { what: 'ALL /fhir/*', ...nothing, path: '/fhir/R4/Patient/1/2/3' },
  { what: 'GET /fhir/R4/metadata', ...open, status: 200, path: '/fhir/R4/metadata' },
  ...fhirRows,
  {
    what: 'GET /fhir/R4/Patient/:id/$export',
    ...chart,
    path: `/fhir/R4/Patient/${importedId}/$export`,
  },
  // Without the header that makes them asynchronous: who may ask is what is asked.
  {
    what: 'GET /fhir/R4/$export',
    ...chart,
    fromSiteB: 'yes',
    status: 400,
    refusal: 'invalid',
    path: '/fhir/R4/$export',
  },
  {
    what: 'GET /fhir/R4/Patient/$export',
    ...chart,
    fromSiteB: 'yes',
    status: 400,
    refusal: 'invalid',
    path: '/fhir/R4/Patient/$export',
  },
  ...(['GET', 'DELETE'] as const).map((method) => ({
    what: `${method} /fhir/R4/$export-status/:id`,
    ...chart,
    fromSiteB: 'not-found' as const,
    status: 404,
    path: `/fhir/R4/$export-status/${missingId}`,
  })),
  {
    what: 'GET /fhir/R4/$export-status/:id/:file',
    ...chart,
    fromSiteB: 'not-found',
    status: 404,
    path: `/fhir/R4/$export-status/${missingId}/Patient.ndjson`,
  },
  { what: 'ALL /collab/*', ...nothing, path: `/collab/${encounterId}/orders` },
  { what: 'ALL /socket.io/*', ...nothing, path: '/socket.io/' },
  {
    what: 'POST /api/session',
    ...open,
    status: 200,
    path: '/api/session',
    body: () => ({ username: 'nurse', password: testPassword }),
  },
  { what: 'DELETE /api/session', ...open, status: 204, path: '/api/session' },
  { what: 'GET /api/session', may: 'signed-in', fromSiteB: 'yes', status: 200, path: '/api/session' },
  {
    what: 'POST /api/session/active',
    may: 'signed-in',
    fromSiteB: 'yes',
    status: 200,
    path: '/api/session/active',
  },
  {
    what: 'POST /api/session/confirm',
    may: 'signed-in',
    fromSiteB: 'yes',
    status: 200,
    path: '/api/session/confirm',
    body: () => ({ password: testPassword }),
  },
  {
    what: 'POST /api/collab-ticket',
    may: 'signed-in',
    fromSiteB: 'yes',
    status: 200,
    path: '/api/collab-ticket',
  },
  { what: 'GET /api/welcome', ...open, status: 200, path: '/api/welcome' },
  {
    // Without an open offer there is nothing here, for anybody.
    what: 'POST /api/setup',
    ...nothing,
    path: '/api/setup',
    body: () => ({
      token: 'made-up',
      username: 'x',
      name: 'X',
      password: 'seven boats on a lake',
      siteName: 'X',
    }),
  },
  {
    what: 'GET /api/patients',
    may: encounterReaders,
    fromSiteB: 'yes',
    status: 200,
    path: '/api/patients?q=testcase',
  },
  {
    what: 'POST /api/patients',
    may: encounterOpeners,
    fromSiteB: 'yes',
    status: 201,
    path: '/api/patients',
    body: () => ({ demographics: nobodyElse() }),
  },
  {
    what: 'POST /api/patients/matches',
    may: encounterOpeners,
    fromSiteB: 'yes',
    status: 200,
    path: '/api/patients/matches',
    body: () => ({ demographics: nobodyElse() }),
  },
  {
    what: 'POST /api/patients/unidentified',
    may: encounterOpeners,
    fromSiteB: 'not-found',
    status: 201,
    path: '/api/patients/unidentified',
    body: () => ({ estimatedAge: 40, wardId: wardOfA, bed: null }),
  },
  {
    // On top of a version that is long gone.
    what: 'PUT /api/patients/:id',
    may: encounterOpeners,
    fromSiteB: 'not-found',
    status: 409,
    refusal: 'conflict',
    path: `/api/patients/${importedId}`,
    body: () => ({ version: 99, demographics: nobodyElse() }),
  },
  {
    what: 'GET /api/patients/:id/demographics',
    ...chart,
    may: encounterReaders,
    path: `/api/patients/${importedId}/demographics`,
  },
  {
    what: 'GET /api/patients/:id/demographics/history',
    ...chart,
    may: encounterReaders,
    path: `/api/patients/${importedId}/demographics/history`,
  },
  {
    what: 'GET /api/patients/:id/merge',
    ...chart,
    may: ['clerk'],
    status: 422,
    refusal: 'unprocessable',
    path: `/api/patients/${importedId}/merge?intoId=${importedId}`,
  },
  {
    what: 'POST /api/patients/:id/merge',
    ...chart,
    may: ['clerk'],
    status: 422,
    refusal: 'unprocessable',
    path: `/api/patients/${importedId}/merge`,
    body: () => ({ intoId: importedId, reason: 'The same person', version: 1 }),
  },
  {
    what: 'POST /api/patients/:id/unmerge',
    ...chart,
    may: ['clerk'],
    status: 409,
    refusal: 'conflict',
    path: `/api/patients/${importedId}/unmerge`,
    body: () => ({ reason: 'Two people', version: 1 }),
  },
  // Each of these on top of a version that is long gone.
  ...(
    [
      ['transfer', { wardId: wardOfA, bed: '4', version: 99 }],
      ['transfer/cancel', { version: 99 }],
      ['discharge', { disposition: 'home', version: 99 }],
      ['discharge/cancel', { version: 99 }],
      ['expected-discharge', { on: '2026-03-05', version: 99 }],
    ] as const
  ).map(([act, body]): HttpRow => ({
    what: `POST /api/encounters/:id/${act}`,
    may: encounterOpeners,
    fromSiteB: 'not-found',
    status: 409,
    refusal: 'conflict',
    path: `${encounter}/${act}`,
    body: () => body,
  })),
  {
    what: 'POST /api/encounters/:id/refile',
    ...chart,
    may: ['attending', 'resident', 'specialist'],
    status: 409,
    refusal: 'conflict',
    path: `${encounter}/refile`,
    body: () => ({ toPatientId: importedId, reason: 'The wrong chart was open', version: 99 }),
  },
  {
    // Of an encounter in which none wait.
    what: 'POST /api/encounters/:id/orders/reviewed',
    ...chart,
    may: ['attending', 'resident', 'specialist'],
    status: 409,
    refusal: 'conflict',
    path: `${encounter}/orders/reviewed`,
  },
  {
    what: 'POST /api/wards/:id/beds/:bed/state',
    may: encounterOpeners,
    fromSiteB: 'not-found',
    status: 200,
    path: `/api/wards/${wardOfA}/beds/2/state`,
    body: () => ({ state: 'cleaning' }),
  },
  { what: 'GET /api/patients/:id', ...chart, may: encounterReaders, path: `/api/patients/${patientId}` },
  { what: 'GET /api/patients/:id/timeline', ...chart, path: `/api/patients/${patientId}/timeline` },
  { what: 'GET /api/patients/:id/results', ...chart, path: `/api/patients/${patientId}/results` },
  { what: 'GET /api/patients/:id/documents', ...chart, path: `/api/patients/${patientId}/documents` },
  {
    // What is asked for is not there: who may, is told as much as who may not.
    what: 'GET /api/patients/:id/documents/:type/:documentId',
    ...chart,
    refusal: 'not-found',
    status: 404,
    path: `/api/patients/${patientId}/documents/DocumentReference/none`,
  },
  {
    what: 'GET /api/patients/:id/origin/:type/:resourceId',
    ...chart,
    refusal: 'not-found',
    status: 404,
    path: `/api/patients/${patientId}/origin/Condition/none`,
  },
  { what: 'GET /api/patients/:id/search', ...chart, path: `/api/patients/${patientId}/search?q=pain` },
  { what: 'GET /api/patients/:id/changes', ...chart, path: `/api/patients/${patientId}/changes` },
  {
    what: 'POST /api/patients/:id/looked',
    ...chart,
    path: `/api/patients/${patientId}/looked`,
    body: () => ({ asOf: '2026-01-01T00:00:00Z' }),
  },
  { what: 'GET /api/patients/:id/lists', ...chart, path: `/api/patients/${patientId}/lists` },
  { what: `GET ${anyList}`, ...chart, path: `${list}` },
  {
    // With a form that says nothing: who may, gets as far as being told so.
    what: `POST ${anyList}`,
    ...chart,
    ...allergyAct,
    refusal: 'invalid',
    status: 400,
    path: list,
    body: () => ({ entry: {} }),
  },
  { what: `POST ${anyList}/none`, ...chart, ...allergyAct, path: `${list}/none` },
  {
    what: `POST ${anyList}/reviewed`,
    ...chart,
    ...allergyAct,
    path: `${list}/reviewed`,
    body: () => ({ lines: [] }),
  },
  {
    what: `PUT ${anyList}/:entry`,
    ...chart,
    ...allergyAct,
    status: 404,
    path: `${list}/${missingId}`,
    body: () => ({ version: 1, entry: {} }),
  },
  {
    what: `POST ${anyList}/:entry/end`,
    ...chart,
    ...allergyAct,
    status: 404,
    path: `${list}/${missingId}/end`,
    body: () => ({ version: 1, outcome: 'resolved' }),
  },
  {
    what: `POST ${anyList}/:entry/error`,
    ...chart,
    ...allergyAct,
    status: 404,
    path: `${list}/${missingId}/error`,
    body: () => ({ version: 1, reason: 'Wrong patient' }),
  },
  {
    what: `POST ${anyList}/:entry/restore`,
    ...chart,
    ...allergyAct,
    status: 404,
    path: `${list}/${missingId}/restore`,
    body: () => ({ version: 2, to: 1 }),
  },
  {
    what: `GET ${anyList}/:entry/versions`,
    ...chart,
    status: 404,
    path: `${list}/${missingId}/versions`,
  },
  {
    what: 'GET /api/encounters',
    may: encounterReaders,
    fromSiteB: 'yes',
    status: 200,
    path: '/api/encounters',
  },
  {
    what: 'POST /api/encounters',
    may: encounterOpeners,
    fromSiteB: 'not-found',
    status: 201,
    path: '/api/encounters',
    body: () => ({ patientId, class: 'AMB' }),
  },
  { what: 'GET /api/encounters/:id', ...chart, may: encounterReaders, path: encounter },
  { what: 'GET /api/encounters/:id/writers', ...chart, path: `${encounter}/writers` },
  { what: 'GET /api/wards', may: encounterReaders, fromSiteB: 'yes', status: 200, path: '/api/wards' },
  { what: 'GET /api/wards/:id/board', ...chart, may: encounterReaders, path: `/api/wards/${wardOfA}/board` },
  { what: 'GET /api/encounters/:id/notes', ...chart, path: `${encounter}/notes` },
  {
    what: 'POST /api/encounters/:id/notes',
    ...chart,
    status: 201,
    path: `${encounter}/notes`,
    body: (visitor) => ({ kind: ownKind(visitor) }),
  },
  { what: 'GET /api/encounters/:id/notes/:noteId', ...chart, path: `${encounter}/notes/${noteId}` },
  {
    // Of a note that is not as its signer says that they saw it.
    what: 'POST /api/encounters/:id/notes/:noteId/sign',
    ...chart,
    may: chartReaders.filter((role) => role !== 'student'),
    status: 409,
    refusal: 'conflict',
    path: (visitor) => `${encounter}/notes/${noteIdOf(ownKind(visitor))}/sign`,
    body: () => ({ contentHash: '0'.repeat(64) }),
  },
  { what: 'GET /api/encounters/:id/orders', ...chart, path: `${encounter}/orders` },
  {
    what: 'GET /api/encounters/:id/history',
    ...chart,
    path: `${encounter}/history?document=note/${noteId}`,
  },
  {
    what: 'GET /api/encounters/:id/history/:seq',
    ...chart,
    path: `${encounter}/history/1?document=note/${noteId}`,
  },
  {
    // Of an order that nobody has proposed.
    what: 'POST /api/encounters/:id/orders/sign',
    ...chart,
    may: ['attending', 'resident', 'specialist'],
    status: 404,
    path: `${encounter}/orders/sign`,
    body: () => ({ orders: [{ id: missingId, contentHash: '0'.repeat(64) }] }),
  },
  {
    what: 'GET /api/quarantine',
    may: [...chartReaders, 'auditor'],
    fromSiteB: 'yes',
    status: 200,
    path: '/api/quarantine',
  },
  { what: 'GET /api/rescues', ...chart, fromSiteB: 'yes', path: '/api/rescues' },
  {
    what: 'POST /api/quarantine/:id/settle',
    ...chart,
    path: (visitor) => `/api/quarantine/${ownKept(visitor)}/settle`,
    body: () => ({ how: 'dismissed' }),
  },
  {
    what: 'POST /api/rescues',
    ...chart,
    status: 201,
    path: '/api/rescues',
    body: () => ({ document: `${encounterId}/note/${noteId}`, place: null, text: 'Slept well.' }),
  },
  {
    what: 'POST /api/rescues/:id/settle',
    ...chart,
    path: (visitor) => `/api/rescues/${ownKept(visitor)}/settle`,
    body: () => ({ how: 'restored' }),
  },
  { what: 'GET /api/patients/:id/chart.pdf', ...chart, path: `/api/patients/${patientId}/chart.pdf` },
  { what: 'GET /api/imports', may: ['admin'], fromSiteB: 'yes', status: 200, path: '/api/imports' },
  {
    // A name that leads elsewhere: what is asked is who may send anything.
    what: 'POST /api/imports',
    may: ['admin'],
    fromSiteB: 'yes',
    status: 400,
    refusal: 'invalid',
    path: '/api/imports?name=..%2Felsewhere.json',
  },
  {
    what: 'GET /api/imports/:id/progress',
    may: ['admin'],
    fromSiteB: 'not-found',
    status: 404,
    path: `/api/imports/${missingId}/progress`,
  },
  {
    // Of an import that never was.
    what: 'GET /api/imports/:id',
    may: ['admin'],
    fromSiteB: 'not-found',
    status: 404,
    path: `/api/imports/${missingId}`,
  },
  { what: 'GET /api/terminology/search', ...chart, fromSiteB: 'yes', path: '/api/terminology/search?q=para' },
  { what: 'GET /api/audit', ...trail, path: '/api/audit' },
  { what: 'GET /api/audit/patients', ...trail, path: '/api/audit/patients?q=zz' },
  { what: 'GET /api/audit/people', ...trail, path: '/api/audit/people?q=zz' },
  {
    what: 'GET /api/audit/patients/:patientId',
    ...trail,
    fromSiteB: 'not-found',
    path: `/api/audit/patients/${patientId}`,
  },
  { what: 'GET /api/audit/chain', ...trail, path: '/api/audit/chain' },
  { what: 'POST /api/audit/chain/check', ...trail, path: '/api/audit/chain/check', status: 202 },
  { what: 'GET /api/audit/export', ...trail, path: '/api/audit/export?action=nothing' },
  {
    what: 'GET /api/terminology/lookup',
    ...chart,
    fromSiteB: 'yes',
    path: '/api/terminology/lookup?system=http://loinc.org&code=2823-3',
  },
  {
    what: 'GET /api/terminology/ingredients',
    ...chart,
    fromSiteB: 'yes',
    path: '/api/terminology/ingredients?system=http://loinc.org&code=2823-3',
  },
  ...terminologyOperations,
];

const pathOf = (kind: NoteKind): string => `note/${noteIdOf(kind)}`;
const room = { may: chartReaders, fromSiteB: 'not-found', wrongRole: 'not-found' } as const;
/** An addendum is written by its author alone. */
const writersOf = (kind: NoteKind): Role[] =>
  kind === 'addendum' ? ['attending'] : roles.filter((role) => kindsOf[role].includes(kind));

export const roomTable: RoomRow[] = [
  {
    what: 'orders',
    ...room,
    writes: ['attending', 'resident', 'specialist', 'nurse', 'pharmacist', 'physiotherapist'],
  },
  { what: 'care-plan', ...room, writes: chartReaders.filter((role) => role !== 'student') },
  ...noteKinds.map((kind): RoomRow => ({ what: pathOf(kind), ...room, writes: writersOf(kind) })),
  // Of a note that was never made, as of another site's: nothing.
  { what: 'note/0000a07e-0000-4000-8000-00000000dead', ...room, may: [], writes: [] },
];

const event = { fromSiteB: 'not-found', wrongRole: 'not-found' } as const;

/** What may be asked on the announcing wire. */
export const eventTable: (AccessRow & { payload: object })[] = [
  { what: 'ward:watch', ...event, may: encounterReaders, payload: { wardId: wardOfA } },
  { what: 'ward:leave', may: 'signed-in', fromSiteB: 'yes', payload: { wardId: wardOfA } },
  { what: 'encounter:watch', ...event, may: chartReaders, payload: { encounterId } },
  { what: 'encounter:leave', may: 'signed-in', fromSiteB: 'yes', payload: { encounterId } },
  { what: 'patient:watch', ...event, may: chartReaders, payload: { patientId } },
  { what: 'patient:leave', may: 'signed-in', fromSiteB: 'yes', payload: { patientId } },
];
