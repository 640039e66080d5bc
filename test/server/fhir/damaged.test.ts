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
  una = idIn(await ask('POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Testcase' }] }));
});
afterAll(() => api.close());

let id: string;
beforeEach(async () => {
  said.length = 0;
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
