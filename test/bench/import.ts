import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../server/db/open.ts';
import { configFor, temporaryFolder } from '../support/database.ts';
import { seedPeople } from '../support/people.ts';
import { runCommand } from '../support/service.ts';
import type { Bench, BenchQuestion } from './bench.ts';
import { number, spread, table } from './measure/markdown.ts';
import { median } from './measure/statistics.ts';

const mebibyte = 1024 * 1024;

/** NDJSON of laboratory results of a thousand patients, as large as it is asked for. */
async function writeResults(path: string, bytes: number): Promise<number> {
  const file = createWriteStream(path);
  const uuid = (of: string, index: number): string =>
    `${of}-0000-4000-8000-${String(index).padStart(12, '0')}`;
  let written = 0;
  let lines = 0;
  while (written < bytes) {
    const line = `${JSON.stringify({
      resourceType: 'Observation',
      id: uuid('0b5e0000', lines),
      status: 'final',
      category: [{ coding: [{ code: 'laboratory' }] }],
      code: { coding: [{ system: 'http://loinc.org', code: '2951-2' }], text: 'Sodium' },
      subject: { reference: `Patient/${uuid('c0de0000', lines % 1000)}` },
      effectiveDateTime: '2024-05-01T10:00:00Z',
      valueQuantity: { value: 130 + (lines % 20), unit: 'mmol/L' },
      text: {
        status: 'generated',
        div: `<div xmlns="http://www.w3.org/1999/xhtml">${'x'.repeat(500)}</div>`,
      },
    })}\n`;
    written += line.length;
    lines++;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  return lines;
}

/** Seconds and the highest resident memory, MiB, of `cochart import` on an empty database. */
async function measure(path: string): Promise<{ seconds: number; memory: number }> {
  const folder = await temporaryFolder();
  const opened = await openDatabase(configFor(folder), { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  await seedPeople({ ...opened.value, now: () => new Date() });
  await opened.value.close();
  const peak = join(folder, 'peak');
  const onExit = join(folder, 'peak.cjs');
  await writeFile(
    onExit,
    "process.on('exit', () => require('fs').writeFileSync(process.env.PEAK, String(process.resourceUsage().maxRSS)));",
  );
  const env = { NODE_OPTIONS: `--require ${onExit}`, PEAK: peak };
  const startedAt = performance.now();
  const { code, stderr } = await runCommand(['import', path], { folder, env });
  const seconds = (performance.now() - startedAt) / 1000;
  if (code !== 0) throw new Error(`The import ended with ${code}: ${stderr}`);
  const memory = Number(await readFile(peak, 'utf8')) / 1024;
  await rm(folder, { recursive: true });
  return { seconds, memory };
}

async function ask(bench: Bench): Promise<string> {
  const sizes = bench.quick ? [2, 16] : [32, 1024];
  const folder = await temporaryFolder();
  const memories: number[] = [];
  const rows: string[][] = [];
  for (const size of sizes) {
    const path = join(folder, `Observation.${size}.ndjson`);
    const resources = await writeResults(path, size * mebibyte);
    // The large one takes minutes: once says enough.
    const times = size === sizes[0] ? bench.repetitions : 1;
    const runs: { seconds: number; memory: number }[] = [];
    for (let run = 0; run < times; run++) {
      bench.say(`${size} MiB, ${run + 1} of ${times}`);
      runs.push(await measure(path));
    }
    const seconds = runs.map((run) => run.seconds);
    memories.push(median(runs.map(({ memory }) => memory)));
    rows.push([
      number((await stat(path)).size / mebibyte),
      number(resources),
      spread(seconds),
      number(resources / median(seconds)),
      spread(runs.map(({ memory }) => memory)),
    ]);
  }
  await rm(folder, { recursive: true });
  const growth = memories[1]! - memories[0]!;
  bench.target({
    measure: `memory of an import of ${sizes[1]} MiB`,
    must: '≤ 128 MiB above that of the small one',
    found: `${number(growth)} MiB more`,
    met: growth <= 128,
  });
  return table(['MiB', 'resources', 'seconds', 'resources a second', 'highest memory, MiB'], rows);
}

export const importing: BenchQuestion = { title: 'Importing NDJSON', ask };
