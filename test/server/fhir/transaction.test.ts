import { count } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resourceVersions } from '../../../server/records/tables.ts';
import { uuid } from '../../support/bundles.ts';
import { fhirApi, idIn, type Answer, type FhirApi } from '../../support/fhir.ts';
import { people } from '../../support/people.ts';

let api: FhirApi;
let una: string;
beforeAll(async () => {
  api = await fhirApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  una = idIn(await api.ask(people.nurse, 'POST', '/Patient', patient('Testcase')));
});

const patient = (family: string, more: object = {}) => ({
  resourceType: 'Patient',
  name: [{ family }],
  ...more,
});
const allergy = (reference: string, more: object = {}) => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  },
  code: { text: 'Penicillin' },
  patient: { reference },
  ...more,
});

interface Asked {
  method: string;
  url: string;
  resource?: object;
  fullUrl?: string;
  ifMatch?: string;
  ifNoneExist?: string;
}

const bundle = (type: 'transaction' | 'batch', ...asked: Asked[]) => ({
  resourceType: 'Bundle',
  type,
  entry: asked.map(({ resource, fullUrl, ...request }) => ({
    ...(fullUrl === undefined ? {} : { fullUrl }),
    ...(resource === undefined ? {} : { resource }),
    request,
  })),
});
const transact = (...asked: Asked[]): Promise<Answer> =>
  api.ask(people.nurse, 'POST', '', bundle('transaction', ...asked));

interface Responded {
  resource?: Record<string, unknown>;
  response: { status: string; location?: string; etag?: string; outcome?: object };
}
const entriesOf = ({ body }: Answer): Responded[] => body.entry as Responded[];
const statuses = (answer: Answer): string[] =>
  entriesOf(answer).map(({ response }) => response.status.slice(0, 3));
const targetOf = ({ response }: Responded): string => response.location!.replace(/\/_history\/.*/, '');
const versions = async (): Promise<number> =>
  (await api.service.deps.reader.select({ count: count() }).from(resourceVersions))[0]!.count;

describe('a transaction', () => {
  it('gives ids, and references follow them, in whatever order the entries stand', async () => {
    const answer = await transact(
      { method: 'GET', url: `Patient/${una}` },
      { method: 'POST', url: 'AllergyIntolerance', resource: allergy('urn:uuid:' + uuid(31)) },
      { method: 'POST', url: 'Patient', resource: patient('New'), fullUrl: 'urn:uuid:' + uuid(31) },
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ resourceType: 'Bundle', type: 'transaction-response' });
    expect(statuses(answer)).toEqual(['200', '201', '201']);
    const [read, made, person] = entriesOf(answer);
    expect(read!.resource).toMatchObject({ id: una });
    expect(targetOf(person!)).not.toContain(uuid(31));
    expect((await api.ask(people.nurse, 'GET', `/${targetOf(made!)}`)).body).toMatchObject({
      patient: { reference: targetOf(person!) },
    });
  });

  it('ends, makes and changes, and makes only what is not there', async () => {
    const identifier = [{ system: 'https://ids.example', value: una }];
    const first = await transact(
      { method: 'POST', url: 'AllergyIntolerance', resource: allergy(`Patient/${una}`) },
      { method: 'PUT', url: `Patient/${una}`, resource: patient('Known', { id: una, identifier }) },
    );
    const target = targetOf(entriesOf(first)[0]!);
    const condition = `identifier=https://ids.example|${una}`;
    const second = await transact(
      { method: 'DELETE', url: target },
      {
        method: 'POST',
        url: 'Patient',
        resource: patient('Other'),
        ifNoneExist: condition,
        fullUrl: 'urn:uuid:' + uuid(32),
      },
      { method: 'POST', url: 'AllergyIntolerance', resource: allergy('urn:uuid:' + uuid(32)) },
      { method: 'POST', url: 'AllergyIntolerance', resource: allergy(`Patient?${condition}`) },
    );
    expect(statuses(second)).toEqual(['204', '200', '201', '201']);
    for (const each of entriesOf(second).slice(2)) {
      expect((await api.ask(people.nurse, 'GET', `/${targetOf(each)}`)).body).toMatchObject({
        patient: { reference: `Patient/${una}` },
      });
    }
    expect((await api.ask(people.nurse, 'GET', `/${target}`)).status).toBe(410);
  });

  const good: Asked = { method: 'POST', url: 'Patient', resource: patient('Half') };
  it.each<[string, () => Asked, number, string]>([
    [
      'is no R4',
      () => ({ method: 'POST', url: 'Patient', resource: patient('X', { gender: 'x' }) }),
      422,
      'Bundle.entry[1].resource.gender',
    ],
    [
      'points to nothing',
      () => ({ method: 'POST', url: 'AllergyIntolerance', resource: allergy(`Patient/${uuid(88)}`) }),
      422,
      'Bundle.entry[1].resource.patient.reference',
    ],
    [
      'is of a version that has passed',
      () => ({ method: 'PUT', url: `Patient/${una}`, resource: patient('X', { id: una }), ifMatch: 'W/"9"' }),
      412,
      'Bundle.entry[1].resource',
    ],
    [
      'is not for this person to write',
      () => ({
        method: 'POST',
        url: 'Procedure',
        resource: { resourceType: 'Procedure', status: 'completed', subject: { display: 'x' } },
      }),
      403,
      'Bundle.entry[1]',
    ],
    [
      'means something that nothing matches',
      () => ({
        method: 'POST',
        url: 'AllergyIntolerance',
        resource: allergy('Patient?identifier=https://ids.example|nobody'),
      }),
      412,
      'Bundle.entry[1].resource.patient.reference',
    ],
    [
      'asks for no resource',
      () => ({ method: 'POST', url: '../api/session', resource: {} }),
      400,
      'Bundle.entry[1]',
    ],
    [
      'has nothing to write',
      () => ({ method: 'PUT', url: `Patient/${uuid(3)}` }),
      400,
      'Bundle.entry[1].resource',
    ],
  ])('leaves nothing when an entry %s', async (_what, bad, status, place) => {
    const before = await versions();
    const answer = await transact(good, bad(), good);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', expression: [place] }],
    });
    expect(await versions()).toBe(before);
  });

  it.each<[string, () => Asked, number]>([
    ['points to nothing', () => ({ method: 'GET', url: `Patient/${uuid(66)}` }), 404],
    ['is no search that there is', () => ({ method: 'GET', url: 'Patient?no-such=1' }), 400],
    ['is of no such type', () => ({ method: 'GET', url: 'Patience/1' }), 404],
    ['is of what it ends itself', () => ({ method: 'GET', url: `Patient/${una}` }), 410],
  ])('leaves nothing when a read %s', async (what, bad, status) => {
    const before = await versions();
    const ends = what.startsWith('is of what') ? [{ method: 'DELETE', url: `Patient/${una}` }] : [];
    const answer = await transact(good, ...ends, bad());
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ issue: [{ expression: [`Bundle.entry[${1 + ends.length}]`] }] });
    expect(await versions()).toBe(before);
  });

  it('reads what it has written, by itself and by search', async () => {
    const id = uuid(41);
    const identifier = [{ system: 'https://ids.example', value: 'as-written' }];
    const written = await transact(
      { method: 'GET', url: `Patient/${id}` },
      { method: 'GET', url: 'Patient?identifier=https://ids.example|as-written' },
      { method: 'PUT', url: `Patient/${id}`, resource: patient('Read', { id, identifier }) },
    );
    expect(statuses(written)).toEqual(['200', '200', '201']);
    const [read, found] = entriesOf(written);
    expect([read!.resource, found!.resource]).toMatchObject([{ id }, { entry: [{ resource: { id } }] }]);
  });

  it('makes one of two that come at once under the same condition', async () => {
    const value = uuid(51);
    const twin = (): Asked => ({
      method: 'POST',
      url: 'Patient',
      resource: patient('Twin', { identifier: [{ system: 'https://ids.example', value }] }),
      ifNoneExist: `identifier=https://ids.example|${value}`,
    });
    const answers = await Promise.all([transact(twin()), transact(twin()), transact(twin())]);
    expect(answers.map(({ status }) => status).toSorted()[0]).toBe(200);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const found = await api.ask(people.nurse, 'GET', `/Patient?identifier=https://ids.example|${value}`);
    expect(found.body).toMatchObject({ total: 1 });
  });

  it('leaves nothing when the database fails half way', async () => {
    const { deps } = api.service;
    const before = await versions();
    const { commit } = deps.writer;
    // What the transaction ends with cannot be done: a second version of something that is there already.
    deps.writer.commit = (batch) =>
      commit({
        ...batch,
        statements: [
          ...batch.statements,
          { sql: 'INSERT INTO resources SELECT * FROM resources LIMIT 1', params: [] },
        ],
      });
    const answer = await transact(good, good);
    deps.writer.commit = commit;
    expect([answer.status, answer.body.resourceType]).toEqual([500, 'OperationOutcome']);
    expect(await versions()).toBe(before);
  });

  it('once per Idempotency-Key', async () => {
    const key = { 'Idempotency-Key': 'transaction-1' };
    const body = bundle('transaction', good);
    const first = await api.ask(people.nurse, 'POST', '', body, key);
    const before = await versions();
    const again = await api.ask(people.nurse, 'POST', '', body, key);
    expect(again.text).toBe(first.text);
    expect(await versions()).toBe(before);
  });

  it('names no resource twice', async () => {
    const change = { method: 'PUT', url: `Patient/${una}`, resource: patient('X', { id: una }) };
    expect((await transact(change, change)).status).toBe(400);
  });
});

describe('a batch', () => {
  it('does each by itself, and says of each what became of it', async () => {
    const answer = await api.ask(
      people.nurse,
      'POST',
      '',
      bundle(
        'batch',
        { method: 'POST', url: 'Patient', resource: patient('Batch') },
        { method: 'POST', url: 'Patient', resource: patient('X', { gender: 'x' }) },
        { method: 'GET', url: `Patient/${una}` },
        { method: 'GET', url: `Patient/${uuid(66)}` },
        { method: 'GET', url: `Patient?_id=${una}` },
        { method: 'DELETE', url: `Patient/${una}`, ifMatch: 'W/"4"' },
        { method: 'GET', url: '../../api/session' },
      ),
    );
    expect(answer.body).toMatchObject({ type: 'batch-response' });
    expect(statuses(answer)).toEqual(['201', '422', '200', '404', '200', '412', '404']);
    const [made, invalid, read] = entriesOf(answer);
    expect(made!.response.location).toMatch(/^Patient\/.*\/_history\/1$/);
    expect(invalid!.response.outcome).toMatchObject({ resourceType: 'OperationOutcome' });
    expect(read!.resource).toMatchObject({ id: una });
  });

  it('asks as the person who sent it', async () => {
    const answer = await api.ask(
      people.nurseB,
      'POST',
      '',
      bundle(
        'batch',
        { method: 'GET', url: `Patient/${una}` },
        { method: 'PUT', url: `Patient/${una}`, resource: patient('X', { id: una }) },
      ),
    );
    expect(statuses(answer)).toEqual(['404', '404']);
  });
});
