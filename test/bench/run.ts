import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { appRoot } from '../../server/db/appRoot.ts';
import buildWhatIsMissing from '../support/built.ts';
import type { Bench, BenchQuestion, Target } from './bench.ts';
import { ceiling } from './ceiling.ts';
import { chart } from './chart.ts';
import { coldOpen } from './coldOpen.ts';
import { durability } from './durability.ts';
import { fanOut } from './fanOut.ts';
import { importing } from './import.ts';
import { manyDocuments } from './manyDocuments.ts';
import { measureDisk } from './measure/disk.ts';
import { number, table } from './measure/markdown.ts';
import { wakeUpUs } from './measure/process.ts';
import { patients } from './patients.ts';
import { recordSearch } from './recordSearch.ts';
import { slowReader } from './slowReader.ts';
import { terminology } from './terminology.ts';
import { typing } from './typing.ts';

const questions: Record<string, BenchQuestion> = {
  a: fanOut,
  b: manyDocuments,
  c: ceiling,
  d: coldOpen,
  e: durability,
  f: slowReader,
  import: importing,
  patients,
  search: recordSearch,
  chart,
  terminology,
  typing,
};

const help = `Usage: npm run bench -- [--only a,b] [--quick] [--repetitions n]

${Object.entries(questions)
  .map(([key, { title }]) => `  ${key}  ${title}`)
  .join('\n')}

Measures Cochart's built server beside hocuspocus with its SQLite extension, @y/websocket-server and a bare relay, in
turns, and prints Markdown. Trust the ratios: each is taken within one repetition. Needs Linux (/proc).`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    repetitions: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function run(): Promise<number> {
  if (values.help) {
    console.log(help);
    return 0;
  }
  const wanted = values.only?.split(',') ?? Object.keys(questions);
  const unknown = wanted.find((key) => !Object.hasOwn(questions, key));
  if (unknown !== undefined) {
    console.error(`There is no question ${unknown}.\n\n${help}`);
    return 1;
  }
  buildWhatIsMissing();

  const problems: string[] = [];
  const targets: Target[] = [];
  const repetitions = Number(values.repetitions ?? (values.quick ? 1 : 3));
  console.log(`# Cochart beside its peers\n\n${await conditions(repetitions)}`);
  for (const key of wanted) {
    const { title, ask } = questions[key]!;
    const remarks: string[] = [];
    const bench: Bench = {
      quick: values.quick,
      repetitions,
      say: (text) => console.error(`${key}: ${text}`),
      problem: (text) => problems.push(`${key}: ${text}`),
      remark: (text) => remarks.push(text),
      target: (target) => targets.push(target),
    };
    const startedAt = performance.now();
    const answer = await ask(bench);
    console.log(`\n## ${key}. ${title}\n\n${answer}`);
    for (const remark of new Set(remarks)) console.log(`\n- ${remark}`);
    bench.say(`took ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  if (targets.length > 0) console.log(`\n## Targets\n\n${targetTable(targets)}`);
  console.log(`\n## Whether this can be trusted\n\n${verdict(problems)}`);
  return problems.length === 0 ? 0 : 1;
}

async function conditions(repetitions: number): Promise<string> {
  const disk = await measureDisk();
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
  return [
    `Node ${process.versions.node}, ${cpus().length} cores, load before the start ${load}, loopback;`,
    `medians of ${repetitions} repetitions in turns, with the lowest and the highest.`,
    'Cochart checks sessions, gates, hashes and logs with synchronous=FULL; the peers check nobody.',
    `A durable write of one page takes this disk ${number(disk.p50)} ms (p99 ${number(disk.p99)}), to wake up for nothing`,
    `${number(await wakeUpUs())} µs of processor time.`,
    `Peers: ${versions()}; the SQLite extension runs on libsql, which has better-sqlite3's interface.`,
  ].join(' ');
}

function versions(): string {
  const { devDependencies } = JSON.parse(readFileSync(join(appRoot(), 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  return ['@hocuspocus/server', '@hocuspocus/extension-sqlite', '@y/websocket-server']
    .map((name) => `${name} ${devDependencies[name]}`)
    .join(', ');
}

const targetTable = (targets: readonly Target[]): string =>
  table(
    ['measure', 'must', 'found', ''],
    targets.map(({ measure, must, found, met }) => [measure, must, found, met ? 'met' : '**missed**']),
  );

const verdict = (problems: readonly string[]): string =>
  problems.length === 0
    ? 'Every edit arrived everywhere, and the load generator had time to spare.'
    : problems.map((problem) => `- ${problem}`).join('\n');

process.exitCode = await run();
