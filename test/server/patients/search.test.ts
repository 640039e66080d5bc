import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statement } from '../../../server/db/batch.ts';
import { patients } from '../../../server/records/tables.ts';
import { searchPatients } from '../../../server/patients/search.ts';
import { eq } from 'drizzle-orm';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { madePatients, storePatients, type MadePatient } from '../../support/manyPatients.ts';
import { seedPeople, siteA, siteB } from '../../support/people.ts';

let database: TestDatabase;

const made = (id: string, family: string, given: string, birthDate: string, mrn: string): MadePatient => ({
  id,
  family,
  given,
  birthDate,
  mrn,
});

beforeAll(async () => {
  database = await testDatabase();
  await seedPeople(database);
  await storePatients(database, siteA, [
    made('ines', 'García Márquez', 'Inés', '1957-02-14', '44712086'),
    made('ana', 'Garcia', 'Ana', '1980-12-01', '44712087'),
    made('ada', 'Okafor', 'Ada', '1957-02-14', '50000001'),
    made('annlee', 'Lee', 'Ann', '1990-01-02', '50000002'),
    made('leeds', 'Leeds', 'Anne', '1991-01-02', '50000003'),
    made('john', 'Aarons', 'John', '1970-05-06', '50000004'),
    made('soren', 'Sørensen-Łuk', 'Zoë', '1999', '9994120087'),
    made('obrien', 'O’Brien', 'Siobhán', '1985-11', '50000006'),
  ]);
  await storePatients(database, siteB, [made('elsewhere', 'Garcia', 'Bea', '1957-02-14', '44712086')]);
});
afterAll(() => database.close());

const find = async (typed: string) => searchPatients(database.reader, siteA, typed, { offset: 0, limit: 50 });
const ids = async (typed: string) => (await find(typed)).items.map(({ id }) => id);

describe('finding a patient', () => {
  it.each([
    ['accents are not needed', 'garcia marquez', ['ines']],
    ['accents do no harm', 'Gárcía ána', ['ana']],
    ['letters with strokes are found by plain ones', 'sorensen', ['soren']],
    ['a diaeresis is not needed', 'zoe', ['soren']],
    ['an apostrophe may be left out', 'obrien', ['obrien']],
    ['an apostrophe may be typed', "o'brien", ['obrien']],
    ['the second part of a double name is enough', 'luk', ['soren']],
    ['names stand in any order', 'ines garcia', ['ines']],
    ['beginnings of words are enough', 'mar ga', ['ines']],
    ['the middle of a word is not its beginning', 'arcia', ['ana', 'ines']],
    ['born, with the month in letters', '14-Feb-1957', ['ines', 'ada']],
    ['born, written with spaces', '14 feb 1957', ['ines', 'ada']],
    ['born, in digits with strokes', '14/02/1957', ['ines', 'ada']],
    ['born, with points', '14.2.1957', ['ines', 'ada']],
    ['born, as the wristband has it', '1957-02-14', ['ines', 'ada']],
    ['born, without separators', '19570214', ['ines', 'ada']],
    ['born in a year', '1957', ['ines', 'ada']],
    ['born in a year, where no more is known', '1999', ['soren']],
    ['born in a month', '198511', ['obrien']],
    ['born, with a name', '14-Feb-1957 oka', ['ada']],
    ['the whole MRN', '44712086', ['ines']],
    ['the beginning of an MRN', '4471', ['ana', 'ines']],
    ['a number as it is grouped on a card', '999 412 0087', ['soren']],
    ['nobody', 'xyzzy', []],
    [
      'a wildcard is a letter like any other',
      '%',
      ['john', 'annlee', 'leeds', 'obrien', 'ada', 'soren', 'ana', 'ines'],
    ],
  ])('%s: %s', async (_rule, typed, expected) => {
    const found = await ids(typed);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('puts the very name before names that begin with it', async () => {
    expect(await ids('lee')).toEqual(['annlee', 'leeds']);
    expect(await ids('ann')).toEqual(['annlee', 'leeds']);
  });

  it.each([
    ['letters exchanged', 'gracia', ['ana', 'ines']],
    ['letters exchanged at the end', 'okafro', ['ada']],
    ['a letter left out', 'okfor', ['ada']],
    ['a letter too many', 'okaffor', ['ada']],
    ['a wrong letter', 'okavor', ['ada']],
    ['a wrong first letter', 'ekafor', ['ada']],
    ['a slip in one of two names', 'marquez gracia', ['ines']],
    ['a slip in a short name', 'jhon', ['john']],
  ])(
    'finds who was meant with %s, and says that the name is only similar: %s',
    async (_slip, typed, expected) => {
      const found = await find(typed);
      expect(found.items.map(({ id }) => id)).toEqual(expected);
      expect(found.similarFrom).toBe(0);
    },
  );

  it('puts similar names after true ones, and nobody twice', async () => {
    const found = await find('lees');
    expect(found.items.map(({ id }) => id)).toEqual(
      ['leeds', 'annlee'].filter((id) => found.items.some((item) => item.id === id)),
    );
    expect(new Set(found.items.map(({ id }) => id)).size).toBe(found.items.length);
  });

  it('never offers a number that is nearly right: it is another patient’s', async () => {
    expect(await ids('44712068')).toEqual([]);
  });

  it('finds nobody of another site', async () => {
    expect(await ids('bea')).toEqual([]);
  });

  it('finds a renamed patient by the new name only', async () => {
    const rename = (searchText: string) =>
      database.writer.commit({
        statements: [
          statement(database.reader.update(patients).set({ searchText }).where(eq(patients.id, 'john'))),
        ],
      });
    await rename(' petersen john');
    expect(await ids('petersen')).toEqual(['john']);
    expect(await ids('aarons')).toEqual([]);
    await rename(' aarons john');
    expect(await ids('petersen')).toEqual([]);
  });

  it('pages without listing anybody twice', async () => {
    const page = async (offset: number) =>
      (await searchPatients(database.reader, siteA, '', { offset, limit: 3 })).items.map(({ id }) => id);
    const all = [...(await page(0)), ...(await page(3)), ...(await page(6))];
    expect(new Set(all).size).toBe(8);
  });

  it('lists everybody once over the pages of a search that finds thousands', async () => {
    const many = madePatients(2_400).map((each) => ({ ...each, family: `Ma${each.family}` }));
    await storePatients(database, siteB, many);
    const found: string[] = [];
    for (let offset = 0, more = true; more; offset += 500) {
      const page = await searchPatients(database.reader, siteB, 'ma', { offset, limit: 500 });
      found.push(...page.items.map(({ id }) => id));
      more = page.more;
    }
    expect(found.toSorted()).toEqual(many.map(({ id }) => id).toSorted());
  });
});
