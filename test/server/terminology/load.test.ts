import { readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nobody } from '../../../server/audit/trail.ts';
import { detect } from '../../../server/terminology/formats/detect.ts';
import { loadRelease, removeRelease, type Loaded } from '../../../server/terminology/load.ts';
import type { ReadOptions } from '../../../server/terminology/release.ts';
import { codeSystems } from '../../../server/terminology/starter.ts';
import { terminologyReleases } from '../../../server/terminology/tables.ts';
import { openTerminology, type Terminology } from '../../../server/terminology/terminology.ts';
import { sql } from 'drizzle-orm';
import { temporaryFolder, testDatabase, type TestDatabase } from '../../support/database.ts';
import { sampleData } from '../../support/samples.ts';
import { smallRxnorm, writeIcd10, writeRxnorm } from '../../support/terminologyFiles.ts';

let deps: TestDatabase;
let folder: string;
let terminology: Terminology;

beforeAll(async () => {
  deps = await testDatabase();
  terminology = openTerminology(deps.reader);
}, 30_000);
afterAll(() => deps.close());
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  const urls = await deps.reader.select({ url: terminologyReleases.url }).from(terminologyReleases);
  for (const { url } of urls) await removeRelease(deps, url, nobody);
  await rm(folder, { recursive: true, force: true });
});

async function load(path: string, options: ReadOptions = {}, digest = path): Promise<Loaded[]> {
  const done: Loaded[] = [];
  for (const release of await (await detect(path)).read(options)) {
    done.push(await loadRelease(deps, release, { source: 'test', digest, actor: nobody }));
  }
  return done;
}

const write = (name: string, text: string | object): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  return path;
};

const found = async (
  q: string,
  category?: 'medication' | 'problem' | 'allergen' | 'vaccine' | 'laboratory',
) => (await terminology.search({ q, category })).map(({ display }) => display);

const rows = async (table: string): Promise<number> =>
  (await deps.reader.all<{ n: number }>(sql.raw(`SELECT count(*) AS n FROM ${table}`)))[0]!.n;

describe('RxNorm', () => {
  test('is found by name, brand, synonym and accent, and what is suppressed or of others is not', async () => {
    expect(await load(writeRxnorm(folder))).toMatchObject([
      { url: codeSystems.rxnorm, version: '01022024', entries: 11, outcome: 'loaded' },
    ]);
    expect((await found('augmentin', 'medication'))[0]).toBe('Augmentin');
    expect(await found('tablet clav', 'medication')).toHaveLength(3);
    expect((await found('augmented pen', 'medication'))[0]).toContain('clavulanate 125 MG Oral Tablet');
    expect(await found('naivam', 'medication')).toEqual(['naïvamycin']);
    expect(await found('obsolete', 'medication')).toEqual([]);
    expect(await found('another source', 'medication')).toEqual([]);
  });

  test('what the starter set knows of a code comes with it, once and first', async () => {
    await load(writeRxnorm(folder));
    const items = await terminology.search({ q: 'amoxicillin', category: 'medication' });
    expect(items.filter(({ code }) => code === '723')).toHaveLength(1);
    expect(items[0]).toMatchObject({ code: '723', hints: { doseUnit: expect.any(String) } });
  });

  test('an allergy is to a substance or brand, not to a tablet of a strength', async () => {
    await load(writeRxnorm(folder));
    expect(await found('clavulan', 'allergen')).toEqual(['clavulanate']);
  });

  test.each([
    ['a drug of two', '4', ['48203', '723']],
    ['its brand', '6', ['48203', '723']],
    ['a pack of it', '7', ['48203', '723']],
    ['a precise ingredient', '1', ['723']],
    ['an ingredient', '723', ['723']],
  ])('the ingredients of %s are known', async (_name, code, expected) => {
    await load(writeRxnorm(folder));
    const ingredients = await terminology.ingredientsOf(codeSystems.rxnorm, code);
    expect(ingredients?.map((each) => each.code).sort()).toEqual(expected);
  });

  test('what is in something unknown is unknown, not nothing', async () => {
    expect(await terminology.ingredientsOf(codeSystems.rxnorm, '999999')).toBeNull();
    expect(await terminology.ingredientsOf(codeSystems.rxnorm, '11289')).toMatchObject([
      { display: 'warfarin' },
    ]);
    await load(writeRxnorm(folder));
    expect(await terminology.ingredientsOf(codeSystems.rxnorm, '8')).toBeNull();
  });
});

describe('ICD-10-CM', () => {
  test('what can be billed stands before its header, the code before all, and accents do not matter', async () => {
    await load(writeIcd10(folder));
    expect(await found('diabetes mell', 'problem')).toEqual([
      // Under the starter set's own names, because everybody uses these two.
      'Type 2 diabetes with high glucose',
      'Type 2 diabetes',
      'Type 2 diabetes mellitus',
      'Type 2 diabetes mellitus with other specified complications',
    ]);
    expect((await terminology.search({ q: 'e11', category: 'problem' }))[0]).toMatchObject({ code: 'E11' });
    expect((await terminology.search({ q: 'E1165', category: 'problem' }))[0]).toMatchObject({
      code: 'E11.65',
    });
    expect(await found('guillain barre', 'problem')).toEqual(['Guillain-Barré syndrome']);
  });

  test('a code keeps its header', async () => {
    await load(writeIcd10(folder));
    const relations = await deps.reader.all(
      sql`SELECT from_code AS code, to_code AS above FROM concept_relations ORDER BY 1`,
    );
    expect(relations).toEqual([
      { code: 'E11.6', above: 'E11' },
      { code: 'E11.65', above: 'E11.6' },
      { code: 'E11.9', above: 'E11' },
    ]);
  });
});

describe('the other forms', () => {
  test('LOINC by its columns, with its notice, common tests first', async () => {
    const [loaded] = await load(
      write(
        'Loinc.csv',
        '"LOINC_NUM","COMPONENT","LONG_COMMON_NAME","SHORTNAME","STATUS","CLASS","RELATEDNAMES2","COMMON_TEST_RANK"\n' +
          '"1234-4","Zyxase","Zyxase [Mass/volume] in ""Body"" fluid","Zyx Fld","ACTIVE","CHEM","zyx; zz","0"\n' +
          '"1235-1","Zyxase","Zyxase [Enzymatic activity/volume] in Serum or Plasma","Zyx SerPl","ACTIVE","CHEM","","17"\n' +
          '"1236-9","Zyxase","Zyxase old","Zyx old","DEPRECATED","CHEM","","0"\n',
      ),
    );
    expect(loaded).toMatchObject({ entries: 3, notice: expect.stringContaining('Regenstrief') as string });
    expect(await found('zyxase', 'laboratory')).toEqual([
      'Zyxase [Enzymatic activity/volume] in Serum or Plasma',
      'Zyxase [Mass/volume] in "Body" fluid',
    ]);
    expect(await terminology.lookup(codeSystems.loinc, '1236-9')).toMatchObject({ active: false });
  });

  test('the CDC’s list of vaccines', async () => {
    await load(
      write(
        'cvx.txt',
        '300  |Zikavax|Zika virus vaccine, live|note|Active|False|2024/01/02\n301|Oldvax|Old vaccine||Inactive|False|2010/09/30\n',
      ),
    );
    expect(await found('zika', 'vaccine')).toEqual(['Zikavax']);
    expect(await found('oldvax', 'vaccine')).toEqual([]);
  });

  test('a site’s own list, under a category of its choice', async () => {
    const path = write('formulary.csv', 'code,display,also\nX1,"Mixture, house",tonic;elixir\n');
    await load(path, { system: 'https://example.org/formulary', category: 'medication' });
    expect(await found('elixir', 'medication')).toEqual(['Mixture, house']);
    expect(await terminology.search({ q: 'mixture', system: 'https://example.org/formulary' })).toHaveLength(
      1,
    );
  });

  test('a CodeSystem with its hierarchy, a ValueSet over it, and what is left out of it', async () => {
    const url = 'https://example.org/cs';
    await load(
      write('bundle.json', {
        resourceType: 'Bundle',
        entry: [
          {
            resource: {
              resourceType: 'CodeSystem',
              url,
              concept: [
                { code: 'A', display: 'Alpha', concept: [{ code: 'B', display: 'Beta' }] },
                { code: 'C', display: 'Gamma' },
              ],
            },
          },
          {
            resource: {
              resourceType: 'ValueSet',
              url: 'https://example.org/vs',
              compose: { include: [{ system: url }], exclude: [{ system: url, concept: [{ code: 'C' }] }] },
            },
          },
          {
            resource: {
              resourceType: 'ConceptMap',
              url: 'https://example.org/cm',
              group: [
                {
                  source: url,
                  target: codeSystems.icd10,
                  element: [{ code: 'B', target: [{ code: 'I10' }] }],
                },
              ],
            },
          },
        ],
      }),
    );
    expect(await terminology.lookup(url, 'B')).toMatchObject({ display: 'Beta' });
    const expanded = await terminology.expand('https://example.org/vs');
    expect(expanded.ok && expanded.value.contains.map(({ code }) => code)).toEqual(['A', 'B']);
    expect(await terminology.translate({ system: url, code: 'B' })).toMatchObject([{ code: 'I10' }]);
    const judged = await terminology.validateCode({
      valueSet: 'https://example.org/vs',
      system: url,
      code: 'C',
    });
    expect(judged).toMatchObject({ value: { valid: false } });
  });
});

describe('loading is all or nothing', () => {
  test('a bad line is named, nothing of the file stays, and the release before it goes on', async () => {
    await load(writeRxnorm(folder));
    const before = [await rows('concepts'), await rows('concept_words')];
    const bad = writeRxnorm(folder, { ...smallRxnorm, rel: [...smallRxnorm.rel, 'half|a|line'] });
    await expect(load(bad, {}, 'other')).rejects.toThrow(/RXNREL\.RRF:13: there are 3 columns where 16/);
    expect([await rows('concepts'), await rows('concept_words')]).toEqual(before);
    expect(await rows('terminology_releases')).toBe(1);
    expect((await found('augmentin', 'medication'))[0]).toBe('Augmentin');
  });

  test('the same twice is nothing new; another takes the place of the one before, whole', async () => {
    await load(writeIcd10(folder));
    expect(await load(writeIcd10(folder))).toMatchObject([{ outcome: 'unchanged', entries: 6 }]);
    expect(await load(writeIcd10(folder, [['Z999', true, 'Brand-new finding']]), {}, 'next')).toMatchObject([
      { outcome: 'replaced', entries: 1 },
    ]);
    expect(await found('guillain', 'problem')).toEqual([]);
    expect(await found('brand new', 'problem')).toEqual(['Brand-new finding']);
    expect(await rows('concepts')).toBe(1);
    expect(await rows('concept_relations')).toBe(0);
  });

  test('what is removed is found no more, and who did it is in the audit trail', async () => {
    await load(writeIcd10(folder));
    expect(await removeRelease(deps, codeSystems.icd10, nobody)).toBe(true);
    expect(await removeRelease(deps, codeSystems.icd10, nobody)).toBe(false);
    expect(await found('guillain', 'problem')).toEqual([]);
    expect([await rows('concepts'), await rows('concept_words'), await rows('terminology_releases')]).toEqual(
      [0, 0, 0],
    );
    const actions = await deps.reader.all<{ action: string }>(
      sql`SELECT action FROM audit ORDER BY seq DESC LIMIT 2`,
    );
    expect(actions.map(({ action }) => action)).toEqual(['terminology:removed', 'terminology:loaded']);
  });

  test('two commands that load one system at once leave one release', async () => {
    const path = writeIcd10(folder);
    const both = await Promise.allSettled([load(path, {}, 'one'), load(path, {}, 'two')]);
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await rows('terminology_releases')).toBe(1);
    expect(await rows('concepts')).toBe(6);
  });

  test.each([
    ['no format of ours', 'notes.txt', 'hello\n', /is in no format/],
    ['nothing', 'empty.csv', '', /empty/],
    [
      'broken JSON, by its line',
      'vs.json',
      '{\n"resourceType": "ValueSet",\n oops }',
      /vs\.json:3: this is no JSON/,
    ],
    ['a resource of another kind', 'p.json', '{"resourceType": "Patient"}', /not as FHIR says/],
    ['a CSV without its system', 'c.csv', 'code,display\nA,Alpha\n', /c\.csv:2: no code system/],
    ['a quotation mark that stays open', 'q.csv', 'code,display\n"A,Alpha\n', /q\.csv:2: a quotation mark/],
    ['no gzip', 'x.txt.gz', 'plain', /cannot be read/],
  ])('%s is refused with its place', async (_name, name, text, expected) => {
    await expect(load(write(name, text))).rejects.toThrow(expected);
    expect(await rows('terminology_releases')).toBe(0);
  });
});

describe.skipIf(sampleData === null)('public files', () => {
  test('91 value sets in XML, a value set as the list of vaccines, and a map without a source', async () => {
    const sets = join(sampleData!, 'terminology/pddi-valuesets');
    for (const name of readdirSync(sets)) await load(join(sets, name));
    expect(await rows('terminology_releases')).toBe(91);
    const nsaids = await terminology.expand('http://hl7.org/fhir/uv/pddi/ValueSet/valueset-ibuprofen', {
      count: 3,
    });
    expect(nsaids).toMatchObject({ ok: true, value: { total: 310 } });
    const empty = await terminology.expand('http://hl7.org/fhir/uv/pddi/ValueSet/valueset-warfarin');
    expect(empty).toMatchObject({ ok: false, error: { kind: 'not-expandable' } });
    await load(join(sampleData!, 'terminology/cvx-us-core-valueset.json'), { system: codeSystems.cvx });
    expect(await found('yellow fever vaccine alt', 'vaccine')).toEqual([
      'Yellow fever vaccine alternative formulation',
    ]);
    await load(join(sampleData!, 'terminology/conceptmap-ndc-cvx.json'));
    const map = 'http://hl7.org/fhir/us/core/ConceptMap/ndc-cvx';
    const translated = await terminology.translate({
      map,
      system: 'http://hl7.org/fhir/sid/ndc',
      code: '00005-0100-02',
    });
    expect(translated).toMatchObject([{ code: '162', equivalence: 'wider' }]);
  }, 60_000);
});
