import { Random } from '../support/random.ts';
import { madePatients, storePatients, type MadePatient } from '../support/manyPatients.ts';
import { seedPeople, siteA } from '../support/people.ts';
import { testDatabase } from '../support/database.ts';
import { searchPatients } from '../../server/patients/search.ts';
import { pageSize } from '../../server/http/paging.ts';
import { formatDate } from '../../shared/units/dates.ts';
import type { Bench, BenchQuestion } from './bench.ts';
import { number, table } from './measure/markdown.ts';
import { quantile } from './measure/statistics.ts';

type Ask = (patient: MadePatient, random: Random) => string;

const familyOf = ({ family }: MadePatient): string => family.split('-')[0]!;
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');

function exchanged(word: string, random: Random): string {
  const letters = [...word];
  if (letters.length < 3) return word;
  const at = random.below(letters.length - 1);
  [letters[at], letters[at + 1]] = [letters[at + 1]!, letters[at]!];
  return letters.join('');
}

/** How people look somebody up. Of each kind it is counted how often the one who was meant is on the first page. */
const kinds: Record<string, Ask> = {
  'two letters': ({ family }) => family.slice(0, 2),
  'beginning of a family name': (patient) => familyOf(patient).slice(0, 4),
  'whole name': ({ family, given }) => `${family}, ${given}`,
  'given name first, no accents': ({ family, given }) => plain(`${given.split(' ')[0]} ${family}`),
  'beginnings, in any order': ({ family, given }) => `${given.slice(0, 3)} ${family.slice(0, 4)}`,
  'two letters exchanged': (patient, random) =>
    `${exchanged(familyOf(patient), random)} ${patient.given.split(' ')[0]}`,
  born: ({ birthDate }) => formatDate(birthDate, 'UTC'),
  'born, with a name': (patient) => `${patient.birthDate} ${familyOf(patient).slice(0, 3)}`,
  MRN: ({ mrn }) => mrn,
  'beginning of an MRN': ({ mrn }) => mrn.slice(0, 6),
  nobody: (_patient, random) => `qx${random.below(1_000_000)}`,
};

async function ask(bench: Bench): Promise<string> {
  const count = bench.quick ? 2_000 : 100_000;
  const each = bench.quick ? 20 : 200;
  const database = await testDatabase();
  try {
    await seedPeople(database);
    const made = madePatients(count);
    bench.say(`storing ${count} patients`);
    const storedAt = performance.now();
    await storePatients(database, siteA, made);
    bench.remark(`Storing them took ${number((performance.now() - storedAt) / 1000)} s.`);
    const random = new Random(7);
    const rows: string[][] = [];
    const all: number[] = [];
    for (const [kind, words] of Object.entries(kinds)) {
      const taken: number[] = [];
      let met = 0;
      for (let index = 0; index < each; index++) {
        const wanted = random.pick(made);
        const typed = words(wanted, random);
        const startedAt = performance.now();
        const found = await searchPatients(database.reader, siteA, typed, { offset: 0, limit: pageSize });
        taken.push(performance.now() - startedAt);
        if (found.items.some(({ id }) => id === wanted.id)) met++;
      }
      all.push(...taken);
      rows.push([
        kind,
        ...[0.5, 0.95, 0.99].map((q) => number(quantile(taken, q))),
        `${Math.round((100 * met) / each)} %`,
      ]);
      bench.target({
        measure: `patient search, ${kind}, among ${count.toLocaleString('en-US')}`,
        must: 'p95 < 100 ms',
        found: `${number(quantile(taken, 0.95))} ms`,
        met: quantile(taken, 0.95) < 100,
      });
    }
    rows.push(['all', ...[0.5, 0.95, 0.99].map((q) => number(quantile(all, q))), '']);
    return table(['typed', 'p50 ms', 'p95 ms', 'p99 ms', 'meant one on the first page'], rows);
  } finally {
    await database.close();
  }
}

export const patients: BenchQuestion = { title: 'Finding a patient among 100,000', ask };
