import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { Client } from 'fhir-kit-client';
import smart from 'fhirclient';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uuid } from '../../support/bundles.ts';
import { fhirApi, type FhirApi } from '../../support/fhir.ts';
import { people } from '../../support/people.ts';

let api: FhirApi;
let server: ServerType;
let url: string;
let cookie: string;
beforeAll(async () => {
  api = await fhirApi();
  server = serve({ fetch: api.service.app.fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await new Promise<void>((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/R4`;
  cookie = await api.service.cookieOf(people.attending);
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await api.close();
});

const una = { resourceType: 'Patient', name: [{ family: 'Testcase' }], birthDate: '1957-02-14' } as const;
const problem = (patientId: string) => ({
  resourceType: 'Condition' as const,
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
  },
  code: { text: 'Pneumonia' },
  subject: { reference: `Patient/${patientId}` },
});

interface Kept {
  resourceType: string;
  id: string;
  meta: { versionId: string };
}
interface SearchPage {
  entry: { resource: Kept }[];
  link: { relation: string; url: string }[];
}
const kept = (resource: unknown): Kept => resource as Kept;

describe('fhir-kit-client, as it comes', () => {
  const client = () => new Client({ baseUrl: url, customHeaders: { Cookie: cookie } });

  it('reads what the service can do', async () => {
    expect(await client().capabilityStatement()).toMatchObject({
      resourceType: 'CapabilityStatement',
      fhirVersion: '4.0.1',
    });
  });

  it('creates, reads, changes, patches, looks back, searches and ends', async () => {
    const fhir = client();
    const made = kept(await fhir.create({ resourceType: 'Patient', body: una }));
    const { id } = made;
    expect(kept(await fhir.read({ resourceType: 'Patient', id }))).toMatchObject(una);
    const changed = await fhir.update({
      resourceType: 'Patient',
      id,
      body: { ...una, id, gender: 'female' },
      options: { headers: { 'If-Match': 'W/"1"' } },
    });
    expect(kept(changed).meta.versionId).toBe('2');
    await fhir.patch({
      resourceType: 'Patient',
      id,
      jsonPatch: [{ op: 'replace', path: '/gender', value: 'other' }],
    });
    expect(await fhir.vread({ resourceType: 'Patient', id, version: '2' })).toMatchObject({
      gender: 'female',
    });
    const history = await fhir.history({ resourceType: 'Patient', id });
    expect((history as unknown as { entry: unknown[] }).entry).toHaveLength(3);
    const found = await fhir.search({ resourceType: 'Patient', searchParams: { _id: id } });
    expect(found).toMatchObject({ type: 'searchset', entry: [{ resource: { id, gender: 'other' } }] });
    const second = kept(await fhir.create({ resourceType: 'Condition', body: problem(id) }));
    const everything = await fhir.operation({
      resourceType: 'Patient',
      id,
      name: 'everything',
      method: 'GET',
    });
    expect(everything).toMatchObject({ type: 'searchset' });
    await fhir.delete({ resourceType: 'Condition', id: second.id });
    await expect(fhir.read({ resourceType: 'Condition', id: second.id })).rejects.toMatchObject({
      response: { status: 410, data: { resourceType: 'OperationOutcome' } },
    });
  });

  it('sends a transaction and a batch', async () => {
    const fhir = client();
    const body = {
      resourceType: 'Bundle' as const,
      type: 'transaction',
      entry: [
        { fullUrl: `urn:uuid:${uuid(5)}`, resource: una, request: { method: 'POST', url: 'Patient' } },
        {
          resource: { ...problem(''), subject: { reference: `urn:uuid:${uuid(5)}` } },
          request: { method: 'POST', url: 'Condition' },
        },
      ],
    };
    const done = await fhir.transaction({ body });
    expect(done).toMatchObject({ type: 'transaction-response', entry: [{}, {}] });
    const batch = {
      resourceType: 'Bundle' as const,
      type: 'batch',
      entry: [{ request: { method: 'GET', url: 'Patient?family=Testcase' } }],
    };
    expect(await fhir.batch({ body: batch })).toMatchObject({
      entry: [{ response: { status: '200 OK' }, resource: { type: 'searchset' } }],
    });
  });

  it('validates', async () => {
    const answer = await client().operation({
      resourceType: 'Patient',
      name: 'validate',
      input: { ...una, gender: 'x' },
    });
    expect(answer).toMatchObject({ issue: [{ code: 'code-invalid', expression: ['Patient.gender'] }] });
  });
});

describe('fhirclient, as it comes', () => {
  const client = () => {
    const request = new IncomingMessage(new Socket());
    const values = new Map<string, unknown>();
    const storage = {
      get: (key: string) => Promise.resolve(values.get(key)),
      set: (key: string, value: unknown) => Promise.resolve(values.set(key, value).get(key)),
      unset: (key: string) => Promise.resolve(values.delete(key)),
    };
    return smart(request, new ServerResponse(request), storage).client({ serverUrl: url });
  };

  it('creates, reads, changes, patches, follows pages and ends', async () => {
    const fhir = client();
    const headers = { cookie };
    const made = kept(await fhir.create({ ...una }, { headers }));
    const patient = `Patient/${made.id}`;
    const conditions: string[] = [];
    for (const _each of [1, 2, 3]) conditions.push(kept(await fhir.create(problem(made.id), { headers })).id);
    expect(kept(await fhir.request({ url: patient, headers })).meta.versionId).toBe('1');
    await fhir.update({ ...una, id: made.id, gender: 'female' }, { headers });
    const patched = await fhir.patch(patient, [{ op: 'remove', path: '/gender' }], { headers });
    expect(kept(patched).meta.versionId).toBe('3');
    const found: string[] = [];
    // A browser would send its cookie with each page by itself.
    let next: string | undefined = `Condition?patient=${made.id}&_count=2`;
    while (next !== undefined) {
      const page: SearchPage = await fhir.request<SearchPage>({ url: next, headers });
      found.push(...page.entry.map(({ resource }) => resource.id));
      next = page.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(found.toSorted()).toEqual(conditions.toSorted());
    await fhir.delete(`Condition/${conditions[0]!}`, { headers });
    await expect(fhir.request({ url: `Condition/${conditions[0]!}`, headers })).rejects.toMatchObject({
      status: 410,
    });
  });
});

describe('what is far too large', () => {
  it('is refused by its size in words, read or not', async () => {
    const size = 200 * 1024 * 1024;
    const before = process.memoryUsage().rss;
    let sent = 0;
    const chunk = new TextEncoder().encode('x'.repeat(1024 * 1024));
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += chunk.length;
        if (sent > size) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const answer = await api.service.app.request('/fhir/R4/Patient', {
      method: 'POST',
      headers: { Cookie: cookie, 'Content-Type': 'application/fhir+json' },
      body,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ code: 'too-long' }],
    });
    expect(sent).toBeLessThan(80 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    const named = await fetch(`${url}/Patient`, {
      method: 'POST',
      headers: { Cookie: cookie, 'Content-Type': 'application/fhir+json' },
      body: 'x'.repeat(65 * 1024 * 1024),
    }).catch(() => null);
    // A client that is still sending may see its connection end before it sees the answer.
    if (named) expect(named.status).toBe(413);
  });
});
