import { asc, eq, ne } from 'drizzle-orm';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import type { ImportProgress, ImportReport } from '../../../server/fhir/importReport.ts';
import { uuidOf } from '../../../server/fhir/uuid.ts';
import { outbox } from '../../../server/outbox/tables.ts';
import { readHistory, readResource, readVersion } from '../../../server/records/recordStore.ts';
import { encounters, patients, resources, resourceVersions } from '../../../server/records/tables.ts';
import { folderOf, transaction, uuid } from '../../support/bundles.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { seedPeople, siteA, siteB } from '../../support/people.ts';

let db: TestDatabase;
let folders: string[] = [];
beforeEach(async () => {
  db = await testDatabase();
  await seedPeople(db);
});
afterEach(async () => {
  await db.close();
  for (const folder of folders) await rm(folder, { recursive: true });
  folders = [];
});

async function load(
  files: Record<string, unknown>,
  {
    siteId = siteA,
    source = siteA,
    onProgress,
  }: { siteId?: string; source?: string; onProgress?: (each: ImportProgress) => void } = {},
): Promise<ImportReport> {
  const folder = await folderOf(files);
  folders.push(folder);
  return importFiles(db, {
    paths: [folder],
    siteId,
    source,
    actor: nobody,
    ...(onProgress ? { onProgress } : {}),
  });
}

const json = async (type: string, id: string): Promise<Record<string, unknown>> =>
  JSON.parse((await readResource(db.reader, type, id))!.json) as Record<string, unknown>;

const onRecord = () =>
  db.reader
    .select({ type: resources.type, id: resources.id })
    .from(resources)
    // What the import says about itself is told elsewhere.
    .where(ne(resources.type, 'Provenance'))
    .orderBy(asc(resources.type));

const ada = { resourceType: 'Patient', id: uuid(1), name: [{ family: 'Okafor', given: ['Ada'] }] };

describe('ids', () => {
  it('a UUID stays what it is', async () => {
    await load({ 'a.json': transaction(ada) });
    expect(await json('Patient', uuid(1))).toEqual(ada);
  });

  it('an id that is no UUID gives way to the UUID of the address, and stays as an identifier', async () => {
    const entry = { fullUrl: `urn:uuid:${uuid(9)}`, resource: { ...ada, id: '85' } };
    await load(
      { 'a.json': { resourceType: 'Bundle', type: 'collection', entry: [entry] } },
      { source: 'clinic' },
    );
    const stored = await json('Patient', uuid(9));
    expect(stored).toEqual({
      ...ada,
      id: uuid(9),
      identifier: [{ system: 'https://cochart.dev/fhir/source-id', value: 'clinic|Patient/85' }],
    });
  });

  it("two sources' Patient/85 are two people, and each source's stays one", async () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource: { ...ada, id: '85' } }],
    };
    await load({ 'a.json': bundle }, { source: 'clinic' });
    await load({ 'a.json': bundle }, { source: 'hospital' });
    const again = await load({ 'a.json': bundle }, { source: 'clinic' });
    expect(again.totals).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await onRecord()).toHaveLength(2);
  });

  it('a resource without any id gets the same one every time', async () => {
    const { id: _id, ...nameless } = ada;
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: nameless }] };
    await load({ 'a.json': bundle });
    expect((await load({ 'a.json': bundle })).totals).toMatchObject({ created: 0, unchanged: 1 });
  });

  it('a type without identifiers keeps its old id as a tag', async () => {
    const provenance = {
      resourceType: 'Provenance',
      id: 'p1',
      target: [{ reference: `Patient/${uuid(1)}` }],
    };
    await load({ 'a.json': { resourceType: 'Bundle', type: 'batch', entry: [{ resource: provenance }] } });
    const kept = await readResource(db.reader, 'Provenance', uuidOf(siteA, 'Provenance/p1'));
    expect(JSON.parse(kept!.json)).toMatchObject({
      meta: { tag: [{ system: 'https://cochart.dev/fhir/source-id', code: `${siteA}|Provenance/p1` }] },
    });
  });
});

describe('references', () => {
  const visit = (reference: string) => ({ resourceType: 'Encounter', id: uuid(2), subject: { reference } });
  const subjectOf = async (): Promise<unknown> => (await json('Encounter', uuid(2))).subject;

  it('by address, by type and id, and by full URL all find the entry', async () => {
    for (const [reference, address] of [
      [`urn:uuid:${uuid(1)}`, `urn:uuid:${uuid(1)}`],
      [`urn:uuid:${uuid(1).toUpperCase()}`, `urn:uuid:${uuid(1)}`],
      [`Patient/${uuid(1)}`, `urn:uuid:${uuid(1)}`],
      ['https://elsewhere.example/fhir/Patient/85', 'https://elsewhere.example/fhir/Patient/85'],
    ] as const) {
      const entry = [{ fullUrl: address, resource: ada }, { resource: visit(reference) }];
      const report = await load({ 'a.json': { resourceType: 'Bundle', type: 'collection', entry } });
      expect(report.files[0]).toMatchObject({ outcome: 'stored', unresolved: [] });
      expect(await subjectOf()).toEqual({ reference: `Patient/${uuid(1)}` });
    }
  });

  it("an old id is found in another file of the same source, and not in another source's", async () => {
    const entry = (resource: object) => ({
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ resource }],
    });
    const report = await load({
      'a.json': entry({ ...ada, id: '85' }),
      'b.json': entry(visit('Patient/85')),
    });
    expect(report.files[1]).toMatchObject({ unresolved: [] });
    const person = (await onRecord()).find(({ type }) => type === 'Patient')!;
    expect(await subjectOf()).toEqual({ reference: `Patient/${person.id}` });
    const other = entry({ ...visit('Patient/85'), id: uuid(3) });
    const elsewhere = await load({ 'c.json': other }, { source: 'clinic' });
    expect(elsewhere.files[0]!.unresolved).toEqual([
      { place: '/entry/0/resource/subject/reference', message: 'This points to nothing on record.' },
    ]);
  });

  it('by identifier find a practitioner of an earlier file, also when that file comes later in the alphabet', async () => {
    const doctor = {
      resourceType: 'Practitioner',
      id: uuid(5),
      identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '9999954792' }],
    };
    const reference = 'Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|9999954792';
    const seen = { ...visit(`urn:uuid:${uuid(1)}`), participant: [{ individual: { reference } }] };
    const report = await load({
      'Ada_Okafor.json': transaction(ada, seen),
      'practitionerInformation1.json': transaction(doctor),
    });
    expect(report.files.map(({ name, unresolved }) => [name, unresolved])).toEqual([
      ['practitionerInformation1.json', []],
      ['Ada_Okafor.json', []],
    ]);
    expect((await json('Encounter', uuid(2))).participant).toEqual([
      { individual: { reference: `Practitioner/${uuid(5)}` } },
    ]);
  });

  it('that nobody can resolve stay as they stand, and are named with their place', async () => {
    const reference = 'Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1';
    const report = await load({
      'a.json': transaction(ada, { ...visit(`urn:uuid:${uuid(8)}`), serviceProvider: { reference } }),
    });
    expect(report.files[0]).toMatchObject({ outcome: 'stored', created: 2 });
    expect(report.files[0]!.unresolved.map(({ place }) => place)).toEqual([
      '/entry/1/resource/subject/reference',
      '/entry/1/resource/serviceProvider/reference',
    ]);
    expect(await json('Encounter', uuid(2))).toMatchObject({
      subject: { reference: `urn:uuid:${uuid(8)}` },
      serviceProvider: { reference },
    });
  });

  it('to what a resource contains are left alone', async () => {
    const contained = {
      ...ada,
      contained: [{ resourceType: 'Organization', id: 'o' }],
      managingOrganization: { reference: '#o' },
    };
    await load({ 'a.json': transaction(contained) });
    expect(await json('Patient', uuid(1))).toEqual(contained);
  });
});

it('keeps the digits of a decimal', async () => {
  const text = JSON.stringify(
    transaction({ resourceType: 'Observation', id: uuid(4), valueQuantity: { value: 'DIGITS' } }),
  ).replace('"DIGITS"', '1.50');
  await load({ 'a.json': text });
  expect((await readResource(db.reader, 'Observation', uuid(4)))!.json).toContain('"value":1.50}');
});

describe('versions', () => {
  it('a changed resource gets a next version; the one before stays to be read', async () => {
    await load({ 'a.json': transaction(ada) });
    db.clock.step(1000);
    const report = await load({ 'a.json': transaction({ ...ada, gender: 'female' }) });
    expect(report.totals).toMatchObject({ created: 0, updated: 1 });
    const history = await readHistory(db.reader, 'Patient', uuid(1));
    expect(history.map(({ versionId, recordedAt }) => [versionId, recordedAt])).toEqual([
      [2, '2026-03-02T08:00:01.000Z'],
      [1, '2026-03-02T08:00:00.000Z'],
    ]);
    expect(JSON.parse((await readVersion(db.reader, 'Patient', uuid(1), 1))!.json)).toEqual(ada);
    expect(await json('Patient', uuid(1))).toMatchObject({ gender: 'female' });
    const [row] = await db.reader.select({ sex: patients.sex }).from(patients);
    expect(row).toEqual({ sex: 'female' });
  });

  it('the order in which members stand makes no version', async () => {
    await load({ 'a.json': transaction(ada) });
    const turned = Object.fromEntries(Object.entries(ada).reverse());
    expect((await load({ 'a.json': transaction(turned) })).totals).toMatchObject({
      unchanged: 1,
      updated: 0,
    });
  });
});

describe('sites', () => {
  it('patients and encounters belong to the site that imports them', async () => {
    const visit = {
      resourceType: 'Encounter',
      id: uuid(2),
      status: 'finished',
      subject: { reference: `urn:uuid:${uuid(1)}` },
    };
    await load({ 'a.json': transaction(ada, visit) }, { siteId: siteB });
    expect(await db.reader.select({ siteId: patients.siteId }).from(patients)).toEqual([{ siteId: siteB }]);
    expect(await db.reader.select({ siteId: encounters.siteId }).from(encounters)).toEqual([
      { siteId: siteB },
    ]);
  });

  it("another site neither changes a record nor adds to a patient's", async () => {
    await load({ 'a.json': transaction(ada) });
    const visit = {
      resourceType: 'Encounter',
      id: uuid(2),
      status: 'finished',
      subject: { reference: `Patient/${uuid(1)}` },
    };
    const report = await load(
      {
        'a.json': transaction({ ...ada, gender: 'female' }),
        'b.json': transaction(visit),
        'c.json': transaction(ada),
      },
      { siteId: siteB },
    );
    const message = 'Another site keeps this record.';
    expect(report.files.map(({ outcome, problems }) => [outcome, problems])).toEqual([
      ['refused', [{ place: '/entry/0', message }]],
      ['refused', [{ place: `Patient/${uuid(1)}`, message }]],
      ['stored', []],
    ]);
    const versions = db.reader.select({ id: resourceVersions.id }).from(resourceVersions);
    expect(await versions.where(ne(resourceVersions.type, 'Provenance'))).toHaveLength(1);
  });

  it("nor to what is nobody's chart", async () => {
    const clinic = { resourceType: 'Organization', id: uuid(6), name: 'Clinic' };
    await load({ 'a.json': transaction(clinic) });
    const report = await load({ 'a.json': transaction({ ...clinic, name: 'Ours' }) }, { siteId: siteB });
    expect(report.totals).toMatchObject({ refused: 1, updated: 0 });
  });
});

describe('what an import leaves behind it', () => {
  const auditRows = () =>
    db.reader
      .select({ outcome: audit.outcome, detail: audit.detail, entity: audit.entity })
      .from(audit)
      .where(eq(audit.action, 'bundle:imported'));

  it('an audit row for each bundle, whatever came of it, without names', async () => {
    await load({ 'Ada_Okafor.json': transaction(ada), 'bad.json': '{' });
    const rows = await auditRows();
    expect(rows.map(({ outcome }) => outcome)).toEqual(['success', 'refused']);
    expect(JSON.stringify(rows)).not.toMatch(/okafor/i);
  });

  it('one announcement for each bundle that changed something', async () => {
    await load({ 'a.json': transaction(ada), 'b.json': transaction(ada) });
    expect(await db.reader.select({ event: outbox.event }).from(outbox)).toEqual([
      { event: 'records:imported' },
    ]);
  });

  it('and on the way says which file it is at', async () => {
    const seen: string[] = [];
    await load(
      { 'a.json': transaction(ada), 'b.json': '{' },
      { onProgress: ({ file, files, stage, entries }) => seen.push(`${file}/${files} ${stage} ${entries}`) },
    );
    expect(seen).toEqual([
      '1/2 reading 0',
      '1/2 checking 1',
      '1/2 writing 1',
      '1/2 stored 1',
      '2/2 reading 0',
      '2/2 refused 0',
    ]);
  });
});

it('a bundle that meets somebody else changing the same resource is staged again', async () => {
  await load({ 'a.json': transaction(ada) });
  const slow = await folderOf({ 'a.json': transaction({ ...ada, gender: 'female' }) });
  folders.push(slow);
  // Between this import's reading and its commit, another one gets in.
  let met = false;
  const writer: typeof db.writer = {
    ...db.writer,
    commit: async (batch) => {
      if (!met && batch.statements.length > 0) {
        met = true;
        await load({ 'b.json': transaction({ ...ada, gender: 'male' }) });
      }
      return db.writer.commit(batch);
    },
  };
  const report = await importFiles(
    { ...db, writer },
    { paths: [slow], siteId: siteA, source: siteA, actor: nobody },
  );
  expect(report.totals).toMatchObject({ refused: 0, updated: 1 });
  const history = await readHistory(db.reader, 'Patient', uuid(1));
  expect(history.map(({ json }) => (JSON.parse(json) as { gender?: string }).gender)).toEqual([
    'female',
    'male',
    undefined,
  ]);
});
