import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { fhirApi, idIn, type FhirApi } from '../../support/fhir.ts';
import { people } from '../../support/people.ts';
import { tamper } from '../../support/tamper.ts';

let api: FhirApi;
let una: string;
let other: string;
const said: unknown[] = [];

const allergy = {
  resourceType: 'AllergyIntolerance',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  },
  criticality: 'high',
  code: { text: 'Penicillin' },
};
const at = (id: string): string => `/AllergyIntolerance/${id}`;
const ask = (method: string, path: string, body?: unknown, headers = {}) =>
  api.ask(people.nurse, method, path, body, headers);

beforeAll(async () => {
  api = await fhirApi();
  api.service.deps.logger.fatal = (about: unknown) => void said.push(about);
});
afterAll(() => api.close());

let id: string;
beforeEach(async () => {
  said.length = 0;
  una = idIn(await ask('POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Testcase' }] }));
  const patient = { reference: `Patient/${una}` };
  id = idIn(await ask('POST', '/AllergyIntolerance', { ...allergy, patient }));
  other = idIn(await ask('POST', '/AllergyIntolerance', { ...allergy, patient }));
  const better = { ...allergy, id, patient, criticality: 'low' };
  expect((await ask('PUT', at(id), better)).status).toBe(200);
});

/** One bit, in the second version: `low` becomes `lov`. */
const flip = (version: number): Promise<void> =>
  tamper(api.service.deps, [
    `UPDATE resource_versions SET json = replace(replace(json, '"low"', '"lov"'), '"high"', '"hagh"')
     WHERE id = '${id}' AND version_id = ${version}`,
  ]);

describe('a resource of which a bit has flipped on the disk', () => {
  it('is not shown, and who runs the service and the trail are told', async () => {
    await flip(2);
    const { deps } = api.service;
    for (const path of [at(id), `${at(id)}/_history/2`]) {
      const answer = await ask('GET', path);
      expect([answer.status, answer.body]).toMatchObject([
        500,
        { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] },
      ]);
      expect(answer.text).not.toMatch(/Penicillin|lov/);
    }
    const entity = `AllergyIntolerance/${id}`;
    const once = { entity, version: 2 };
    expect(said).toEqual([once, once]);
    const rows = await deps.reader
      .select({ outcome: audit.outcome, userId: audit.userId, patientId: audit.patientId })
      .from(audit)
      .where(and(eq(audit.action, 'resource:damaged'), eq(audit.entity, entity)));
    const row = { outcome: 'failure', userId: people.nurse.id, patientId: una };
    expect(rows).toEqual([row, row]);
  });

  it('leaves the version before, and all others, as they were', async () => {
    await flip(2);
    expect((await ask('GET', `${at(id)}/_history/1`)).body).toMatchObject({ criticality: 'high' });
    expect((await ask('GET', at(other))).status).toBe(200);
    expect(said).toEqual([]);
  });

  it('does not keep an older version from being known as damaged', async () => {
    await flip(1);
    expect((await ask('GET', at(id))).body).toMatchObject({ criticality: 'low' });
    expect((await ask('GET', `${at(id)}/_history/1`)).status).toBe(500);
  });

  it('is not patched, which would give the damage a name of its own; saying it anew heals it', async () => {
    await flip(2);
    const patch = [{ op: 'add', path: '/type', value: 'allergy' }];
    const patched = await ask('PATCH', at(id), patch, { 'Content-Type': 'application/json-patch+json' });
    expect(patched.status).toBe(500);
    const anew = { ...allergy, id, patient: { reference: `Patient/${una}` }, criticality: 'high' };
    expect((await ask('PUT', at(id), anew)).status).toBe(200);
    expect((await ask('GET', at(id))).body).toMatchObject({ criticality: 'high' });
  });
});

describe('what is damaged among what is read together', () => {
  const missing = (id: string) => ({
    search: { mode: 'outcome' },
    resource: {
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'exception', diagnostics: expect.stringContaining(id) as string }],
    },
  });
  const namesIn = (body: unknown): string[] =>
    (body as { entry: { resource: { id?: string } }[] }).entry.flatMap((each) => each.resource.id ?? []);
  let cookie: string;
  beforeAll(async () => {
    cookie = await api.service.cookieOf(people.nurse);
  });
  const reported = (): unknown[] => said.filter((each) => (each as { entity: string }).entity.endsWith(id));

  it.each([
    ['a search', () => `/AllergyIntolerance?patient=${una}&_count=100`],
    ['a search that includes', () => `/Patient?_id=${una}&_revinclude=AllergyIntolerance:patient`],
    ['everything of a patient', () => `/Patient/${una}/$everything?_type=AllergyIntolerance&_count=500`],
  ])('is missing from %s, which says so; all else is there, and it is told once', async (_what, path) => {
    await flip(2);
    for (let time = 0; time < 2; time++) {
      const answer = await ask('GET', path());
      expect(answer.status).toBe(200);
      expect(namesIn(answer.body)).toContain(other);
      expect(namesIn(answer.body)).not.toContain(id);
      expect((answer.body as { entry: object[] }).entry).toContainEqual(missing(id));
      expect(answer.text).not.toContain('lov');
    }
    expect(reported()).toEqual([{ entity: `AllergyIntolerance/${id}`, version: 2 }]);
  });

  it('is named in its place in a history, which shows the versions before', async () => {
    await flip(2);
    const { body } = await ask('GET', `${at(id)}/_history`);
    expect(body).toMatchObject({
      entry: [
        { response: { outcome: { resourceType: 'OperationOutcome' } } },
        { resource: { criticality: 'high' } },
      ],
    });
    expect((body as { entry: object[] }).entry[0]).not.toHaveProperty('resource');
  });

  it.each(['ndjson', 'bundle'])(
    'does not leave with an export as %s, which says what is missing',
    async (form) => {
      await flip(2);
      const path = `/fhir/R4/Patient/${una}/$export?_outputFormat=${form}`;
      const answer = await api.service.ask('GET', path, { cookie });
      const text = await answer.text();
      expect(text).toContain(other);
      expect(text).not.toContain('lov');
      expect(text).toMatch(new RegExp(`OperationOutcome.*AllergyIntolerance/${id}, version 2, is damaged`));
    },
  );

  it.each([
    ['the chart', () => `/api/patients/${una}`],
    ['a list of it', () => `/api/patients/${una}/lists`],
  ])('is missing from %s, and the answer names it', async (_what, path) => {
    await flip(2);
    const answer = await api.service.ask('GET', path(), { cookie });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Cochart-Unreadable')?.split(',')).toContain(`AllergyIntolerance/${id}`);
    expect(await answer.text()).not.toContain('lov');
  });

  it('keeps anybody from saying that there is none, which nobody can know', async () => {
    await flip(2);
    // The other entry is taken back, so that the damaged one alone is left.
    expect((await ask('DELETE', at(other))).status).toBe(204);
    const attending = await api.service.cookieOf(people.attending);
    const said = await api.service.ask('POST', `/api/patients/${una}/allergies/none`, {
      cookie: attending,
      body: {},
    });
    expect([said.status, await said.json()]).toMatchObject([500, { type: 'damaged' }]);
  });

  it('is counted for whoever watches the service', async () => {
    const metrics = await api.service.ask('GET', '/metrics');
    expect(await metrics.text()).toContain('cochart_damaged_records_total{type="AllergyIntolerance"}');
  });
});
