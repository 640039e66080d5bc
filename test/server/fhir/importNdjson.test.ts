import { asc, ne } from 'drizzle-orm';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nobody } from '../../../server/audit/trail.ts';
import { importFiles } from '../../../server/fhir/importFiles.ts';
import { importNdjson } from '../../../server/fhir/importNdjson.ts';
import type { ImportReport } from '../../../server/fhir/importReport.ts';
import { listImports, readImport } from '../../../server/fhir/importRuns.ts';
import { longestLine } from '../../../server/fhir/ndjsonLines.ts';
import { readHistory, readResource } from '../../../server/records/recordStore.ts';
import { resources } from '../../../server/records/tables.ts';
import { ok } from '../../../shared/wire/result.ts';
import { folderOf, transaction, uuid } from '../../support/bundles.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { seedPeople, siteA, siteB } from '../../support/people.ts';

let db: TestDatabase;
let folder: string;
beforeEach(async () => {
  db = await testDatabase();
  await seedPeople(db);
  folder = await folderOf({});
});
afterEach(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

type Content = string | Buffer | object[];

const text = (content: Content): string | Buffer =>
  Array.isArray(content) ? content.map((each) => `${JSON.stringify(each)}\n`).join('') : content;

async function write(files: Record<string, Content>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text(content));
  }
}

const run = (
  deps: Pick<TestDatabase, 'reader' | 'writer' | 'now'> = db,
  siteId = siteA,
): Promise<ImportReport> => importFiles(deps, { paths: [folder], siteId, source: 'clinic', actor: nobody });

async function load(files: Record<string, Content>, siteId = siteA): Promise<ImportReport> {
  await write(files);
  return run(db, siteId);
}

const onRecord = async (): Promise<string[]> => {
  const rows = await db.reader
    .select({ type: resources.type })
    .from(resources)
    .where(ne(resources.type, 'Provenance'))
    .orderBy(asc(resources.type));
  return rows.map(({ type }) => type);
};

const person = (id: string) => ({ resourceType: 'Patient', id, name: [{ family: 'Okafor' }] });
const sodium = (id: string, patient: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'Sodium' },
  subject: { reference: `Patient/${patient}` },
});

describe('a bulk folder', () => {
  it('is read in the order in which its references find what they point to', async () => {
    const report = await load({
      'Observation.ndjson': [sodium('o1', 'p1')],
      'Provenance.ndjson': [{ resourceType: 'Provenance', id: 'x', target: [{ reference: 'Patient/p1' }] }],
      'Patient.0001.ndjson': [person('p1')],
      'Patient.0002.ndjson.gz': gzipSync(`${JSON.stringify(person('p2'))}\n`),
      'nested/Encounter.ndjson': [
        { resourceType: 'Encounter', id: 'e', subject: { reference: 'Patient/p2' } },
      ],
    });
    expect(
      report.files.map(({ name, outcome, unresolvedCount }) => [name, outcome, unresolvedCount]),
    ).toEqual([
      ['Patient.0001.ndjson', 'stored', 0],
      ['Patient.0002.ndjson.gz', 'stored', 0],
      ['nested/Encounter.ndjson', 'stored', 0],
      ['Observation.ndjson', 'stored', 0],
      ['Provenance.ndjson', 'stored', 0],
    ]);
    expect(report.totals).toMatchObject({ created: 5, leftOut: 0 });
  });

  it('leaves aside what only accompanies an export', async () => {
    const report = await load({
      'manifest.json': '{"output": []}',
      'error.ndjson': [{ resourceType: 'OperationOutcome' }],
      'notes.txt': 'read me',
      '.hidden.ndjson': [person('p9')],
      'Patient.ndjson': [person('p1')],
    });
    expect(report.files.map(({ name }) => name)).toEqual(['Patient.ndjson']);
  });

  it('may refer forwards: a reference counts as open only when nothing brought its target', async () => {
    const panel = { ...sodium('o1', 'p1'), hasMember: [{ reference: 'Observation/o2' }] };
    const lost = { ...sodium('o3', 'p1'), hasMember: [{ reference: 'Observation/never' }] };
    // Both files hold one type, so the first can only be settled once the second was read.
    const report = await load({
      'Observation.1.ndjson': [panel, lost],
      'Observation.2.ndjson': [sodium('o2', 'p1')],
      'Patient.ndjson': [person('p1')],
    });
    const open = [{ place: 'line 2 /hasMember/0/reference', message: 'This points to nothing on record.' }];
    expect(report.files.map(({ unresolved }) => unresolved)).toEqual([[], open, []]);
    expect(await readImport(db.reader, siteA, report.id)).toMatchObject({ files: report.files });
  });

  it('is read whatever ends its lines, and through empty ones', async () => {
    const lines = [person('p1'), person('p2')].map((each) => JSON.stringify(each));
    const report = await load({ 'Patient.ndjson': `\uFEFF${lines[0]}\r\n\r\n  \n${lines[1]}` });
    expect(report.totals).toMatchObject({ created: 2, leftOut: 0 });
  });
});

describe('a line that cannot be stored', () => {
  it('is named with its file and line; the others are stored', async () => {
    const good = JSON.stringify(person('p1'));
    const report = await load({
      'Patient.ndjson': Buffer.concat([
        Buffer.from(`{"resourceType": "Patient", "id": "cut\n${good}\n`),
        Buffer.from([0x22, 0xe9, 0x22, 0x0a]),
        Buffer.from('{"resourceType":"Ward"}\n[]\n42\n'),
        Buffer.from(`{"resourceType":"Patient","id":"../etc"}\n${'['.repeat(5000)}\n`),
        Buffer.from(`${JSON.stringify(person('p2'))}\n`),
      ]),
    });
    expect(report.files[0]).toMatchObject({ outcome: 'partly', created: 2, leftOut: 7 });
    expect(report.files[0]!.problems.map(({ place, message }) => `${place}: ${message}`)).toEqual([
      'line 1, column 39: This is not JSON.',
      'line 3: This is not UTF-8 text.',
      'line 4 /resourceType: FHIR R4 has no such resource type.',
      'line 5 /resourceType: This is neither a Bundle nor a resource.',
      'line 6 /resourceType: This is neither a Bundle nor a resource.',
      'line 7 /id: This is not a FHIR id.',
      'line 8, column 65: Nested deeper than 64 levels.',
    ]);
    expect(await onRecord()).toEqual(['Patient', 'Patient']);
  });

  it('because another site keeps it leaves the rest of its part alone', async () => {
    await load({ 'Patient.ndjson': [person(uuid(1))] });
    const many = Array.from({ length: 9 }, (_, index) => sodium(uuid(10 + index), uuid(index === 5 ? 1 : 2)));
    await rm(join(folder, 'Patient.ndjson'));
    const report = await load({ 'Patient.ndjson': [person(uuid(2))], 'Observation.ndjson': many }, siteB);
    expect(report.files[1]).toMatchObject({
      outcome: 'partly',
      created: 8,
      problems: [{ place: `line 6 Patient/${uuid(1)}`, message: 'Another site keeps this record.' }],
    });
  });

  it('because it is longer than a resource can be is passed over', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    async function* bytes() {
      for (let sent = 0; sent <= longestLine; sent += chunk.length) yield chunk;
      yield Buffer.from(`\n${JSON.stringify(person('p1'))}\n`);
    }
    const seen: unknown[] = [];
    await importNdjson(
      { [Symbol.asyncIterator]: bytes, read: () => 0 },
      {
        after: 0,
        store: (bundle, advance) => {
          const imported = { outcomes: [], byEntry: new Map(), unresolved: [], followed: 0 };
          advance(imported);
          seen.push(bundle.entries.map(({ id }) => id));
          return Promise.resolve(ok(imported));
        },
        advanced: ({ problems }) => seen.push(...problems),
      },
    );
    expect(seen).toEqual([['p1'], { place: 'line 1', message: 'This line is longer than 32 MiB.' }]);
  });

  it('once more with another text is a next version, and the last one holds', async () => {
    await load({ 'Patient.ndjson': [person(uuid(1)), { ...person(uuid(1)), gender: 'female' }] });
    expect(await readHistory(db.reader, 'Patient', uuid(1))).toHaveLength(2);
    const { json } = (await readResource(db.reader, 'Patient', uuid(1)))!;
    expect(JSON.parse(json)).toMatchObject({ gender: 'female' });
  });

  it('being a Bundle is stored whole or not at all', async () => {
    const good = transaction(person(uuid(1)), person(uuid(2)));
    const bad = transaction(person(uuid(3)), { resourceType: 'Ward' });
    const report = await load({ 'all.ndjson': [good, bad] });
    expect(report.files[0]).toMatchObject({
      outcome: 'partly',
      created: 2,
      problems: [{ place: 'line 2 /entry/1/resource/resourceType' }],
    });
    expect(await onRecord()).toEqual(['Patient', 'Patient']);
  });
});

describe('a file', () => {
  it('may hold one resource, or what a search found', async () => {
    const report = await load({
      'one.json': JSON.stringify(person('p1')),
      'two.json': JSON.stringify({
        resourceType: 'Bundle',
        type: 'searchset',
        entry: [
          {
            fullUrl: 'https://clinic.example/fhir/Patient/p2',
            resource: person('p2'),
            search: { mode: 'match' },
          },
          { resource: { resourceType: 'OperationOutcome' }, search: { mode: 'outcome' } },
        ],
      }),
    });
    expect(report.files.map(({ outcome, created }) => [outcome, created])).toEqual([
      ['stored', 1],
      ['stored', 1],
    ]);
    expect(await onRecord()).toEqual(['Patient', 'Patient']);
  });

  const whole = Buffer.from(`${JSON.stringify(person('p1'))}\n`.repeat(2000));
  const packed = gzipSync(whole, { level: 1 });
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 20, 40);

  it.each<[string, string, Buffer, string]>([
    ['that is gzip under another name', 'stored', packed, ''],
    [
      'whose gzip was cut off',
      'partly',
      packed.subarray(0, packed.length - 12),
      'This gzip file is cut off.',
    ],
    ['whose gzip is damaged', 'refused', damaged, 'This gzip file is damaged.'],
    [
      'of UTF-16',
      'refused',
      Buffer.from(`\uFEFF${JSON.stringify(person('p'))}`, 'utf16le'),
      'This is UTF-16 text. Save it as UTF-8.',
    ],
    [
      'that unpacks without end',
      'refused',
      gzipSync(Buffer.alloc(40 * 1024 * 1024), { level: 9 }),
      'This unpacks to more than 200 times its size.',
    ],
  ])('%s is %s', async (_what, outcome, content, message) => {
    const report = await load({ 'Patient.ndjson': content });
    expect(report.files[0]).toMatchObject({ outcome });
    expect(report.files[0]!.problems.map((problem) => problem.message)).toEqual(message ? [message] : []);
  });

  it('of JSON that is too large for one transaction is refused in words', async () => {
    const report = await load({ 'huge.json': Buffer.alloc(64 * 1024 * 1024 + 1, ' ') });
    expect(report.files[0]!.problems).toEqual([
      { place: '', message: 'This is larger than 64 MiB. Import it as NDJSON, or in several Bundles.' },
    ]);
  });
});

describe('an import that was cut off', () => {
  const people = Array.from({ length: 1500 }, (_, index) => person(uuid(index)));

  /** A database that can be written to some number of times. */
  function dyingAfter(commits: number): typeof db {
    let left = commits;
    const writer: typeof db.writer = {
      ...db.writer,
      commit: (batch) =>
        left-- > 0 ? db.writer.commit(batch) : Promise.reject(new Error('It was cut off.')),
    };
    return { ...db, writer };
  }

  it.each([0, 1, 2, 3, 4, 5, 6])(
    'after %i commits goes on where it was, and counts everything once',
    async (commits) => {
      await write({
        'Patient.ndjson': [...people.slice(0, 700), {}, ...people.slice(700), { resourceType: 'Ward' }],
        'last.json': JSON.stringify(transaction(sodium(uuid(5000), uuid(1)))),
      });
      await expect(run(dyingAfter(commits))).rejects.toThrow('It was cut off.');
      const report = await run();
      expect(report.totals).toMatchObject({ created: 1501, updated: 0, unchanged: 0, leftOut: 2 });
      expect(report.files[1]!.problems.map(({ place }) => place)).toEqual([
        'line 701 /resourceType',
        'line 1502 /resourceType',
      ]);
      const { items } = await listImports(db.reader, siteA, { limit: 9, offset: 0 });
      expect(items).toHaveLength(1);
      // What has ended is not taken up again: the same once more is another import, and changes nothing.
      expect((await run()).totals).toMatchObject({ created: 0, updated: 0, unchanged: 1501, leftOut: 2 });
    },
  );

  it('begins a file again that was changed meanwhile', async () => {
    await write({ 'Patient.ndjson': people });
    await expect(run(dyingAfter(3))).rejects.toThrow('It was cut off.');
    const other = people.map((each) => ({ ...each, name: [{ family: 'Akafor' }] }));
    await write({ 'Patient.ndjson': other });
    const { totals } = await run();
    expect(totals.created + totals.updated).toBe(1500);
    expect(totals.updated).toBeGreaterThan(0);
  });
});

it("a site's imports are its own", async () => {
  const { id, totals } = await load({ 'Patient.ndjson': [person('p1')] });
  expect(await readImport(db.reader, siteB, id)).toBeNull();
  expect((await listImports(db.reader, siteB, { limit: 9, offset: 0 })).items).toEqual([]);
  expect(await listImports(db.reader, siteA, { limit: 9, offset: 0 })).toMatchObject({
    items: [{ id, asked: 1, totals }],
    more: false,
  });
});

describe('memory', () => {
  it('holds a part of a file, however large the file is', async () => {
    const line = Buffer.from(
      `${JSON.stringify({ ...person('p1'), text: { div: 'x'.repeat(1024 * 1024) } })}\n`,
    );
    const before = process.memoryUsage().rss;
    let highest = 0;
    let stored = 0;
    async function* bytes() {
      for (let sent = 0; sent < 256; sent++) yield Buffer.from(line);
    }
    await importNdjson(
      { [Symbol.asyncIterator]: bytes, read: () => 0 },
      {
        after: 0,
        store: (bundle) => {
          stored += bundle.entries.length;
          highest = Math.max(highest, process.memoryUsage().rss);
          return Promise.resolve(ok({ outcomes: [], byEntry: new Map(), unresolved: [], followed: 0 }));
        },
        advanced: () => undefined,
      },
    );
    expect(stored).toBe(256);
    expect((highest - before) / 1024 / 1024).toBeLessThan(192);
  });
});
