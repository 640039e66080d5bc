import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nobody } from '../../../server/audit/trail.ts';
import { forgetOldExports } from '../../../server/fhir/exportJobs.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { folderOf, transaction, uuid } from '../../support/bundles.ts';
import { eventually } from '../../support/eventually.ts';
import { people, siteA, siteB } from '../../support/people.ts';

let app: TestApp;
let cookie: string;
let another: string;

const patient = (id: number) => ({ resourceType: 'Patient', id: uuid(id), name: [{ family: 'Test' }] });
const condition = (id: number, of: number) => ({
  resourceType: 'Condition',
  id: uuid(id),
  code: { text: 'Asthma' },
  subject: { reference: `Patient/${uuid(of)}` },
});
const organization = { resourceType: 'Organization', id: uuid(50), name: 'Laboratory' };

async function store(siteId: string, ...resources: Record<string, unknown>[]): Promise<void> {
  const folder = await folderOf({ 'a.json': transaction(...resources) });
  await importFiles(app.deps, { paths: [folder], siteId, source: siteId, actor: nobody });
}

beforeAll(async () => {
  app = await testApp();
  cookie = await app.cookieOf(people.nurse);
  another = await app.cookieOf(people.attending);
  await store(siteA, patient(1), condition(2, 1), organization);
  await store(siteB, patient(9));
});
afterAll(() => app.close());

const begin = (path: string, headers: Record<string, string> = { Prefer: 'respond-async' }, who = cookie) =>
  app.ask('GET', `/fhir/R4${path}`, { cookie: who, headers });

const pathOf = (response: Response): string => new URL(response.headers.get('Content-Location')!).pathname;

interface Manifest {
  transactionTime: string;
  request: string;
  requiresAccessToken: boolean;
  output: { type: string; url: string; count: number }[];
  error: unknown[];
}

/** Asks until it is done. */
const finished = (path: string, service = app): Promise<Response> =>
  eventually(async () => {
    const response = await service.ask('GET', path, { cookie });
    expect(response.status).toBe(200);
    return response;
  });

async function exported(path: string) {
  const begun = await begin(path);
  expect(begun.status).toBe(202);
  const manifest = (await (await finished(pathOf(begun))).json()) as Manifest;
  const ids: Record<string, string[]> = {};
  for (const { type, url, count } of manifest.output) {
    const file = await app.ask('GET', new URL(url).pathname, { cookie });
    expect(file.headers.get('Content-Type')).toBe('application/fhir+ndjson');
    const lines = (await file.text()).trimEnd().split('\n');
    expect(lines).toHaveLength(count);
    ids[type] = lines.map((line) => (JSON.parse(line) as { id: string }).id);
  }
  return { manifest, ids };
}

describe('an export that is waited for', () => {
  it('gives all that is on record at this site, as files that a manifest names', async () => {
    const { manifest, ids } = await exported('/$export');
    expect(manifest).toMatchObject({
      transactionTime: app.deps.now().toISOString(),
      request: expect.stringMatching(/\/fhir\/R4\/\$export$/) as string,
      requiresAccessToken: true,
      error: [],
    });
    expect(ids).toMatchObject({
      Patient: [uuid(1)],
      Condition: [uuid(2)],
      Organization: [uuid(50)],
    });
  });

  it('gives what belongs to patients, of the types and from the time that are asked for', async () => {
    const ofPatients = await exported('/Patient/$export?_outputFormat=ndjson');
    expect(Object.keys(ofPatients.ids)).not.toContain('Organization');
    expect((await exported('/Patient/$export?_type=Condition')).ids).toEqual({ Condition: [uuid(2)] });
    const later = new Date(app.deps.now().getTime() + 60_000);
    expect((await exported(`/$export?_since=${later.toISOString()}`)).ids).toEqual({});
    app.deps.clock.step(60_000);
    await store(siteA, condition(3, 1));
    const since = encodeURIComponent(later.toISOString());
    expect((await exported(`/$export?_type=Condition,Patient&_since=${since}`)).ids).toEqual({
      Condition: [uuid(3)],
    });
  });

  it('is seen and fetched by who asked for it, and by nobody else', async () => {
    const path = pathOf(await begin('/$export?_type=Patient'));
    const { output } = (await (await finished(path)).json()) as Manifest;
    const file = new URL(output[0]!.url).pathname;
    for (const [method, what] of [
      ['GET', path],
      ['GET', file],
      ['DELETE', path],
    ] as const) {
      expect((await app.ask(method, what, { cookie: another })).status).toBe(404);
    }
    for (const name of ['manifest.json', '..%2Fjob.json', 'Condition.ndjson'])
      expect((await app.ask('GET', `${path}/${name}`, { cookie })).status).toBe(404);
    expect((await app.ask('GET', file, { cookie })).status).toBe(200);
  });

  it.each([
    ['without saying that it will wait', '/$export', {}],
    ['for a type that there is not', '/$export?_type=Nonsense', undefined],
    ['since no time', '/$export?_since=yesterday', undefined],
    ['in another format', '/$export?_outputFormat=text/csv', undefined],
    ['with what is not understood', '/$export?_typeFilter=Patient%3Factive%3Dtrue', undefined],
  ])('is refused when it is asked for %s', async (_what, path, headers) => {
    const response = await begin(path, headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  it('is asked for all the same where what is not understood may be passed over', async () => {
    const begun = await begin('/$export?_elements=id&_type=Patient', {
      Prefer: 'respond-async, handling=lenient',
    });
    expect(begun.status).toBe(202);
    await finished(pathOf(begun));
  });

  it('is given up when it is no longer wanted, and nothing stays of it', async () => {
    const path = pathOf(await begin('/$export'));
    expect((await app.ask('DELETE', path, { cookie })).status).toBe(202);
    expect((await app.ask('GET', path, { cookie })).status).toBe(404);
    const folder = join(app.deps.folder, 'exports', path.split('/').at(-1)!);
    await eventually(() => expect(existsSync(folder)).toBe(false));
  });

  it('outlives a restart: what was asked for before is done after', async () => {
    const { writer } = app.deps;
    // The service stops before anything is accounted for, so that nothing is exported.
    const stopping = await testApp({
      deps: { ...app.deps, writer: { ...writer, commit: () => new Promise(() => {}) } },
    });
    const begun = await stopping.ask('GET', '/fhir/R4/$export?_type=Patient', {
      cookie,
      headers: { Prefer: 'respond-async' },
    });
    const path = pathOf(begun);
    const waiting = await stopping.ask('GET', path, { cookie });
    expect([waiting.status, waiting.headers.get('X-Progress')]).toEqual([202, '0 resources']);
    expect(waiting.headers.get('Retry-After')).toMatch(/^\d+$/);
    const restarted = await testApp({ deps: app.deps });
    expect(((await (await finished(path, restarted)).json()) as Manifest).output).toMatchObject([
      { type: 'Patient', count: 1 },
    ]);
  });

  it('is one of two at most that a person has under way', async () => {
    const busy = await testApp({
      deps: { ...app.deps, writer: { ...app.deps.writer, commit: () => new Promise(() => {}) } },
    });
    const ask = () => busy.ask('GET', '/fhir/R4/$export', { cookie, headers: { Prefer: 'respond-async' } });
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([202, 202, 429]);
  });

  it('is forgotten after a day', async () => {
    const path = pathOf(await begin('/$export?_type=Patient'));
    const done = await finished(path);
    const day = 24 * 60 * 60_000;
    expect(done.headers.get('Expires')).toBe(new Date(app.deps.now().getTime() + day).toUTCString());
    app.deps.clock.step(day);
    cookie = await app.cookieOf(people.nurse);
    expect((await app.ask('GET', path, { cookie })).status).toBe(404);
    await forgetOldExports(app.deps);
    expect(await readdir(join(app.deps.folder, 'exports'))).not.toContain(path.split('/').at(-1));
  });
});
