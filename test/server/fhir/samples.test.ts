import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count } from 'drizzle-orm';
import { nobody } from '../../../server/audit/trail.ts';
import { exportFiles } from '../../../server/fhir/exportFiles.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import type { ImportReport } from '../../../server/fhir/importReport.ts';
import { parseJson } from '../../../server/records/json.ts';
import { isCurrentVersion, readResource } from '../../../server/records/recordStore.ts';
import { encounters, patients, resources, resourceVersions } from '../../../server/records/tables.ts';
import { temporaryFolder, testDatabase, type TestDatabase } from '../../support/database.ts';
import { seedPeople, siteA } from '../../support/people.ts';
import { sampleData } from '../../support/samples.ts';

interface Entry {
  fullUrl: string;
  resource: { resourceType: string; id: string };
}

/** What a resource should be on record: references by `urn:uuid` now name type and id; nothing else differs. */
function expected(value: unknown, links: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => expected(item, links));
  if (value === null || typeof value !== 'object' || 'isLosslessNumber' in value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'reference' && links.has(member) ? links.get(member) : expected(member, links),
    ]),
  );
}

describe.runIf(sampleData !== null)('the Synthea bundles', () => {
  let db: TestDatabase;
  let folder: string;
  let first: ImportReport;
  beforeAll(async () => {
    db = await testDatabase();
    await seedPeople(db);
    folder = join(sampleData!, 'fhir/synthea');
    first = await importAll();
  }, 60_000);
  afterAll(() => db.close());

  const importAll = (): Promise<ImportReport> =>
    importFiles(db, { paths: [folder], siteId: siteA, source: siteA, actor: nobody });

  const rows = async () => {
    const of = async (
      table: typeof resources | typeof resourceVersions | typeof patients | typeof encounters,
    ) => (await db.reader.select({ count: count() }).from(table))[0]!.count;
    return [await of(resources), await of(resourceVersions), await of(patients), await of(encounters)];
  };

  it('all import, and every reference finds what it points to', () => {
    expect(first.files).toHaveLength(21);
    expect(first.files.flatMap(({ problems, unresolved }) => [...problems, ...unresolved])).toEqual([]);
    expect(first.totals).toMatchObject({ refused: 0, updated: 0 });
  });

  it('read back as they went in, except that references name type and id', async () => {
    let compared = 0;
    for (const name of await readdir(folder)) {
      const { entry } = parseJson(await readFile(join(folder, name), 'utf8')) as { entry: Entry[] };
      const links = new Map(
        entry.map(({ fullUrl, resource: { resourceType, id } }) => [fullUrl, `${resourceType}/${id}`]),
      );
      for (const { resource } of entry) {
        const stored = await readResource(db.reader, resource.resourceType, resource.id);
        expect(parseJson(stored!.json)).toEqual(expected(resource, links));
        compared++;
      }
    }
    expect(compared).toBe(first.totals.created + first.totals.unchanged);
  }, 60_000);

  it('change nothing when they are imported again, and give the same counts', async () => {
    const before = await rows();
    const again = await importAll();
    expect(again.totals).toEqual({
      files: 21,
      partly: 0,
      refused: 0,
      leftOut: 0,
      created: 0,
      updated: 0,
      unchanged: first.totals.created + first.totals.unchanged,
    });
    expect(again.files.map(({ unchanged }) => unchanged)).toEqual(
      first.files.map(({ created, unchanged }) => created + unchanged),
    );
    expect(await rows()).toEqual(before);
  }, 60_000);

  it('exported and imported into an empty database are the same record', async () => {
    const singles = [join(sampleData!, 'fhir/us-core')];
    const more = await importFiles(db, { paths: singles, siteId: siteA, source: 'us-core', actor: nobody });
    expect(more.totals).toMatchObject({ files: 55, refused: 0, leftOut: 0 });
    const out = await temporaryFolder();
    const other = await testDatabase();
    await seedPeople(other);
    const done = await exportFiles(db, { scope: {}, folder: out, gzip: true, actor: nobody });
    if (!done.ok) throw new Error(done.error);
    const back = await importFiles(other, { paths: [out], siteId: siteA, source: siteA, actor: nobody });
    expect(back.files.flatMap(({ problems }) => problems)).toEqual([]);
    const [here, there] = [await hashes(db), await hashes(other)];
    expect(here.size).toBeGreaterThan(first.totals.created);
    expect([...here].filter(([name, hash]) => there.get(name) !== hash)).toEqual([]);
    // What was imported is said to have been imported; nothing else is new.
    expect([...there.keys()].filter((name) => !here.has(name) && !name.startsWith('Provenance/'))).toEqual(
      [],
    );
    await other.close();
    await rm(out, { recursive: true });
  }, 60_000);

  /** By `Type/id`, the hash of what each resource says now. */
  async function hashes({ reader }: TestDatabase): Promise<Map<string, string>> {
    const rows = await reader
      .select({ type: resources.type, id: resources.id, hash: resourceVersions.contentHash })
      .from(resources)
      .innerJoin(resourceVersions, isCurrentVersion);
    return new Map(rows.map(({ type, id, hash }) => [`${type}/${id}`, hash]));
  }
});
