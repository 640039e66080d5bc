import { interpretPatient } from '../../shared/patients/patient.ts';
import { statement } from '../../server/db/batch.ts';
import { patients } from '../../server/records/tables.ts';
import type { TestDatabase } from './database.ts';
import { Random } from './random.ts';

/** Syllables of family names; joined they give some ten thousand, unevenly used as names are. */
const onsets = [
  'ma',
  'gar',
  'ló',
  'wil',
  'o’',
  'fer',
  'sán',
  'kow',
  'ha',
  'joh',
  'sch',
  'mü',
  'per',
  'ad',
  'ev',
];
const middles = [
  'tí',
  'ci',
  'pe',
  'li',
  'nán',
  'chez',
  'al',
  'rri',
  'n',
  'nei',
  'lle',
  'ey',
  'ing',
  'son',
  'an',
];
const ends = [
  'nez',
  'a',
  'z',
  'ams',
  'dez',
  '',
  'ski',
  's',
  'son',
  'der',
  'r',
  'mi',
  'ton',
  'ez',
  'er',
  'o',
  'ø',
];
const givens = (
  'James Mary Robert Patricia John Jennifer José María Zoë André Chloé Björn Sinéad Ana Anna Ann Hannah Johanna ' +
  'Muhammad Fatima Wei Li Yuki Olga Ivan Łukasz Şeyma Nguyễn Jean-Luc Anne-Marie Siobhán Pedro Lucía Mateo Søren'
).split(' ');

export interface MadePatient {
  id: string;
  family: string;
  given: string;
  birthDate: string;
  mrn: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Invented patients, the same ones for the same number. Common names are common: half the choices come from a few. */
export function madePatients(count: number, seed = 1): MadePatient[] {
  const stream = new Random(seed);
  const random = () => stream.next();
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() ** 1.7 * list.length)]!;
  const part = () => capital(pick(onsets) + pick(middles) + pick(ends));
  return Array.from({ length: count }, (_, index) => ({
    id: `0a000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    family: random() < 0.12 ? `${part()}-${part()}` : part(),
    given: random() < 0.4 ? `${pick(givens)} ${pick(givens)}` : pick(givens),
    birthDate: new Date(Date.UTC(1925, 0, 1) + Math.floor(random() * 36_500) * 86_400_000)
      .toISOString()
      .slice(0, 10),
    mrn: String(20_000_000 + Math.floor(random() * 60_000_000)),
  }));
}

const rowsAtOnce = 500;

/** Puts them where patients are looked up, with the search text that a Patient of that name would have. */
export async function storePatients(
  { reader, writer }: Pick<TestDatabase, 'reader' | 'writer'>,
  siteId: string,
  made: readonly MadePatient[],
): Promise<void> {
  for (let from = 0; from < made.length; from += rowsAtOnce) {
    const rows = made.slice(from, from + rowsAtOnce).map(({ id, family, given, birthDate, mrn }) => ({
      id,
      siteId,
      ...interpretPatient({
        resourceType: 'Patient',
        id,
        name: [{ use: 'official', family, given: given.split(' ') }],
        birthDate,
        identifier: [
          {
            type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
            value: mrn,
          },
        ],
      }),
    }));
    await writer.commit({ statements: [statement(reader.insert(patients).values(rows))] });
  }
}
