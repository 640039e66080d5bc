import { asc, ne } from 'drizzle-orm';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nobody } from '../../../server/audit/trail.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import type { ImportReport } from '../../../server/fhir/importReport.ts';
import { resources } from '../../../server/records/tables.ts';
import { folderOf, transaction, uuid } from '../../support/bundles.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { seedPeople, siteA } from '../../support/people.ts';

let db: TestDatabase;
const folders: string[] = [];
beforeAll(async () => {
  db = await testDatabase();
  await seedPeople(db);
});
afterAll(async () => {
  await db.close();
  for (const folder of folders) await rm(folder, { recursive: true });
});

async function load(files: Record<string, unknown>): Promise<ImportReport> {
  const folder = await folderOf(files);
  folders.push(folder);
  return importFiles(db, { paths: [folder], siteId: siteA, source: siteA, actor: nobody });
}

const onRecord = () =>
  db.reader
    .select({ type: resources.type, id: resources.id })
    .from(resources)
    // What the import says about itself is told elsewhere.
    .where(ne(resources.type, 'Provenance'))
    .orderBy(asc(resources.type));

const ada = { resourceType: 'Patient', id: uuid(1), name: [{ family: 'Okafor', given: ['Ada'] }] };

describe('a file that cannot be stored', () => {
  const bundle = (entry: unknown) => ({ resourceType: 'Bundle', type: 'transaction', entry });
  const cases: [string, unknown, { place: string; message: string }][] = [
    [
      'is cut off',
      '{"resourceType": "Bundle",\n "entry": [',
      { place: 'line 2, column 12', message: 'This is not JSON.' },
    ],
    ['is empty', '', { place: 'line 1, column 1', message: 'This is not JSON.' }],
    [
      'is a resource without a type',
      { id: uuid(1) },
      { place: '/resourceType', message: 'This is neither a Bundle nor a resource.' },
    ],
    ['is a list', [], { place: '/resourceType', message: 'This is neither a Bundle nor a resource.' }],
    [
      'is a resource of a type that FHIR does not know',
      { resourceType: 'Ward', id: uuid(1) },
      { place: '/resourceType', message: 'FHIR R4 has no such resource type.' },
    ],
    [
      'is another kind of bundle',
      { resourceType: 'Bundle', type: 'document' },
      { place: '/type', message: 'Only a transaction, batch or collection can be imported.' },
    ],
    ['has no list of entries', bundle({}), { place: '/entry', message: 'This is not a list.' }],
    [
      'has an entry without a resource',
      bundle([{ resource: ada }, {}]),
      { place: '/entry/1', message: 'This entry has no resource.' },
    ],
    [
      'has an entry that is nothing',
      bundle([null]),
      { place: '/entry/0', message: 'This entry has no resource.' },
    ],
    [
      'has a resource without a type',
      bundle([{ resource: { id: uuid(1) } }]),
      { place: '/entry/0/resource/resourceType', message: 'This resource has no type.' },
    ],
    [
      'has a type that FHIR does not know',
      bundle([{ resource: { resourceType: 'Ward' } }]),
      { place: '/entry/0/resource/resourceType', message: 'FHIR R4 has no such resource type.' },
    ],
    [
      'has a number for an id',
      bundle([{ resource: { ...ada, id: 85 } }]),
      { place: '/entry/0/resource/id', message: 'This is not a FHIR id.' },
    ],
    [
      'has an id with a path in it',
      bundle([{ resource: { ...ada, id: '../85' } }]),
      { place: '/entry/0/resource/id', message: 'This is not a FHIR id.' },
    ],
    [
      'wants to delete',
      bundle([{ resource: ada, request: { method: 'DELETE' } }]),
      { place: '/entry/0/request/method', message: 'Only POST and PUT can be imported.' },
    ],
    [
      'has one resource twice, differently',
      transaction(ada, { ...ada, gender: 'female' }),
      { place: '/entry/1', message: 'The same resource stands differently at /entry/0.' },
    ],
    [
      'says one thing twice',
      '{"resourceType": "Bundle", "type": "batch", "type": "collection"}',
      { place: 'line 1, column 46', message: 'A member stands twice with different values.' },
    ],
    [
      'is nested without end',
      '['.repeat(200_000),
      { place: 'line 1, column 65', message: 'Nested deeper than 64 levels.' },
    ],
  ];

  it.each(cases)(
    'because it %s is named with its place, leaves nothing, and stops no other',
    async (_why, content, problem) => {
      const report = await load({
        'a-bad.json': content,
        'b-good.json': transaction({ ...ada, id: uuid(7) }),
      });
      expect(report.files[0]).toEqual({
        name: 'a-bad.json',
        outcome: 'refused',
        created: 0,
        updated: 0,
        unchanged: 0,
        leftOut: 1,
        problems: [problem],
        followed: 0,
        unresolvedCount: 0,
        unresolved: [],
      });
      expect(report.files[1]).toMatchObject({ outcome: 'stored' });
      expect(report.totals).toMatchObject({ files: 2, refused: 1 });
      expect(await onRecord()).toEqual([{ type: 'Patient', id: uuid(7) }]);
    },
  );

  it('because it is no text or not there is named too', async () => {
    const folder = await folderOf({});
    folders.push(folder);
    await writeFile(join(folder, 'latin1.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
    const paths = [join(folder, 'latin1.json'), join(folder, 'absent.json')];
    const report = await importFiles(db, { paths, siteId: siteA, source: siteA, actor: nobody });
    expect(report.files.map(({ problems }) => problems)).toEqual([
      [{ place: '', message: 'This is not UTF-8 text.' }],
      [{ place: '', message: 'There is no such file or folder.' }],
    ]);
  });

  it('names everything that is wrong with it at once', async () => {
    const report = await load({ 'a.json': bundle([{}, { resource: { id: 1 } }]) });
    expect(report.files[0]!.problems).toHaveLength(3);
  });
});
