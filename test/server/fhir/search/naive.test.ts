import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nobody } from '../../../../server/audit/trail.ts';
import { readBundle } from '../../../../server/fhir/bundle.ts';
import { importBundle } from '../../../../server/fhir/importBundle.ts';
import { codeSetsFor } from '../../../../server/fhir/search/codeSets.ts';
import { find } from '../../../../server/fhir/search/find.ts';
import { parseSearch } from '../../../../server/fhir/search/request.ts';
import { recordAct } from '../../../../server/records/act.ts';
import { isCurrentVersion } from '../../../../server/records/recordStore.ts';
import { resources, resourceVersions } from '../../../../server/records/tables.ts';
import type { Release, ReleaseEntry } from '../../../../server/terminology/release.ts';
import { loadRelease } from '../../../../server/terminology/load.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { people, seedPeople, siteA } from '../../../support/people.ts';
import { Random } from '../../../support/random.ts';
import { sampleData } from '../../../support/samples.ts';
import { forSeeds } from '../../../support/seeds.ts';
import { generatedRecord } from './generated.ts';
import {
  answers,
  definitionOf,
  parents,
  placesInHierarchies,
  valueSets,
  valuesOf,
  type NaiveResource,
} from './naive.ts';

let db: TestDatabase;
let record: NaiveResource[];
beforeAll(async () => {
  db = await testDatabase();
  await seedPeople(db);
  const recording = { siteId: siteA, source: siteA, recordedBy: people.admin.id, at: db.now() };
  const stored = await recordAct(db, recording, generatedRecord(new Random(7)), { audit: () => [] });
  expect(stored.ok).toBe(true);
  const folder = sampleData === null ? null : join(sampleData, 'fhir/synthea');
  for (const file of folder === null ? [] : readdirSync(folder).sort().slice(0, 6)) {
    const bundle = readBundle(readFileSync(join(folder!, file), 'utf8'));
    if (bundle.ok) await importBundle(db, bundle.value, { siteId: siteA, source: siteA, actor: nobody });
  }
  for (const release of releases())
    await loadRelease(db, release, { source: 'test', digest: release.head.url, actor: nobody });
  const rows = await db.reader
    .select({ json: resourceVersions.json })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion);
  record = rows.map(({ json }) => JSON.parse(json) as NaiveResource);
}, 60_000);
afterAll(() => db.close());

/** What `naive.ts` says in functions, as releases. */
function releases(): Release[] {
  const system = 'http://example.org/codes';
  const release = (kind: Release['head']['kind'], url: string, entries: ReleaseEntry[]): Release => ({
    head: {
      kind,
      url,
      version: null,
      title: url,
      category: null,
      format: 'test',
      notice: null,
      incomplete: null,
    },
    entries,
  });
  const concepts = Object.entries(parents).flatMap(([code, above]): ReleaseEntry[] => [
    { concept: { code, display: code } },
    ...above.map((to) => ({ relation: { from: code, relation: 'parent', to } })),
  ]);
  const [two, allButOne] = Object.keys(valueSets);
  return [
    release('system', system, concepts),
    release('value-set', two!, [
      { member: { excluded: false, system: 'http://loinc.org', code: '2823-3' } },
      { member: { excluded: false, system, code: 'abc' } },
    ]),
    release('value-set', allButOne!, [
      { member: { excluded: false, system } },
      { member: { excluded: true, system, code: '718-7' } },
    ]),
  ];
}

/** Parameters whose codes name their systems. */
const coded = new Set([
  'code',
  'category',
  'value-concept',
  'combo-code',
  'component-code',
  'clinical-status',
  'class',
  'type',
]);

const asked: Record<string, string[]> = {
  Patient: [
    'name',
    'family',
    'given',
    'gender',
    'birthdate',
    'address',
    'address-city',
    'phone',
    'telecom',
    'identifier',
    'deceased',
  ],
  Observation: [
    'code',
    'category',
    'status',
    'subject',
    'patient',
    'date',
    'value-quantity',
    'value-concept',
    'value-string',
    'combo-code',
    'component-code',
    'component-value-quantity',
    'combo-value-quantity',
    'encounter',
  ],
  Condition: ['code', 'clinical-status', 'patient', 'onset-date', 'recorded-date', 'encounter'],
  Encounter: ['class', 'status', 'date', 'type', 'patient', 'service-provider'],
};

/** A value like one on record: as it stands, shortened, in other letters, or beside it. */
function valueLike(random: Random, type: string, code: string): string {
  const of = record.filter(({ resourceType }) => resourceType === type);
  const some = Array.from({ length: 20 }, () => valuesOf(random.pick(of), code)).find(
    (values) => values.length > 0,
  );
  const value: unknown = some ? random.pick(some).value : 'nothing';
  const { type: kind } = definitionOf(type, code);
  return makers[kind]!(random, value);
}

const makers: Record<string, (random: Random, value: unknown) => string> = {
  token: (random, value) => {
    const { coding = [value] } = (value ?? {}) as { coding?: unknown[] };
    const one = random.pick(coding.length > 0 ? coding : [value]);
    if (one === null || typeof one !== 'object') return String(one);
    const { system = '', code, value: written } = one as Record<string, string>;
    const said = code ?? written ?? 'nothing';
    const cased = random.chance(0.3) ? said.toUpperCase() : said;
    return random.pick(
      [cased, `${system}|${cased}`, `${system}|`, `|${cased}`].filter((each) => each !== '|'),
    );
  },
  string: (random, value) => {
    const parts = typeof value === 'string' ? [value] : Object.values((value ?? {}) as object).flat();
    const text = String(random.pick(parts.length > 0 ? parts : ['x'])).replace(/[,|$\\]/g, '');
    const cut = text.slice(0, random.between(1, text.length + 1));
    return random.pick([text, cut, cut.toUpperCase(), cut.normalize('NFD').replace(/\p{M}/gu, '')]);
  },
  date: (random, value) => {
    const { start = '2024', end = start } = (value ?? {}) as { start?: string; end?: string };
    const text = typeof value === 'string' ? value : random.pick([start, end]);
    const whole = random.pick([
      text,
      text.slice(0, 4),
      text.length >= 7 ? text.slice(0, 7) : text,
      text.slice(0, 10),
    ]);
    const prefix = random.pick(['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb']);
    return `${prefix}${whole}`;
  },
  quantity: (random, value) => {
    const { value: amount = 1, system = '', code = '', unit = '' } = (value ?? {}) as Record<string, string>;
    const number = Number(amount).toFixed(random.below(3));
    const prefix = random.pick(['', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb']);
    const units = [
      '',
      ...(code === '' ? [] : [`|${system}|${code}`, `||${code}`]),
      ...(unit === '' ? [] : [`||${unit}`]),
    ];
    return `${prefix}${number}${random.pick(units)}`;
  },
  reference: (random, value) => {
    const { reference = 'Patient/none' } = (value ?? {}) as { reference?: string };
    return random.pick([reference, reference.split('/')[1] ?? 'none']);
  },
};

function queryOne(random: Random, type: string): [string, string] {
  const code = random.pick(asked[type]!);
  if (random.chance(0.06)) return [`${code}:missing`, random.pick(['true', 'false'])];
  if (coded.has(code) && random.chance(0.25)) {
    const modifier = random.pick(['in', 'not-in', 'below', 'above']);
    const values = modifier.endsWith('in') ? Object.keys(valueSets) : placesInHierarchies;
    const one = random.pick(values);
    return [`${code}:${modifier}`, random.chance(0.2) ? `${one},${random.pick(values)}` : one];
  }
  const { type: kind } = definitionOf(type, code);
  const value = random.chance(0.15)
    ? `${valueLike(random, type, code)},${valueLike(random, type, code)}`
    : valueLike(random, type, code);
  if (value.startsWith(',') || value.endsWith(',') || value === '') return queryOne(random, type);
  if (kind === 'token' && random.chance(0.15)) return [`${code}:not`, value];
  if (kind === 'string' && random.chance(0.4))
    return [`${code}:${random.pick(['exact', 'contains'])}`, value];
  return [code, value];
}

function queryAny(random: Random, type: string): [string, string] {
  if (type === 'Patient' && random.chance(0.15)) {
    const [name, value] = queryOne(random, 'Observation');
    return [`_has:Observation:${random.pick(['subject', 'patient'])}:${name}`, value];
  }
  if (type !== 'Patient' && random.chance(0.15)) {
    const [name, value] = queryOne(random, 'Patient');
    return [`${random.pick(['patient', 'subject:Patient'])}.${name}`, value];
  }
  return queryOne(random, type);
}

test('a search finds what R4 says it finds, and nothing else', { timeout: 120_000 }, async () => {
  const scope = { siteId: siteA, now: db.now(), baseUrl: 'http://127.0.0.1/fhir/R4' };
  let withMatches = 0;
  const tried = await forSeeds({ count: 400 }, async (random) => {
    const types = Object.keys(asked).filter((type) => record.some((each) => each.resourceType === type));
    const type = random.pick(types);
    const query = Array.from({ length: random.between(1, 3) }, () => queryAny(random, type));
    const codeSets = await codeSetsFor(db.reader, query);
    const request = parseSearch({ ...scope, codeSets }, type, query);
    if (!request.ok) throw new Error(`${JSON.stringify(query)}: ${request.error.message}`);
    const found = await find(db.reader, siteA, { ...request.value, count: 100_000 });
    const expected = record
      .filter((each) => each.resourceType === type)
      .filter((each) => query.every(([name, value]) => answers(record, each, name, value)))
      .map(({ id }) => id);
    if (expected.length > 0) withMatches++;
    const ids = new Set(found.ok ? found.value.ids : []);
    const wrong = {
      missing: expected.filter((id) => !ids.has(id)).slice(0, 3),
      extra: [...ids].filter((id) => !expected.includes(id)).slice(0, 3),
    };
    expect(wrong, `${type}?${JSON.stringify(query)}`).toEqual({ missing: [], extra: [] });
  });
  // Searches that find nothing prove little.
  expect(withMatches).toBeGreaterThan(tried / 4);
});
