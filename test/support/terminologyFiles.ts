import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A line of RXNCONSO.RRF: its eighteen columns, of which these are told apart. */
const conso = (
  rxcui: string,
  termType: string,
  term: string,
  { source = 'RXNORM', suppress = 'N' } = {},
): string =>
  [
    rxcui,
    'ENG',
    '',
    '',
    '',
    '',
    '',
    `${rxcui}1`,
    rxcui,
    rxcui,
    '',
    source,
    termType,
    rxcui,
    term,
    '',
    suppress,
    '',
    '',
  ].join('|');

/** A line of RXNREL.RRF: the second concept has the relation to the first. */
const rel = (first: string, relation: string, second: string, source = 'RXNORM'): string =>
  [first, '', 'CUI', 'RO', second, '', 'CUI', relation, '', '', source, '', '', '', '', '', ''].join('|');

export interface RxnormLines {
  conso: string[];
  rel: string[];
}

/** A small RxNorm with the real shape: ingredient, precise ingredient, component, drug, brand, mixture and pack. */
export const smallRxnorm: RxnormLines = {
  conso: [
    conso('723', 'IN', 'amoxicillin'),
    conso('48203', 'IN', 'clavulanate'),
    conso('1', 'PIN', 'amoxicillin trihydrate'),
    conso('2', 'SCDC', 'amoxicillin 875 MG'),
    conso('3', 'SCDC', 'clavulanate 125 MG'),
    conso('4', 'SCD', 'amoxicillin 875 MG / clavulanate 125 MG Oral Tablet'),
    conso('4', 'SY', 'Augmented penicillin 875 tablet'),
    conso('5', 'BN', 'Augmentin'),
    conso('6', 'SBD', 'amoxicillin 875 MG / clavulanate 125 MG Oral Tablet [Augmentin]'),
    conso('6', 'TMSY', 'Augmentin 875'),
    conso('7', 'GPCK', '{14 (amoxicillin 875 MG / clavulanate 125 MG Oral Tablet) } Pack'),
    conso('8', 'DF', 'Oral Tablet'),
    conso('9', 'IN', 'naïvamycin'),
    conso('10', 'SCD', 'obsolete 5 MG Oral Tablet', { suppress: 'O' }),
    conso('11', 'SCD', 'of another source', { source: 'MMSL' }),
  ],
  rel: [
    rel('723', 'form_of', '1'),
    rel('1', 'has_precise_ingredient', '2'),
    rel('723', 'has_ingredient', '2'),
    rel('48203', 'has_ingredient', '3'),
    rel('2', 'consists_of', '4'),
    rel('3', 'consists_of', '4'),
    rel('4', 'constitutes', '2'),
    rel('4', 'tradename_of', '6'),
    rel('5', 'has_ingredient', '6'),
    rel('4', 'contains', '7'),
    rel('8', 'has_dose_form', '4'),
    rel('723', 'has_ingredient', '9', 'MMSL'),
  ],
};

/** Writes the two files of a release into a folder of their own and gives the folder. */
export function writeRxnorm(
  parent: string,
  { conso: names, rel: relations }: RxnormLines = smallRxnorm,
): string {
  const folder = join(parent, 'RxNorm_full_01022024');
  mkdirSync(join(folder, 'rrf'), { recursive: true });
  writeFileSync(join(folder, 'rrf/RXNCONSO.RRF'), names.map((line) => `${line}\n`).join(''));
  writeFileSync(join(folder, 'rrf/RXNREL.RRF'), relations.map((line) => `${line}\n`).join(''));
  return folder;
}

const orderLine = (order: number, code: string, billable: boolean, long: string): string =>
  `${String(order).padStart(5, '0')} ${code.padEnd(7)} ${billable ? 1 : 0} ${long.slice(0, 60).padEnd(60)} ${long}`;

const smallIcd10: [code: string, billable: boolean, name: string][] = [
  ['E11', false, 'Type 2 diabetes mellitus'],
  ['E116', false, 'Type 2 diabetes mellitus with other specified complications'],
  ['E1165', true, 'Type 2 diabetes mellitus with hyperglycemia'],
  ['E119', true, 'Type 2 diabetes mellitus without complications'],
  ['G610', true, 'Guillain-Barré syndrome'],
  ['I10', true, 'Essential (primary) hypertension'],
];

/** An ICD-10-CM order file, packed. */
export function writeIcd10(parent: string, rows = smallIcd10): string {
  const path = join(parent, 'icd10cm-order-2024.txt.gz');
  const lines = rows.map(([code, billable, name], index) => orderLine(index + 1, code, billable, name));
  writeFileSync(path, gzipSync(lines.join('\r\n')));
  return path;
}
