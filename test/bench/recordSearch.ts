import { codeSetsFor } from '../../server/fhir/search/codeSets.ts';
import { find } from '../../server/fhir/search/find.ts';
import { parseSearch } from '../../server/fhir/search/request.ts';
import { recordAct } from '../../server/records/act.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { testDatabase, type TestDatabase } from '../support/database.ts';
import { madePatients, type MadePatient } from '../support/manyPatients.ts';
import { people, seedPeople, siteA } from '../support/people.ts';
import { Random } from '../support/random.ts';
import type { Bench, BenchQuestion } from './bench.ts';
import { number, table } from './measure/markdown.ts';
import { quantile } from './measure/statistics.ts';

const codes = ['8480-6', '2823-3', '718-7', '8867-4', '2951-2', '2345-7', '8310-5', '9279-1'];

/** A patient and two measurements of theirs. */
function resourcesOf({ id, family, given, birthDate, mrn }: MadePatient, random: Random): Resource[] {
  const measured = (index: number): Resource => ({
    resourceType: 'Observation',
    id: `${id}-${index}`,
    status: 'final',
    category: [{ coding: [{ system: 'urn:category', code: index === 0 ? 'laboratory' : 'vital-signs' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: random.pick(codes) }] },
    subject: { reference: `Patient/${id}` },
    effectiveDateTime: `20${10 + random.below(15)}-0${1 + random.below(9)}-11T08:00:00Z`,
    valueQuantity: { value: random.between(40, 200), unit: 'mg/dL', code: 'mg/dL' },
  });
  return [
    {
      resourceType: 'Patient',
      id,
      name: [{ family, given: given.split(' ') }],
      gender: random.pick(['female', 'male']),
      birthDate,
      identifier: [{ system: 'urn:mrn', value: mrn }],
    },
    measured(0),
    measured(1),
  ];
}

type Ask = (patient: MadePatient) => [type: string, query: string];

const kinds: Record<string, Ask> = {
  'family name and given name': ({ family, given }) => [
    'Patient',
    `family=${family}&given=${given.slice(0, 3)}`,
  ],
  'beginning of a name': ({ family }) => ['Patient', `name=${family.slice(0, 4)}`],
  'name and birth date': ({ family, birthDate }) => ['Patient', `name=${family}&birthdate=${birthDate}`],
  born: ({ birthDate }) => ['Patient', `birthdate=${birthDate}`],
  identifier: ({ mrn }) => ['Patient', `identifier=urn:mrn|${mrn}`],
  'half of all, first page': () => ['Patient', 'gender=female'],
  'what a patient has, by code, newest first': ({ id }) => [
    'Observation',
    `patient=${id}&code=8480-6,2823-3&_sort=-date`,
  ],
  'what a patient has, by category and date': ({ id }) => [
    'Observation',
    `patient=${id}&category=laboratory&date=ge2015`,
  ],
  'a code and a value of everybody': () => ['Observation', 'code-value-quantity=8480-6$gt199'],
  'chained by a name': ({ family }) => ['Observation', `subject:Patient.family=${family}&code=718-7`],
  'reverse-chained': ({ family }) => ['Patient', `family=${family}&_has:Observation:patient:code=718-7`],
};

async function ask(bench: Bench): Promise<string> {
  const count = bench.quick ? 2_000 : 100_000;
  const each = bench.quick ? 20 : 100;
  const database = await testDatabase();
  try {
    await seedPeople(database);
    const random = new Random(3);
    const made = madePatients(count);
    bench.say(`storing ${count} patients with two observations each`);
    const startedAt = performance.now();
    await store(database, made, random);
    const seconds = (performance.now() - startedAt) / 1000;
    bench.remark(`Storing ${3 * count} resources with their indexes took ${number(seconds)} s.`);
    const rows: string[][] = [];
    for (const [kind, query] of Object.entries(kinds)) {
      const taken: number[] = [];
      for (let index = 0; index < each; index++) {
        const [type, words] = query(random.pick(made));
        const asked = [...new URLSearchParams(words)];
        const beganAt = performance.now();
        const codeSets = await codeSetsFor(database.reader, asked);
        const scope = { siteId: siteA, now: database.now(), baseUrl: '', codeSets };
        const request = parseSearch(scope, type, asked);
        if (!request.ok) throw new Error(request.error.message);
        await find(database.reader, siteA, request.value);
        taken.push(performance.now() - beganAt);
      }
      rows.push([kind, ...[0.5, 0.95, 0.99].map((q) => number(quantile(taken, q)))]);
      bench.target({
        measure: `FHIR search, ${kind}, among ${count.toLocaleString('en-US')} patients`,
        must: 'p95 < 100 ms',
        found: `${number(quantile(taken, 0.95))} ms`,
        met: quantile(taken, 0.95) < 100,
      });
    }
    return table(['search', 'p50 ms', 'p95 ms', 'p99 ms'], rows);
  } finally {
    await database.close();
  }
}

/** Patients of one transaction. */
const atOnce = 1_000;

async function store(database: TestDatabase, made: MadePatient[], random: Random): Promise<void> {
  for (let from = 0; from < made.length; from += atOnce) {
    const part = made.slice(from, from + atOnce).flatMap((patient) => resourcesOf(patient, random));
    const recording = { siteId: siteA, source: siteA, recordedBy: people.admin.id, at: database.now() };
    const stored = await recordAct(database, recording, part, { audit: () => [] });
    if (!stored.ok) throw new Error('These could not be stored.');
  }
}

export const recordSearch: BenchQuestion = { title: 'FHIR searches among 100,000 patients', ask };
