import { count, ne, sql } from 'drizzle-orm';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appRoot } from '../../server/db/appRoot.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { openReader } from '../../server/db/reader.ts';
import type { ImportReport } from '../../server/fhir/importReport.ts';
import { importFiles } from '../../server/fhir/tables.ts';
import { resources, resourceVersions } from '../../server/records/tables.ts';
import { configFor, temporaryFolder } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { seedPeople } from '../support/people.ts';
import { Random } from '../support/random.ts';
import { runCommand } from '../support/service.ts';

const seed = Number(process.env.COCHART_SEED ?? 4_104);
const patients = 4_000;
const kills = 3;

let folder: string;
let source: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  source = await temporaryFolder();
  const opened = await openDatabase(configFor(folder), { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  const database: Database = opened.value;
  await seedPeople({ ...database, now: () => new Date('2026-03-02T08:00:00Z') });
  await database.close();
  const div = `<div xmlns="http://www.w3.org/1999/xhtml">${'x'.repeat(1000)}</div>`;
  const lines = Array.from({ length: patients }, (_, index) =>
    JSON.stringify({ resourceType: 'Patient', id: `p${index}`, text: { status: 'generated', div } }),
  );
  await writeFile(join(source, 'Patient.ndjson'), [...lines, '{"resourceType":"Ward"}'].join('\n'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(source, { recursive: true });
});

test(`an import that is killed again and again ends as if it had never been (seed ${seed})`, async () => {
  const random = new Random(seed);
  const reader = await openReader(configFor(folder).database);
  const linesDone = async (): Promise<number> => {
    const [row] = await reader
      .select({ lines: sql<number>`coalesce(max(${importFiles.lines}), 0)` })
      .from(importFiles);
    return Number(row!.lines);
  };
  const program = join(appRoot(), 'dist/server/cli/cochart.js');
  for (let kill = 0; kill < kills; kill++) {
    const before = await linesDone();
    const enough = before + 1 + random.below(patients / 8);
    const child = spawn(process.execPath, [program, 'import', source], {
      env: { PATH: process.env.PATH ?? '', COCHART_DATA: folder },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await eventually(async () => expect(await linesDone()).toBeGreaterThanOrEqual(enough));
    child.kill('SIGKILL');
    await ended;
    expect(await linesDone()).toBeLessThan(patients);
  }
  const report = join(source, 'report.json');
  const last = await runCommand(['import', join(source, 'Patient.ndjson'), '--report', report], { folder });
  expect(last.code).toBe(2);
  const { totals, files } = JSON.parse(await readFile(report, 'utf8')) as ImportReport;
  expect(totals).toMatchObject({ files: 1, created: patients, updated: 0, unchanged: 0, leftOut: 1 });
  expect(files[0]!.problems).toEqual([
    { place: `line ${patients + 1} /resourceType`, message: 'FHIR R4 has no such resource type.' },
  ]);
  const countOf = async (table: typeof resources | typeof resourceVersions): Promise<number> =>
    (await reader.select({ count: count() }).from(table).where(ne(table.type, 'Provenance')))[0]!.count;
  expect([await countOf(resources), await countOf(resourceVersions)]).toEqual([patients, patients]);
  reader.close();
  expect((await runCommand(['verify'], { folder })).code).toBe(0);
});

test('an import takes no more memory the larger a file is', async () => {
  const peak = join(source, 'peak');
  const onExit = join(source, 'peak.cjs');
  await writeFile(
    onExit,
    "process.on('exit', () => require('fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));",
  );
  const run = async (path: string): Promise<number> => {
    const env = { NODE_OPTIONS: `--require ${onExit}`, PEAK: peak };
    const { code } = await runCommand(['import', path, '--source', path], { folder, env });
    expect(code).toBe(2);
    return Number(await readFile(peak, 'utf8'));
  };
  const whole = await readFile(join(source, 'Patient.ndjson'));
  const small = join(source, 'small.ndjson');
  const large = join(source, 'large.ndjson');
  await writeFile(
    small,
    Buffer.concat([Buffer.from('{}\n'), whole.subarray(0, whole.lastIndexOf('\n', whole.length / 8))]),
  );
  await writeFile(large, Buffer.concat([whole, Buffer.from('\n'), whole]));
  const [few, many] = [await run(small), await run(large)];
  // Sixteen times as much to import, and the collector's habits.
  expect((many - few) / 1024).toBeLessThan(160);
});
