import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { readResource } from '../../../server/records/recordStore.ts';
import { encounters, resources } from '../../../server/records/tables.ts';
import type { Batch } from '../../../server/db/batch.ts';
import { testDatabase } from '../../support/database.ts';
import { fhirApi, idIn, type FhirApi } from '../../support/fhir.ts';
import { people, seedPeople, type Person } from '../../support/people.ts';

type Json = Record<string, unknown>;

let api: FhirApi;
/** Runs once, when an act of this name has been prepared and is about to be committed. */
let meanwhile: { action: string; run: () => Promise<unknown> } | null = null;
let commits = 0;
beforeAll(async () => {
  const database = await testDatabase();
  await seedPeople(database);
  const commit = async (batch: Batch) => {
    const tells = (action: string): boolean =>
      batch.chained?.some(({ row }) => row['action'] === action) ?? false;
    if (meanwhile && tells(meanwhile.action)) {
      const { run } = meanwhile;
      meanwhile = null;
      await run();
      commits = 0;
    }
    commits++;
    return database.writer.commit(batch);
  };
  api = await fhirApi({ deps: { ...database, writer: { ...database.writer, commit } } });
});
afterAll(() => api.close());

async function ask(person: Person, method: string, path: string, body?: Json) {
  const cookie = await api.service.cookieOf(person);
  const response = await api.service.ask(method, path, { cookie, ...(body && { body }) });
  return { status: response.status, body: (await response.json()) as Json & { id: string } };
}
const patient = async (family: string): Promise<string> =>
  idIn(await api.ask(people.nurse, 'POST', '/Patient', { resourceType: 'Patient', name: [{ family }] }));
const visit = async (patientId: string): Promise<string> =>
  (await ask(people.nurse, 'POST', '/api/encounters', { patientId, class: 'IMP' })).body.id;
const merge = (loser: string, intoId: string) =>
  ask(people.clerk, 'POST', `/api/patients/${loser}/merge`, {
    intoId,
    reason: 'Registered twice',
    version: 1,
  });
const refile = (encounterId: string, toPatientId: string) =>
  ask(people.attending, 'POST', `/api/encounters/${encounterId}/refile`, {
    toPatientId,
    reason: 'The wrong chart was open',
    version: 1,
  });

const problem = (text: string): Json => ({
  entry: { problem: { text }, category: 'problem-list-item', course: 'active', certainty: 'confirmed' },
});
const weight = { entry: { what: 'weight', value: '71.50', unit: 'kg', method: 'measured' } };
const vital = (patientId: string, encounterId?: string): Json => ({
  resourceType: 'Observation',
  status: 'final',
  category: [
    {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
    },
  ],
  code: { text: 'Heart rate' },
  subject: { reference: `Patient/${patientId}` },
  ...(encounterId !== undefined && { encounter: { reference: `Encounter/${encounterId}` } }),
});

/** How much of a type is on record of a patient. */
const countOf = async (patientId: string, type: string): Promise<number> =>
  (
    await api.service.deps.reader
      .select({ id: resources.id })
      .from(resources)
      .where(and(eq(resources.patientId, patientId), eq(resources.type, type)))
  ).length;

let one: string;
let other: string;
let encounterId: string;
beforeEach(async () => {
  meanwhile = null;
  [one, other] = await Promise.all([patient('One'), patient('Other')]);
  encounterId = await visit(one);
});

describe('an encounter that is filed to another patient while something is recorded in it', () => {
  test.each([
    ['problems', 'Condition', problem('Gout')],
    ['measures', 'Observation', weight],
  ])('an entry of %s is recorded for neither', async (list, type, body) => {
    meanwhile = { action: 'list:added', run: () => refile(encounterId, other) };
    const refused = await ask(people.attending, 'POST', `/api/patients/${one}/${list}`, {
      ...body,
      encounterId,
    });
    expect(refused).toMatchObject({ status: 409, body: { type: 'conflict' } });
    expect(refused.body['detail']).toContain('not filed to this patient');
    expect([await countOf(one, type), await countOf(other, type)]).toEqual([0, 0]);
  });

  test('a vital sign is recorded for neither, and whoever wrote it is told', async () => {
    meanwhile = { action: 'resource:created', run: () => refile(encounterId, other) };
    const refused = await api.ask(people.nurse, 'POST', '/Observation', vital(one, encounterId));
    expect(refused).toMatchObject({
      status: 409,
      body: { resourceType: 'OperationOutcome', issue: [{ code: 'conflict' }] },
    });
    expect([await countOf(one, 'Observation'), await countOf(other, 'Observation')]).toEqual([0, 0]);
  });
});

describe('a record that is merged into another one while something is recorded in it', () => {
  test('takes no entry of a list; the answer names what remains, and nothing is tried again', async () => {
    meanwhile = { action: 'list:added', run: () => merge(one, other) };
    const path = `/api/patients/${one}/measures`;
    const refused = await ask(people.nurse, 'POST', path, weight);
    expect(commits).toBeLessThan(5);
    expect(refused).toMatchObject({ status: 409, body: { type: 'conflict', survivor: `Patient/${other}` } });
    expect(await ask(people.nurse, 'POST', path, weight)).toMatchObject({
      status: 409,
      body: { survivor: `Patient/${other}` },
    });
    expect([await countOf(one, 'Observation'), await countOf(other, 'Observation')]).toEqual([0, 0]);
  });

  test('takes no vital sign over FHIR either', async () => {
    meanwhile = { action: 'resource:created', run: () => merge(one, other) };
    const refused = await api.ask(people.nurse, 'POST', '/Observation', vital(one));
    expect(refused.status).toBe(409);
    expect(refused.text).toContain(`Patient/${one} was merged into Patient/${other}`);
    expect([await countOf(one, 'Observation'), await countOf(other, 'Observation')]).toEqual([0, 0]);
  });

  test('and is not written over itself: put, patched or ended, it leads to what remains', async () => {
    const stored = async () => (await readResource(api.service.deps.reader, 'Patient', one))!.json;
    const anew = { resourceType: 'Patient', id: one, active: true, name: [{ family: 'Back' }] };
    // Once while it is merged, and then afterwards.
    meanwhile = { action: 'resource:updated', run: () => merge(one, other) };
    const slipped = await api.ask(people.nurse, 'PUT', `/Patient/${one}`, anew);
    const merged = await stored();
    const patch = [{ op: 'replace', path: '/active', value: true }];
    const asJsonPatch = { 'Content-Type': 'application/json-patch+json' };
    const answers = [
      slipped,
      await api.ask(people.nurse, 'PUT', `/Patient/${one}`, anew),
      await api.ask(people.admin, 'PUT', `/Patient/${one}`, anew),
      await api.ask(people.nurse, 'PATCH', `/Patient/${one}`, patch, asJsonPatch),
      await api.ask(people.nurse, 'DELETE', `/Patient/${one}`),
    ];
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({
        status: 409,
        body: {
          resourceType: 'OperationOutcome',
          issue: [{ code: 'conflict', diagnostics: expect.stringContaining(`Patient/${other}`) as string }],
        },
      });
    expect(await stored()).toBe(merged);
    expect(merged).toContain('replaced-by');
  });

  test('is written again once the merge is taken back', async () => {
    expect((await merge(one, other)).status).toBe(200);
    const back = { reason: 'They are two people', version: 2 };
    expect((await ask(people.clerk, 'POST', `/api/patients/${one}/unmerge`, back)).status).toBe(200);
    expect((await api.ask(people.nurse, 'POST', '/Observation', vital(one))).status).toBe(201);
  });
});

describe('what is recorded in an encounter', () => {
  const stored = async (type: string, id: string): Promise<Json> =>
    JSON.parse((await readResource(api.service.deps.reader, type, id))!.json) as Json;
  const here = () => ({ reference: `Encounter/${encounterId}` });

  test.each([
    ['problems', 'Condition', 'encounter', problem('Gout')['entry']],
    [
      'allergies',
      'AllergyIntolerance',
      'encounter',
      { substance: { text: 'latex' }, certainty: 'confirmed', reactions: [] },
    ],
    ['medicines', 'MedicationStatement', 'context', { medicine: { text: 'furosemide' }, dosing: null }],
    ['measures', 'Observation', 'encounter', weight.entry],
  ])('of %s names it as R4 does', async (list, type, element, entry) => {
    const added = await ask(people.attending, 'POST', `/api/patients/${one}/${list}`, { entry, encounterId });
    expect(added.status).toBe(201);
    expect((await stored(type, added.body.id))[element]).toEqual(here());
    const [row] = await api.service.deps.reader
      .select()
      .from(audit)
      .where(and(eq(audit.action, 'list:added'), eq(audit.entity, `${type}/${added.body.id}`)));
    expect(row).toMatchObject({ encounterId, patientId: one });
  });

  test('goes along when that is filed to another patient', async () => {
    const body = { ...problem('Gout'), encounterId };
    const { body: added } = await ask(people.attending, 'POST', `/api/patients/${one}/problems`, body);
    expect((await refile(encounterId, other)).status).toBe(200);
    expect(await stored('Condition', added.id)).toMatchObject({
      subject: { reference: `Patient/${other}` },
      encounter: here(),
    });
  });

  test('names it also where there is none, and in the review of the list; without one nothing is named', async () => {
    const path = `/api/patients/${one}/allergies`;
    const none = await ask(people.attending, 'POST', `${path}/none`, { encounterId });
    expect(none.status).toBe(200);
    expect((await stored('AllergyIntolerance', none.body.id))['encounter']).toEqual(here());
    const reviewed = await ask(people.attending, 'POST', `${path}/reviewed`, { lines: [], encounterId });
    expect((await stored('List', reviewed.body.id))['encounter']).toEqual(here());
    const added = await ask(people.attending, 'POST', `/api/patients/${one}/problems`, problem('Gout'));
    expect(await stored('Condition', added.body.id)).not.toHaveProperty('encounter');
  });

  test('keeps it when it is changed elsewhere, and when an earlier version is brought back', async () => {
    const path = `/api/patients/${one}/problems`;
    const { body: added } = await ask(people.attending, 'POST', path, { ...problem('Gout'), encounterId });
    const changed = { version: 1, entry: { ...(problem('Gout')['entry'] as Json), severity: 'mild' } };
    expect((await ask(people.attending, 'PUT', `${path}/${added.id}`, changed)).status).toBe(200);
    const back = await ask(people.attending, 'POST', `${path}/${added.id}/restore`, { version: 2, to: 1 });
    expect(back.status).toBe(200);
    expect((await stored('Condition', added.id))['encounter']).toEqual(here());
  });

  test('of somebody else, or in no encounter at all, is refused alike', async () => {
    const theirs = await visit(other);
    const answers = await Promise.all(
      [theirs, api.service.deps.newId()].map((id) =>
        ask(people.attending, 'POST', `/api/patients/${one}/problems`, {
          ...problem('Gout'),
          encounterId: id,
        }),
      ),
    );
    expect(answers[0]).toMatchObject({ status: 409 });
    expect(answers[1]!.body['detail']).toBe(answers[0]!.body['detail']);
    expect(await countOf(one, 'Condition')).toBe(0);
    const rows = await api.service.deps.reader.select().from(encounters).where(eq(encounters.id, theirs));
    expect(rows).toHaveLength(1);
  });
});
