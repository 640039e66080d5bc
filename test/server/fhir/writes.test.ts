import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import { signatures } from '../../../server/signing/tables.ts';
import { bundleOf } from '../access/table.ts';
import { uuid } from '../../support/bundles.ts';
import { fhirApi, idIn, type Answer, type FhirApi } from '../../support/fhir.ts';
import { people } from '../../support/people.ts';

let api: FhirApi;
const una = uuid(1);
beforeAll(async () => {
  api = await fhirApi();
  expect((await api.ask(people.admin, 'POST', '', bundleOf(una, 'Testcase'))).status).toBe(200);
});
afterAll(() => api.close());

const clinical = (code: string) => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code }],
});
const allergy = (more: object = {}) => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: clinical('active'),
  code: { text: 'Penicillin' },
  patient: { reference: `Patient/${una}` },
  ...more,
});
const observation = (category: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] },
  ],
  code: { text: 'Weight' },
  subject: { reference: `Patient/${una}` },
  ...more,
});
const recorded = async (): Promise<string> =>
  idIn(await api.ask(people.nurse, 'POST', '/AllergyIntolerance', allergy()));
const at = (id: string): string => `/AllergyIntolerance/${id}`;
const issues = ({ body }: Answer): unknown => body.issue;

describe('recording', () => {
  it('makes a first version, and says where it stands', async () => {
    const made = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', allergy());
    expect(made.status).toBe(201);
    expect(made.headers.get('ETag')).toBe('W/"1"');
    expect(made.headers.get('Location')).toMatch(
      new RegExp(`/fhir/R4/AllergyIntolerance/${idIn(made)}/_history/1$`),
    );
    expect(made.body).toMatchObject({ ...allergy(), meta: { versionId: '1' } });
  });

  it('keeps the digits of a decimal', async () => {
    const text = JSON.stringify(observation('vital-signs', { valueQuantity: { value: 0 } }));
    const made = await api.ask(
      people.nurse,
      'POST',
      '/Observation',
      text.replace('"value":0', '"value":71.50'),
    );
    expect(made.text).toContain('"value":71.50');
    const read = await api.ask(people.nurse, 'GET', `/Observation/${idIn(made)}`);
    expect(read.text).toContain('"value":71.50');
  });

  it('answers as it was preferred', async () => {
    const minimal = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', allergy(), {
      Prefer: 'return=minimal',
    });
    expect([minimal.status, minimal.text]).toEqual([201, '']);
    const outcome = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', allergy(), {
      Prefer: 'return=OperationOutcome',
    });
    expect(outcome.body.resourceType).toBe('OperationOutcome');
  });

  it('once per Idempotency-Key: a repeat gets the very same version', async () => {
    const key = { 'Idempotency-Key': 'a-key' };
    const first = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', allergy(), key);
    const again = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', allergy(), key);
    expect([again.status, again.text]).toEqual([201, first.text]);
  });

  it('if there is none yet, by a condition', async () => {
    const identified = allergy({ identifier: [{ system: 'https://ids.example', value: 'a1' }] });
    const condition = { 'If-None-Exist': 'identifier=https://ids.example|a1' };
    const first = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', identified, condition);
    const again = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', identified, condition);
    expect([first.status, again.status, idIn(again)]).toEqual([201, 200, idIn(first)]);
  });

  it('leaves a row in the audit trail, without a word of what was recorded', async () => {
    const id = await recorded();
    const rows = await api.service.deps.reader
      .select()
      .from(audit)
      .where(and(eq(audit.action, 'resource:created'), eq(audit.entity, `AllergyIntolerance/${id}`)));
    expect(rows).toMatchObject([{ userId: people.nurse.id, patientId: una, detail: '{"version":1}' }]);
  });
});

describe('changing', () => {
  it('makes a next version; the one before stays to be read', async () => {
    const id = await recorded();
    const changed = allergy({ id, code: { text: 'Amoxicillin' } });
    const answer = await api.ask(people.nurse, 'PUT', at(id), changed, { 'If-Match': 'W/"1"' });
    expect([answer.status, answer.headers.get('ETag')]).toEqual([200, 'W/"2"']);
    expect((await api.ask(people.nurse, 'GET', `${at(id)}/_history/1`)).body).toMatchObject(allergy());
    const history = await api.ask(people.nurse, 'GET', `${at(id)}/_history`);
    expect(history.body).toMatchObject({
      type: 'history',
      entry: [
        { request: { method: 'PUT' }, response: { etag: 'W/"2"' } },
        { request: { method: 'POST' }, response: { etag: 'W/"1"' } },
      ],
    });
  });

  it('of another version than the one that was seen is refused', async () => {
    const id = await recorded();
    const stale = await api.ask(people.nurse, 'PUT', at(id), allergy({ id }), { 'If-Match': 'W/"7"' });
    expect([stale.status, stale.body.resourceType]).toEqual([412, 'OperationOutcome']);
  });

  it('by two at once of the same version: one wins, one is told', async () => {
    const id = await recorded();
    const write = (text: string) =>
      api.ask(people.nurse, 'PUT', at(id), allergy({ id, code: { text } }), { 'If-Match': 'W/"1"' });
    const answers = await Promise.all([write('Amoxicillin'), write('Ampicillin'), write('Oxacillin')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
    expect((await api.ask(people.nurse, 'GET', at(id))).headers.get('ETag')).toBe('W/"2"');
  });

  it('by two at once who name no version: both are kept, one after the other', async () => {
    const id = await recorded();
    const write = (text: string) => api.ask(people.nurse, 'PUT', at(id), allergy({ id, code: { text } }));
    const answers = await Promise.all([write('Amoxicillin'), write('Ampicillin')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await api.ask(people.nurse, 'GET', at(id))).headers.get('ETag')).toBe('W/"3"');
  });

  it('to what it is already changes nothing', async () => {
    const id = await recorded();
    const { body } = await api.ask(people.nurse, 'GET', at(id));
    expect((await api.ask(people.nurse, 'PUT', at(id), body)).headers.get('ETag')).toBe('W/"1"');
  });

  it('by a patch, decimals with their digits', async () => {
    const text = JSON.stringify(observation('vital-signs', { valueQuantity: { value: 0, unit: 'kg' } }));
    const id = idIn(
      await api.ask(people.nurse, 'POST', '/Observation', text.replace('"value":0', '"value":71.50')),
    );
    const patch = [
      { op: 'test', path: '/status', value: 'final' },
      { op: 'replace', path: '/status', value: 'amended' },
      { op: 'add', path: '/referenceRange', value: [{}] },
      { op: 'copy', from: '/valueQuantity', path: '/referenceRange/0/low' },
    ];
    const type = { 'Content-Type': 'application/json-patch+json' };
    const answer = await api.ask(people.nurse, 'PATCH', `/Observation/${id}`, patch, type);
    expect(answer.status).toBe(200);
    expect(answer.text.match(/"value":71\.50/g)).toHaveLength(2);
    expect(answer.body.status).toBe('amended');
    const failed = await api.ask(people.nurse, 'PATCH', `/Observation/${id}`, patch, type);
    expect(failed.status).toBe(422);
    expect(failed.text).not.toContain('amended');
  });

  it.each([
    ['what it is', [{ op: 'replace', path: '/resourceType', value: 'Flag' }], 422],
    ['its id', [{ op: 'replace', path: '/id', value: uuid(9) }], 422],
    ['its prototype', [{ op: 'add', path: '/__proto__/polluted', value: true }], 422],
    ['what is not there', [{ op: 'remove', path: '/note/3' }], 422],
    ['nothing that a patch could', { op: 'remove' }, 400],
  ])('by a patch of %s is refused', async (_what, patch, status) => {
    const id = await recorded();
    const answer = await api.ask(people.nurse, 'PATCH', at(id), patch);
    expect(answer.status).toBe(status);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('ending', () => {
  it('leaves a last version: gone from the record, still in its history', async () => {
    const id = await recorded();
    expect((await api.ask(people.nurse, 'DELETE', at(id))).status).toBe(204);
    const gone = await api.ask(people.nurse, 'GET', at(id));
    expect([gone.status, issues(gone)]).toMatchObject([410, [{ code: 'deleted' }]]);
    expect((await api.ask(people.nurse, 'GET', `${at(id)}/_history/1`)).body).toMatchObject(allergy());
    expect((await api.ask(people.nurse, 'DELETE', at(id))).status).toBe(204);
    const back = await api.ask(people.nurse, 'PUT', at(id), allergy({ id }));
    expect([back.status, back.headers.get('ETag')]).toEqual([201, 'W/"3"']);
  });

  it('is refused while others still point to it', async () => {
    await recorded();
    const answer = await api.ask(people.nurse, 'DELETE', `/Patient/${una}`);
    expect([answer.status, issues(answer)]).toMatchObject([422, [{ code: 'conflict' }]]);
  });
});

describe('what is refused, with its place', () => {
  it('another type or id than the address', async () => {
    expect((await api.ask(people.nurse, 'POST', '/Flag', allergy())).status).toBe(400);
    expect((await api.ask(people.nurse, 'PUT', at(uuid(8)), allergy({ id: uuid(9) }))).status).toBe(400);
  });

  it('what is no R4', async () => {
    const answer = await api.ask(people.nurse, 'POST', '/AllergyIntolerance', allergy({ criticality: 'x' }));
    expect([answer.status, issues(answer)]).toMatchObject([
      422,
      [{ code: 'code-invalid', expression: ['AllergyIntolerance.criticality'] }],
    ]);
  });

  it('a reference to nothing, and to another site', async () => {
    const missing = await api.ask(
      people.nurse,
      'POST',
      '/AllergyIntolerance',
      allergy({ patient: { reference: `Patient/${uuid(77)}` } }),
    );
    const elsewhere = await api.ask(people.nurseB, 'POST', '/AllergyIntolerance', allergy());
    expect([missing.status, issues(missing)]).toMatchObject([
      422,
      [{ code: 'not-found', expression: ['AllergyIntolerance.patient.reference'] }],
    ]);
    expect(issues(elsewhere)).toEqual(issues(missing));
  });

  it('an id that is no UUID', async () => {
    expect((await api.ask(people.nurse, 'PUT', at('85'), allergy({ id: '85' }))).status).toBe(422);
  });
});

describe('who may', () => {
  it.each([
    ['a nurse records vital signs', people.nurse, observation('vital-signs'), 201],
    ['a nurse records no laboratory result', people.nurse, observation('laboratory'), 403],
    ['nobody hides one behind a vital sign', people.nurse, mixed(), 403],
    ['a social worker records social history', people.socialworker, observation('social-history'), 201],
    ['a student records nothing', people.student, observation('vital-signs'), 403],
    ['a physiotherapist records function', people.physiotherapist, observation('activity'), 201],
    ['who brings records over brings results', people.admin, observation('laboratory'), 201],
  ])('%s', async (_rule, person, resource, status) => {
    expect((await api.ask(person, 'POST', '/Observation', resource)).status).toBe(status);
  });

  function mixed() {
    const both = observation('vital-signs');
    return { ...both, category: [...both.category, ...observation('laboratory').category] };
  }

  it('what a resource was counts as much as what it will be', async () => {
    const made = await api.ask(people.admin, 'POST', '/Observation', observation('laboratory'), {
      Prefer: 'return=minimal',
    });
    const id = made.headers.get('Location')!.split('/').at(-3)!;
    const taken = { ...observation('vital-signs'), id };
    expect((await api.ask(people.nurse, 'PUT', `/Observation/${id}`, taken)).status).toBe(403);
  });

  it('another site changes nothing, and hears what it hears of nothing', async () => {
    const id = await recorded();
    const asked = [
      await api.ask(people.nurseB, 'PUT', at(id), allergy({ id, patient: { display: 'x' } })),
      await api.ask(people.nurseB, 'DELETE', at(id)),
      await api.ask(people.nurseB, 'DELETE', at(uuid(99))),
      await api.ask(people.nurseB, 'PATCH', at(id), [{ op: 'remove', path: '/code' }]),
    ];
    expect(asked.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(asked[1]!.text).toBe(asked[2]!.text);
  });

  it('what was signed here changes by its own acts only, also for who brings records over', async () => {
    const { reader, writer, now, newId } = api.service.deps;
    const encounter = await api.ask(people.admin, 'PUT', `/Encounter/${uuid(20)}`, {
      resourceType: 'Encounter',
      id: uuid(20),
      status: 'finished',
      class: { code: 'AMB' },
      subject: { reference: `Patient/${una}` },
    });
    expect(encounter.status).toBe(201);
    const order = {
      resourceType: 'ServiceRequest',
      id: uuid(21),
      status: 'active',
      intent: 'order',
      subject: { reference: `Patient/${una}` },
      encounter: { reference: `Encounter/${uuid(20)}` },
    };
    expect((await api.ask(people.admin, 'PUT', `/ServiceRequest/${uuid(21)}`, order)).status).toBe(201);
    await writer.commit({
      statements: [
        statement(
          reader.insert(signatures).values({
            id: newId(),
            encounterId: uuid(20),
            document: `${uuid(20)}/orders`,
            kind: 'orders',
            contentHash: '0'.repeat(64),
            signerId: people.attending.id,
            role: 'attending',
            at: now().toISOString(),
            offset: '+01:00',
            body: '{}',
            resources: { x: `ServiceRequest/${uuid(21)}` },
            awaits: null,
          }),
        ),
      ],
    });
    const revoked = { ...order, status: 'revoked' };
    expect((await api.ask(people.admin, 'PUT', `/ServiceRequest/${uuid(21)}`, revoked)).status).toBe(403);
    expect((await api.ask(people.admin, 'DELETE', `/ServiceRequest/${uuid(21)}`)).status).toBe(403);
    expect((await api.ask(people.attending, 'POST', '/ServiceRequest', order)).status).toBe(403);
  });

  it('who reads no charts learns nothing by a condition but of identifiers', async () => {
    const named = await api.ask(people.admin, 'PUT', '/Patient?family=Testcase', {
      resourceType: 'Patient',
    });
    expect(named.status).toBe(403);
  });
});

describe('reading', () => {
  it('is not answered again to who has this version', async () => {
    const id = await recorded();
    const asked = (headers: Record<string, string>) =>
      api.ask(people.nurse, 'GET', at(id), undefined, headers);
    expect((await asked({ 'If-None-Match': 'W/"1"' })).status).toBe(304);
    expect((await asked({ 'If-None-Match': 'W/"2"' })).status).toBe(200);
    const { headers } = await asked({});
    expect((await asked({ 'If-Modified-Since': headers.get('Last-Modified')! })).status).toBe(304);
  });

  it('is answered in JSON, or not at all', async () => {
    const id = await recorded();
    const xml = await api.ask(people.nurse, 'GET', `${at(id)}?_format=xml`);
    expect([xml.status, xml.body.resourceType]).toEqual([406, 'OperationOutcome']);
    const accepted = await api.ask(people.nurse, 'GET', at(id), undefined, {
      Accept: 'application/fhir+xml',
    });
    expect(accepted.status).toBe(406);
    const pretty = await api.ask(people.nurse, 'GET', `${at(id)}?_pretty=true&_format=json`);
    expect(pretty.text).toContain('\n  "');
    expect((await api.ask(people.nurse, 'HEAD', at(id))).status).toBe(200);
  });

  it('a history comes in pages that miss nothing, since when it was asked', async () => {
    const id = await recorded();
    for (const text of ['a', 'b', 'c', 'd']) {
      await api.ask(people.nurse, 'PUT', at(id), allergy({ id, code: { text } }));
    }
    const seen: string[] = [];
    let next: string | undefined = `${at(id)}/_history?_count=2`;
    while (next !== undefined) {
      const { body } = await api.ask(people.nurse, 'GET', next);
      const { entry, link } = body as {
        entry: { response: { etag: string } }[];
        link: { relation: string; url: string }[];
      };
      seen.push(...entry.map(({ response }) => response.etag));
      next = link.find(({ relation }) => relation === 'next')?.url.replace(/^.*\/fhir\/R4/, '');
    }
    expect(seen).toEqual(['W/"5"', 'W/"4"', 'W/"3"', 'W/"2"', 'W/"1"']);
    const later = await api.ask(people.nurse, 'GET', `${at(id)}/_history?_since=2126-01-01`);
    expect(later.body.entry).toEqual([]);
    expect((await api.ask(people.nurse, 'GET', `${at(id)}/_history?_cursor=x`)).status).toBe(400);
  });

  it('everything of a patient, in pages, each resource once', async () => {
    const seen: string[] = [];
    let next: string | undefined = `/Patient/${una}/$everything?_count=5&_type=AllergyIntolerance,Patient`;
    while (next !== undefined) {
      const { body } = await api.ask(people.nurse, 'GET', next);
      const { entry, link } = body as {
        entry: { fullUrl: string }[];
        link: { relation: string; url: string }[];
      };
      seen.push(...entry.map(({ fullUrl }) => fullUrl));
      next = link.find(({ relation }) => relation === 'next')?.url.replace(/^.*\/fhir\/R4/, '');
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.at(-1)).toMatch(new RegExp(`Patient/${una}$`));
    expect(seen.length).toBeGreaterThan(10);
  });
});
