import { rm } from 'node:fs/promises';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nobody } from '../../../server/audit/trail.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import type { ImportReport } from '../../../server/fhir/importReport.ts';
import { readMany } from '../../../server/records/recordStore.ts';
import { resources } from '../../../server/records/tables.ts';
import { folderOf, uuid } from '../../support/bundles.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { fhirApi } from '../../support/fhir.ts';
import { people, seedPeople, siteA, siteB } from '../../support/people.ts';

type Json = Record<string, unknown>;

let db: TestDatabase;
const folders: string[] = [];
/** Each test has doctors of its own. */
let base = 0;
beforeAll(async () => {
  db = await testDatabase();
  await seedPeople(db);
});
beforeEach(() => void (base += 10));
afterAll(async () => {
  await db.close();
  for (const folder of folders) await rm(folder, { recursive: true });
});
const own = (number: number): string => uuid(base + number);

async function load(files: Record<string, unknown>, siteId = siteA): Promise<ImportReport> {
  const folder = await folderOf(files);
  folders.push(folder);
  return importFiles(db, { paths: [folder], siteId, source: siteId, actor: nobody });
}

const npi = 'http://hl7.org/fhir/sid/us-npi';
const doctor = (number: number, value = `99999${base}`, more: Json = {}): Json => ({
  resourceType: 'Practitioner',
  id: own(number),
  identifier: [{ system: npi, value }],
  ...more,
});
const visit = (number: number, seenBy: number): Json => ({
  resourceType: 'Encounter',
  id: own(number),
  status: 'finished',
  class: { code: 'AMB' },
  participant: [{ individual: { reference: `urn:uuid:${own(seenBy)}` } }],
});
const byNpi = (): string => `identifier=${npi}|99999${base}`;
const entry = (resource: Json, ifNoneExist?: string): Json => ({
  fullUrl: `urn:uuid:${String(resource.id)}`,
  resource,
  request: { method: 'POST', url: resource.resourceType, ...(ifNoneExist && { ifNoneExist }) },
});
const bundle = (...entries: Json[]): Json => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: entries,
});

const onRecord = async (type: string): Promise<string[]> => {
  const rows = await db.reader
    .select({ id: resources.id })
    .from(resources)
    .where(and(eq(resources.type, type), eq(resources.deleted, false)));
  const mine = new Set(Array.from({ length: 10 }, (_, number) => own(number)));
  return rows
    .map(({ id }) => id)
    .filter((id) => mine.has(id))
    .toSorted();
};
const seenBy = async (number: number): Promise<unknown> =>
  (await readMany(db.reader, 'Encounter', [own(number)]))[0]!.participant;

describe('an entry that is to be made only if there is none', () => {
  it('is made when nothing matches, and not made again: references to it lead to what is there', async () => {
    await load({ 'a.json': bundle(entry(doctor(1), byNpi()), entry(visit(5, 1))) });
    const again = await load({ 'b.json': bundle(entry(visit(6, 2)), entry(doctor(2), `?${byNpi()}`)) });
    expect(again.totals).toMatchObject({ created: 1, updated: 0, unchanged: 1, refused: 0 });
    expect(await onRecord('Practitioner')).toEqual([own(1)]);
    expect(await seenBy(6)).toEqual([{ individual: { reference: `Practitioner/${own(1)}` } }]);
    expect(again.files[0]!.unresolved).toEqual([]);
  });

  it('changes nothing of what is there, whatever it says itself', async () => {
    await load({ 'a.json': bundle(entry(doctor(1))) });
    await load({ 'b.json': bundle(entry(doctor(1, `99999${base}`, { gender: 'female' }), byNpi())) });
    const [stored] = await readMany(db.reader, 'Practitioner', [own(1)]);
    expect(stored).toEqual(doctor(1));
  });

  it('is found in a line of NDJSON that is a bundle too', async () => {
    await load({ 'a.json': bundle(entry(doctor(1))) });
    const lines = [bundle(entry(doctor(2), byNpi()), entry(visit(6, 2))), bundle(entry(doctor(3), byNpi()))];
    await load({ 'b.ndjson': lines.map((line) => JSON.stringify(line)).join('\n') });
    expect(await onRecord('Practitioner')).toEqual([own(1)]);
    expect(await seenBy(6)).toEqual([{ individual: { reference: `Practitioner/${own(1)}` } }]);
  });

  it('is refused, with its whole bundle and by its place, when several match', async () => {
    await load({ 'a.json': bundle(entry(doctor(1)), entry(doctor(2))) });
    const { files } = await load({ 'b.json': bundle(entry(visit(6, 3)), entry(doctor(3), byNpi())) });
    expect(files[0]).toMatchObject({
      outcome: 'refused',
      problems: [
        {
          place: '/entry/1/request/ifNoneExist',
          message: 'More than one resource on record matches this condition.',
        },
      ],
    });
    expect(await onRecord('Encounter')).toEqual([]);
  });

  it.each([
    ['is no query that there is', 'no-such-parameter=1'],
    ['asks for nothing', ''],
    ['is no text', 17],
  ])('is refused when its condition %s', async (_what, condition) => {
    const asked = entry(doctor(1));
    const { files } = await load({
      'a.json': bundle({ ...asked, request: { ...(asked.request as Json), ifNoneExist: condition } }),
    });
    expect(files[0]).toMatchObject({
      outcome: 'refused',
      problems: [{ place: '/entry/0/request/ifNoneExist' }],
    });
  });

  it('never finds another site’s', async () => {
    await load({ 'a.json': bundle(entry(doctor(1))) }, siteB);
    await load({ 'b.json': bundle(entry(doctor(2), byNpi())) });
    expect(await onRecord('Practitioner')).toEqual([own(1), own(2)]);
  });

  it('is refused beside another one under the same condition: which would be meant?', async () => {
    const { files } = await load({ 'a.json': bundle(entry(doctor(1), byNpi()), entry(doctor(2), byNpi())) });
    expect(files[0]!.problems.map(({ place }) => place)).toEqual(['/entry/1/request/ifNoneExist']);
    expect(await onRecord('Practitioner')).toEqual([]);
  });

  it('is looked for again when somebody makes one between the look and the commit', async () => {
    const folder = await folderOf({ 'a.json': bundle(entry(doctor(2), byNpi()), entry(visit(6, 2))) });
    folders.push(folder);
    let met = false;
    const writer: typeof db.writer = {
      ...db.writer,
      commit: async (batch) => {
        if (!met && batch.chained?.some(({ row }) => row['action'] === 'bundle:imported')) {
          met = true;
          await load({ 'b.json': bundle(entry(doctor(1), byNpi())) });
        }
        return db.writer.commit(batch);
      },
    };
    await importFiles({ ...db, writer }, { paths: [folder], siteId: siteA, source: siteA, actor: nobody });
    expect(await onRecord('Practitioner')).toEqual([own(1)]);
    expect(await seenBy(6)).toEqual([{ individual: { reference: `Practitioner/${own(1)}` } }]);
  });
});

it('over HTTP an entry that was found is answered with what it found, in its place', async () => {
  const api = await fhirApi();
  await api.ask(people.admin, 'POST', '', bundle(entry(doctor(1))));
  const { status, body } = await api.ask(
    people.admin,
    'POST',
    '',
    bundle(entry(doctor(2), byNpi()), entry(visit(6, 2))),
  );
  expect([status, body.entry]).toMatchObject([
    200,
    [
      { response: { status: '200 OK', location: `Practitioner/${own(1)}/_history/1` } },
      { response: { status: '201 Created', location: `Encounter/${own(6)}/_history/1` } },
    ],
  ]);
  await api.close();
});
