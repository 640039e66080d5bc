import { and, eq } from 'drizzle-orm';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { exportFiles } from '../../../server/fhir/exportFiles.ts';
import type { ExportScope } from '../../../server/fhir/exportRecord.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import { stage } from '../../../server/records/stage.ts';
import { resources, resourceVersions } from '../../../server/records/tables.ts';
import { folderOf, transaction, uuid } from '../../support/bundles.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { temporaryFolder } from '../../support/database.ts';
import { people, siteA, siteB } from '../../support/people.ts';

const patient = (id: number, family: string) => ({
  resourceType: 'Patient',
  id: uuid(id),
  name: [{ family }],
});
const doctor = {
  resourceType: 'Practitioner',
  id: uuid(50),
  qualification: [{ code: { text: 'MD' }, issuer: { reference: `Organization/${uuid(51)}` } }],
};
const school = { resourceType: 'Organization', id: uuid(51), name: 'School' };
const stranger = { resourceType: 'Practitioner', id: uuid(52), name: [{ family: 'Nobody’s' }] };
const potassium = (id: number, of: number, value: string) =>
  ({
    resourceType: 'Observation',
    id: uuid(id),
    status: 'final',
    code: { text: 'Potassium "K"' },
    subject: { reference: `Patient/${uuid(of)}` },
    performer: [{ reference: `Practitioner/${uuid(50)}` }],
    valueQuantity: { value, unit: 'mmol/L' },
  }) as const;

let app: TestApp;
const folders: string[] = [];
beforeAll(async () => {
  app = await testApp();
  const digits = (bundle: object): string => JSON.stringify(bundle).replaceAll(/"(\d+\.\d+)"/g, '$1');
  await load({
    'a.json': digits(
      transaction(
        patient(1, 'Okafor'),
        school,
        doctor,
        stranger,
        potassium(10, 1, '4.10'),
        potassium(11, 1, '5.00'),
      ),
    ),
    'b.json': digits(transaction(patient(2, 'Other'), potassium(20, 2, '3.9'))),
  });
  app.deps.clock.step(60_000);
  await load({ 'c.json': digits(transaction({ ...potassium(10, 1, '4.20'), status: 'amended' })) });
  const recording = { siteId: siteA, source: siteA, recordedBy: people.attending.id, at: app.deps.now() };
  const ended = await stage(app.deps.reader, [], recording, {
    remove: [{ type: 'Observation', id: uuid(11) }],
  });
  if (!ended.ok) throw new Error('It could not be ended.');
  await app.deps.writer.commit({ statements: ended.value.statements });
});
afterAll(async () => {
  await app.close();
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function load(files: Record<string, string>): Promise<void> {
  const folder = await folderOf(files);
  folders.push(folder);
  const { totals } = await importFiles(app.deps, {
    paths: [folder],
    siteId: siteA,
    source: siteA,
    actor: nobody,
  });
  if (totals.refused > 0) throw new Error('A file was refused.');
}

/** What was written, file by file, without what the service itself says about recording. */
async function exported(scope: ExportScope, gzip = false): Promise<Record<string, string[]>> {
  const folder = await temporaryFolder();
  folders.push(folder);
  const done = await exportFiles(app.deps, { scope, folder, gzip, actor: nobody });
  expect(done.ok).toBe(true);
  const files: Record<string, string[]> = {};
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    const text = (gzip && name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    files[name] = text.trimEnd().split('\n');
  }
  delete files['Provenance.ndjson'];
  return files;
}

const idsIn = (lines: string[] = []): string[] =>
  lines.map((line) => (JSON.parse(line) as { id: string }).id);

describe('an export', () => {
  it('of everything is each current resource as it is on record, digits and all', async () => {
    const files = await exported({});
    expect(idsIn(files['Patient.ndjson'])).toEqual([uuid(1), uuid(2)]);
    expect(idsIn(files['Observation.ndjson'])).toEqual([uuid(10), uuid(20)]);
    expect(files['Observation.ndjson']![0]).toContain('"value":4.20,');
    const [row] = await app.deps.reader
      .select({ json: resourceVersions.json })
      .from(resources)
      .innerJoin(
        resourceVersions,
        and(eq(resourceVersions.id, resources.id), eq(resourceVersions.versionId, resources.versionId)),
      )
      .where(eq(resources.id, uuid(10)));
    expect(files['Observation.ndjson']![0]).toBe(row!.json);
    const manifest = JSON.parse(files['manifest.json']!.join('\n')) as { output: { url: string }[] };
    expect(manifest.output.map(({ url }) => url)).toEqual(expect.arrayContaining(['Patient.ndjson']));
  });

  it('of a patient brings what the record refers to, and nobody else', async () => {
    const files = await exported({ patientId: uuid(1), siteId: siteA }, true);
    expect(
      Object.keys(files)
        .filter((name) => !name.startsWith('Provenance'))
        .sort(),
    ).toEqual([
      'Observation.ndjson.gz',
      'Organization.ndjson.gz',
      'Patient.ndjson.gz',
      'Practitioner.ndjson.gz',
      'manifest.json',
    ]);
    expect(idsIn(files['Patient.ndjson.gz'])).toEqual([uuid(1)]);
    expect(idsIn(files['Practitioner.ndjson.gz'])).toEqual([uuid(50)]);
    expect(idsIn(files['Organization.ndjson.gz'])).toEqual([uuid(51)]);
  });

  it('of a site that has nothing has no files', async () => {
    expect(Object.keys(await exported({ siteId: siteB }))).toEqual(['manifest.json']);
  });

  it('of the history has every version, also of what has ended, with its number and time', async () => {
    const lines = (await exported({ history: true }))['Observation.ndjson']!;
    const versions = lines.map((line) => JSON.parse(line) as { id: string; meta: { versionId: string } });
    expect(versions.map(({ id, meta }) => [id, meta.versionId])).toEqual([
      [uuid(10), '1'],
      [uuid(10), '2'],
      [uuid(11), '1'],
      [uuid(11), '2'],
      [uuid(20), '1'],
    ]);
    expect(versions[1]!.meta).toMatchObject({ lastUpdated: app.deps.now().toISOString() });
  });

  it('is accounted for before anything is written, and writes over nothing', async () => {
    const folder = await folderOf({ 'precious.txt': 'x' });
    folders.push(folder);
    const request = { scope: {}, folder, gzip: false, actor: nobody };
    expect(await exportFiles(app.deps, request)).toEqual({ ok: false, error: `${folder} is not empty.` });
    const rows = await app.deps.reader
      .select({ entity: audit.entity, patientId: audit.patientId })
      .from(audit)
      .where(eq(audit.action, 'record:exported'));
    expect(rows).toContainEqual({ entity: `Patient/${uuid(1)}`, patientId: uuid(1) });
    expect(rows).toContainEqual({ entity: 'Site/all', patientId: null });

    const empty = await temporaryFolder();
    folders.push(empty);
    const deaf = { ...app.deps.writer, commit: () => Promise.reject(new Error('No audit row.')) };
    const unaccounted = exportFiles({ ...app.deps, writer: deaf }, { ...request, folder: empty });
    await expect(unaccounted).rejects.toThrow('No audit row.');
    expect(await readdir(empty)).toEqual([]);
  });
});

describe('a download of a record', () => {
  const address = `/fhir/R4/Patient/${uuid(1)}/$export`;

  it('is NDJSON, with the downloader in the audit trail', async () => {
    const response = await app.ask('GET', address, { cookie: await app.cookieOf(people.nurse) });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/fhir+ndjson');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="record.ndjson"');
    const types = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { resourceType: string }).resourceType)
      .filter((type) => type !== 'Provenance');
    expect(types).toEqual(['Observation', 'Patient', 'Practitioner', 'Organization']);
    const rows = await app.deps.reader
      .select({ patientId: audit.patientId })
      .from(audit)
      .where(and(eq(audit.action, 'record:exported'), eq(audit.userId, people.nurse.id)));
    expect(rows).toEqual([{ patientId: uuid(1) }]);
  });

  it('is one Bundle when that is asked for, and an import takes it', async () => {
    const cookie = await app.cookieOf(people.nurse);
    const response = await app.ask('GET', `${address}?_outputFormat=json`, { cookie });
    const text = await response.text();
    expect(text).toContain('"value":4.20,');
    const other = await testApp();
    const folder = await folderOf({ 'record.json': text });
    folders.push(folder);
    const request = { paths: [folder], siteId: siteB, source: siteB, actor: nobody };
    const { totals } = await importFiles(other.deps, request);
    expect(totals).toMatchObject({ refused: 0, leftOut: 0 });
    await other.close();
  });

  it('in a format that nobody knows is refused', async () => {
    const cookie = await app.cookieOf(people.nurse);
    expect((await app.ask('GET', `${address}?_outputFormat=csv`, { cookie })).status).toBe(400);
  });
});
