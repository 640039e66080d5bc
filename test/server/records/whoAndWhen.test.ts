import { gt, ne, sql, and } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { createNoteStatements } from '../../../server/notes/acts.ts';
import { documentLeases } from '../../../server/log/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { entryAfter } from '../../../server/log/entries.ts';
import { foldDocument } from '../../../server/log/fold.ts';
import { readMany } from '../../../server/records/recordStore.ts';
import { resourceVersions } from '../../../server/records/tables.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { ordersRoom } from '../../../shared/documents/room.ts';
import { listAt, textAt } from '../../../shared/patients/fhirValue.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { blankDemographics } from '../../support/demographics.ts';
import { people, siteA, wardOfA, type Person } from '../../support/people.ts';

type Json = Record<string, unknown>;

let service: TestApp;
let mark = 0;
const person = { patientId: '', encounterId: '' };
const other = { patientId: '', encounterId: '' };

beforeAll(async () => {
  service = await testApp();
  for (const each of [person, other])
    Object.assign(
      each,
      await ask(people.nurse, 'POST', '/api/patients/unidentified', {
        estimatedAge: 50,
        wardId: wardOfA,
        bed: null,
      }),
    );
});
afterAll(() => service.close());

async function ask(who: Person, method: string, path: string, body?: unknown): Promise<Json> {
  const cookie = await service.cookieOf(who);
  const response = await service.ask(method, path, { cookie, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  expect([response.status, text]).toEqual([expect.toSatisfy((status: number) => status < 300), text]);
  return text === '' ? {} : (JSON.parse(text) as Json);
}

/** What has been recorded since it was last asked, but for what tells of it. */
async function recorded() {
  const { reader } = service.deps;
  const rows = await reader
    .select()
    .from(resourceVersions)
    .where(and(gt(sql`rowid`, mark), ne(resourceVersions.type, 'Provenance')));
  const [last] = await reader.select({ mark: sql<number>`max(rowid)` }).from(resourceVersions);
  mark = last!.mark;
  return rows;
}

/** Every version that a Provenance tells of. */
async function toldOf(): Promise<string[]> {
  const { reader } = service.deps;
  const rows = await reader.all<{ id: string }>(sql`SELECT id FROM resources WHERE type = 'Provenance'`);
  const all = await readMany(
    reader,
    'Provenance',
    rows.map(({ id }) => id),
  );
  return all.flatMap((each) => listAt(each, 'target').map((target) => textAt(target, 'reference') ?? ''));
}

const versionOf = async (patientId: string): Promise<unknown> =>
  (await ask(people.clerk, 'GET', `/api/patients/${patientId}/demographics`)).version;
const encounterVersion = async (encounterId: string): Promise<unknown> =>
  (await ask(people.nurse, 'GET', `/api/encounters/${encounterId}`)).version;

async function signNote(): Promise<void> {
  const { deps } = service;
  const id = deps.newId();
  const { encounterId } = person;
  await deps.writer.commit({
    statements: createNoteStatements(deps, {
      id,
      encounterId,
      kind: 'progress',
      authorId: people.attending.id,
      at: deps.now(),
    }),
  });
  const path = `/api/encounters/${encounterId}/notes/${id}`;
  const { contentHash } = await ask(people.attending, 'GET', path);
  await ask(people.attending, 'POST', `${path}/sign`, { contentHash });
}

async function signOrder(): Promise<void> {
  const { deps } = service;
  const { encounterId } = person;
  const room = ordersRoom(encounterId);
  const id = deps.newId();
  const { doc, head } = await foldDocument(deps.log, room, registry.orders.roots);
  const before = Y.encodeStateVector(doc);
  const detail = { code: { system: 'http://loinc.org', code: '6598-7', display: 'Troponin T' } };
  doc
    .getMap('drafts')
    .set(id, new Y.Map<unknown>(Object.entries({ category: 'laboratory', detail, priority: 'routine' })));
  const by = { userId: people.attending.id, deviceId: 'desk' };
  const at = deps.now().toISOString();
  const lease = { document: room, epoch: 1, clientId: doc.clientID, since: at, ...by };
  await deps.writer.commit({ statements: [statement(deps.reader.insert(documentLeases).values(lease))] });
  const bytes = Y.encodeStateAsUpdate(doc, before);
  const entry = { document: room, kind: 'update' as const, lease: doc.clientID, at, bytes, ...by };
  await deps.log.append({ entries: [entryAfter(head, entry)] });
  const path = `/api/encounters/${encounterId}/orders`;
  const { drafts } = await ask(people.attending, 'GET', path);
  const [{ contentHash = '' } = {}] = drafts as { contentHash: string }[];
  await ask(people.attending, 'POST', `${path}/sign`, { orders: [{ id, contentHash }] });
}

const subject = () => ({ reference: `Patient/${person.patientId}` });
const weight = (): Json => ({
  resourceType: 'Observation',
  status: 'final',
  category: [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
    },
  ],
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: subject(),
  effectiveDateTime: '2026-03-02T07:50:00Z',
  meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] },
});

interface Act {
  who: Person;
  /** What it records. */
  makes: string[];
  /** What was done, as the version says it; an act of FHIR's own API is a create, an update or a delete. */
  activity: string | null;
  signed?: true;
  source?: string;
  run: () => Promise<unknown>;
}

const acts: Record<string, Act> = {
  'an entry of a list': {
    who: people.nurse,
    makes: ['AllergyIntolerance'],
    activity: 'allergies-added',
    run: () =>
      ask(people.nurse, 'POST', `/api/patients/${person.patientId}/allergies`, {
        entry: { substance: { text: 'Penicillin' }, certainty: 'confirmed', reactions: [] },
      }),
  },
  'a registration': {
    who: people.clerk,
    makes: ['Patient'],
    activity: 'patient-registered',
    run: () =>
      ask(people.clerk, 'POST', '/api/patients', {
        demographics: { ...blankDemographics, name: { family: 'Okafor', given: 'Ada', prefix: null } },
      }),
  },
  'an encounter that is opened': {
    who: people.nurse,
    makes: ['Encounter'],
    activity: 'encounter-created',
    run: () => ask(people.nurse, 'POST', '/api/encounters', { patientId: other.patientId, class: 'AMB' }),
  },
  'a transfer': {
    who: people.nurse,
    makes: ['Encounter'],
    activity: 'encounter-transferred',
    run: async () =>
      ask(people.nurse, 'POST', `/api/encounters/${person.encounterId}/transfer`, {
        wardId: wardOfA,
        bed: '1',
        version: await encounterVersion(person.encounterId),
      }),
  },
  'vital signs': {
    who: people.nurse,
    makes: ['Observation'],
    activity: null,
    run: () => ask(people.nurse, 'POST', '/fhir/R4/Observation', weight()),
  },
  'what is written over FHIR': {
    who: people.attending,
    makes: ['Condition'],
    activity: null,
    run: () =>
      ask(people.attending, 'POST', '/fhir/R4/Condition', { resourceType: 'Condition', subject: subject() }),
  },
  'a note that is signed': {
    who: people.attending,
    makes: ['Composition', 'DocumentReference'],
    activity: 'note-signed',
    signed: true,
    run: signNote,
  },
  'an order that is signed': {
    who: people.attending,
    makes: ['ServiceRequest'],
    activity: 'order-signed',
    signed: true,
    run: signOrder,
  },
  'an import': {
    who: people.admin,
    makes: ['Observation', 'Patient'],
    activity: null,
    run: () =>
      ask(
        people.admin,
        'POST',
        '/fhir/R4',
        transaction(
          { resourceType: 'Patient', id: uuid(1), name: [{ family: 'Elsewhere' }] },
          { ...weight(), id: uuid(2), subject: { reference: `urn:uuid:${uuid(1)}` } },
        ),
      ),
  },
  'an encounter put right': {
    who: people.attending,
    makes: ['Encounter', 'Encounter'],
    activity: 'encounter-refiled',
    run: async () =>
      ask(people.attending, 'POST', `/api/encounters/${other.encounterId}/refile`, {
        toPatientId: person.patientId,
        reason: 'The wrong chart was open',
        version: await encounterVersion(other.encounterId),
      }),
  },
  'a merge': {
    who: people.clerk,
    makes: ['Encounter', 'Encounter', 'Patient', 'Patient'],
    activity: 'patient-merged',
    run: async () =>
      ask(people.clerk, 'POST', `/api/patients/${other.patientId}/merge`, {
        intoId: person.patientId,
        reason: 'Registered twice',
        version: await versionOf(other.patientId),
      }),
  },
};

/** Resources of which nobody would say when they happened: those of an import may name no time. */
const timeless = new Set(['Patient']);

describe.each(Object.entries(acts))('%s', (name, { who, makes, activity, signed, run }) => {
  it('says who, when, where, from whom and why, and a Provenance tells of it', async () => {
    service.deps.clock.step(60_000);
    await recorded();
    const at = service.deps.now().toISOString();
    await run();
    const made = await recorded();
    expect(made.map(({ type }) => type).toSorted()).toEqual(makes);
    const told = new Set(await toldOf());
    for (const version of made) {
      const { type, id, versionId } = version;
      expect(version).toMatchObject({
        recordedAt: at,
        receivedAt: at,
        zone: 'Europe/Brussels',
        recordedBy: who.id,
        siteId: siteA,
        source: siteA,
        activity,
        attesterId: signed ? who.id : null,
      });
      if (name !== 'an import' || !timeless.has(type)) expect(version.occurredAt).not.toBeNull();
      const names = [`${type}/${id}`, `${type}/${id}/_history/${versionId}`];
      expect(names.some((each) => told.has(each))).toBe(true);
    }
  });
});

it('what happened earlier than it was recorded says when; its security labels stay with it and are found', async () => {
  const made = await ask(people.nurse, 'POST', '/fhir/R4/Observation', weight());
  const [version] = (await recorded()).slice(-1);
  expect(version).toMatchObject({ id: made.id, occurredAt: '2026-03-02T07:50:00.000Z' });
  expect(JSON.parse(version!.json)).toMatchObject({ meta: { security: [{ code: 'R' }] } });
  const found = await ask(
    people.nurse,
    'GET',
    `/fhir/R4/Observation?_security=R&subject=Patient/${person.patientId}&_summary=count`,
  );
  expect(found.total).toBeGreaterThan(0);
});
