import { afterAll, beforeAll, expect, it } from 'vitest';
import { readHistory } from '../../../server/records/recordStore.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { transaction, uuid } from '../../support/bundles.ts';
import { people, type Person } from '../../support/people.ts';

let service: TestApp;
beforeAll(async () => {
  service = await testApp();
});
afterAll(() => service.close());

const ada = {
  resourceType: 'Patient',
  id: uuid(1),
  name: [{ family: 'Okafor', given: ['Ada'] }],
  birthDate: '1957-02-14',
};

const ask = async (person: Person, method: string, path: string, body?: unknown): Promise<Response> =>
  service.ask(method, `/fhir/R4${path}`, {
    cookie: await service.cookieOf(person),
    ...(body === undefined ? {} : { body }),
  });

it('an administrator loads a bundle; a second time nothing changes', async () => {
  for (const status of ['201 Created', '200 OK']) {
    const response = await ask(people.admin, 'POST', '', transaction(ada));
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toContain('application/fhir+json');
    expect(await response.json()).toEqual({
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [{ response: { status, location: `Patient/${uuid(1)}/_history/1`, etag: 'W/"1"' } }],
    });
  }
  expect(await readHistory(service.deps.reader, 'Patient', uuid(1))).toMatchObject([
    { recordedBy: people.admin.id },
  ]);
});

it('who reads charts reads a resource of the own site, with its version', async () => {
  const response = await ask(people.nurse, 'GET', `/Patient/${uuid(1)}`);
  expect(response.headers.get('ETag')).toBe('W/"1"');
  expect(await response.json()).toEqual({
    ...ada,
    meta: { versionId: '1', lastUpdated: '2026-03-02T08:00:00.000Z' },
  });
});

it('what is elsewhere, unknown or no resource looks alike, in the form FHIR gives a refusal', async () => {
  const answers = await Promise.all([
    ask(people.nurseB, 'GET', `/Patient/${uuid(1)}`),
    ask(people.nurse, 'GET', `/Patient/${uuid(2)}`),
    ask(people.nurse, 'GET', '/Ward/1'),
  ]);
  for (const answer of answers) {
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        { severity: 'error', code: 'not-found', diagnostics: 'There is nothing here that you may see.' },
      ],
    });
  }
});

it('who may write nothing loads nothing, and an administrator reads nothing', async () => {
  for (const person of [people.student, people.auditor, people.patient]) {
    expect((await ask(person, 'POST', '', transaction(ada))).status).toBe(403);
  }
  for (const person of [people.nurse, people.attending, people.clerk]) {
    const collection = { ...transaction(ada), type: 'collection' };
    expect((await ask(person, 'POST', '', collection)).status).toBe(403);
  }
  expect((await ask(people.admin, 'GET', `/Patient/${uuid(1)}`)).status).toBe(403);
  expect((await ask(people.clerk, 'GET', `/Patient/${uuid(1)}`)).status).toBe(403);
});

it('a bad bundle is refused with its places', async () => {
  const response = await ask(people.admin, 'POST', '', {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{}],
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: 'invalid',
        diagnostics: 'This entry has no resource.',
        expression: ['Bundle.entry[0]'],
      },
    ],
  });
});

it('says what it can do to anybody', async () => {
  const response = await service.ask('GET', '/fhir/R4/metadata');
  expect(await response.json()).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
});
