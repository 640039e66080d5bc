import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nobody } from '../../server/audit/trail.ts';
import { checkBundle } from '../../server/fhir/bundle.ts';
import { importBundle } from '../../server/fhir/importBundle.ts';
import { ChartLines } from '../../server/patients/chartLines.ts';
import { readChart } from '../../server/patients/chart.ts';
import { searchChart } from '../../server/patients/chartSearch.ts';
import { listDocuments } from '../../server/patients/documents.ts';
import { findPatient } from '../../server/patients/queries.ts';
import { readResults } from '../../server/patients/results.ts';
import { searchPatients } from '../../server/patients/search.ts';
import { readTimeline } from '../../server/patients/timeline.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { seedPeople, siteA } from '../support/people.ts';
import { sampleData } from '../support/samples.ts';
import type { Bench, BenchQuestion } from './bench.ts';
import { number, table } from './measure/markdown.ts';
import { quantile } from './measure/statistics.ts';

/** The longest record of the samples: 253 observations, 86 notes, 101 reports. */
const heaviest = 'fhir/synthea/uscore_Feeney44_9aaf0e69.json';

async function stored(database: TestDatabase, file: string) {
  await seedPeople(database);
  const bundle = checkBundle(JSON.parse(readFileSync(file, 'utf8')) as unknown);
  if (!bundle.ok) throw new Error('The sample is no bundle.');
  const how = { siteId: siteA, source: siteA, actor: nobody };
  const imported = await importBundle(database, bundle.value, how);
  if (!imported.ok) throw new Error('The sample could not be stored.');
  const found = await searchPatients(database.reader, siteA, 'feeney', { offset: 0, limit: 1 });
  const patient = await findPatient(database.reader, found.items[0]!.id, siteA);
  if (!patient) throw new Error('The sample’s patient is not there.');
  return patient;
}

async function ask(bench: Bench): Promise<string> {
  const file = join(sampleData ?? '', heaviest);
  if (sampleData === null || !existsSync(file)) {
    bench.remark('COCHART_SAMPLE_DATA is unset: nothing was measured.');
    return '';
  }
  const database = await testDatabase();
  try {
    const patient = await stored(database, file);
    const { reader } = database;
    const lines = new ChartLines(reader);
    // A search is typed into a chart that is open, whose timeline has read it: the first is as an opening.
    const parts: [name: string, mustMs: number, read: () => Promise<unknown>][] = [
      ['summary', 200, () => readChart(reader, patient)],
      ['timeline, first', 200, () => readTimeline(new ChartLines(reader), patient.id)],
      ['timeline, again', 200, () => readTimeline(lines, patient.id)],
      ['laboratory results', 200, () => readResults(reader, patient.id, 'laboratory')],
      [
        'documents, a page',
        200,
        () => listDocuments(reader, patient.id, { q: '' }, { offset: 0, limit: 50 }),
      ],
      [
        'search, of a chart that nobody has opened',
        200,
        () => searchChart(new ChartLines(reader), patient.id, 'potassium'),
      ],
      ['search, a name', 50, () => searchChart(lines, patient.id, 'potassium')],
      ['search, words of notes', 50, () => searchChart(lines, patient.id, 'careplan medicaid')],
      ['search, nothing', 50, () => searchChart(lines, patient.id, 'xyzzy')],
    ];
    const rows: string[][] = [];
    for (const [name, mustMs, read] of parts) {
      bench.say(name);
      const taken: number[] = [];
      let bytes = 0;
      for (let round = 0; round < (bench.quick ? 10 : 100); round++) {
        const startedAt = performance.now();
        const answer = await read();
        taken.push(performance.now() - startedAt);
        bytes = JSON.stringify(answer).length;
      }
      const p95 = quantile(taken, 0.95);
      rows.push([name, ...[0.5, 0.95, 0.99].map((q) => number(quantile(taken, q))), number(bytes / 1024)]);
      bench.target({
        measure: `the heaviest chart, ${name}`,
        must: `p95 < ${mustMs} ms`,
        found: `${number(p95)} ms`,
        met: p95 < mustMs,
      });
    }
    return table(['part', 'p50 ms', 'p95 ms', 'p99 ms', 'KiB'], rows);
  } finally {
    await database.close();
  }
}

export const chart: BenchQuestion = { title: 'Opening and searching the heaviest chart', ask };
