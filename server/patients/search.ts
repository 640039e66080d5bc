import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import { nearWords } from '../../shared/patients/nearWords.ts';
import type { PatientSummary } from '../../shared/patients/schema.ts';
import { parsePatientQuery, searchable } from '../../shared/patients/search.ts';
import type { Reader } from '../db/reader.ts';
import { patients } from '../records/tables.ts';
import { toSummary, type Page } from './queries.ts';
import { patientWords } from './tables.ts';

interface FoundPatients {
  items: PatientSummary[];
  more: boolean;
  /** From which item on the names are only similar to what was typed. */
  similarFrom?: number;
}

/** Above every word: no letter sorts behind the last code point. */
const afterAll = '\u{10FFFF}';
/** With as many true finds as this, nobody needs names that are merely similar. */
const enough = 5;
/** Shorter words must be near a whole word: nearly the beginning of a word is nearly every word. */
const leastPrefix = 5;

/** Patients of a site. Who has the very words comes before who has words that begin so; similar names come last. */
export async function searchPatients(
  reader: Reader,
  siteId: string,
  typed: string,
  page: Page,
): Promise<FoundPatients> {
  const asked = parsePatientQuery(typed);
  const birthDates = asked.birthDates.map((date) => date.replaceAll('-', ''));
  const look = (words: string[]) => exactly(reader, siteId, words, birthDates, page);
  const found = await look(asked.words);
  // A number that its card shows in groups is stored as one.
  const digits = asked.words.length > 1 && asked.words.every((word) => /^\d+$/.test(word));
  if (found.items.length === 0 && digits) return look([asked.words.join('')]);
  if (page.offset > 0 || found.items.length >= enough || isMeant(found.items, asked.words)) return found;
  const known = new Set(found.items.map(({ id }) => id));
  const similar = (await similarly(reader, siteId, asked.words, birthDates, page.limit)).filter(
    ({ id }) => !known.has(id),
  );
  if (similar.length === 0) return found;
  return {
    items: [...found.items, ...similar].slice(0, page.limit),
    more: false,
    similarFrom: found.items.length,
  };
}

/** Several whole words that somebody has: this is who was meant. A single one may be a slip that is a name too. */
const isMeant = ([first]: PatientSummary[], words: string[]): boolean => {
  if (!first || words.length < 2) return false;
  const own = new Set(searchable([first.family, first.given, first.mrn]).split(' '));
  return words.every((word) => own.has(word));
};

const byName = [asc(patients.family), asc(patients.given), asc(patients.id)];

async function exactly(
  reader: Reader,
  siteId: string,
  words: string[],
  birthDates: string[],
  page: Page,
): Promise<FoundPatients> {
  const [only] = words;
  if (only !== undefined && words.length + birthDates.length === 1 && (await isBroad(reader, siteId, only)))
    return byWord(reader, siteId, only, page);
  const { offset, limit } = page;
  const conditions = [
    ...birthDates.map((date) => having(siteId, sql`${patientWords.word} = ${date}`)),
    ...words.map((word) => having(siteId, beginsWith(word))),
  ];
  // The words know the site. Asked of `patients` too, the planner would walk all names of the site in order.
  const asked =
    conditions.length === 0 ? sql`${patients.siteId} = ${siteId}` : sql.join(conditions, sql` AND `);
  // A record that was merged is found as the one that it is part of now.
  const where = sql`${asked} AND ${patients.replacedBy} IS NULL`;
  const rank = words.map((word) => sql`NOT ${hasWord(siteId, sql`= ${word}`)}`);
  const rows = await reader
    .select()
    .from(patients)
    .where(where)
    .orderBy(...(rank.length === 0 ? [] : [sql.join(rank, sql` + `)]), ...byName)
    .limit(limit + 1)
    .offset(offset);
  return { items: rows.slice(0, limit).map(toSummary), more: rows.length > limit };
}

/** More than this cannot be put in the order of their names while somebody types. */
const broad = 2_000;

async function isBroad(reader: Reader, siteId: string, word: string): Promise<boolean> {
  const rows = await reader
    .select({ one: sql`1` })
    .from(patientWords)
    .where(and(eq(patientWords.siteId, siteId), beginsWith(word)))
    .limit(1)
    .offset(broad);
  return rows.length > 0;
}

/** In the order of the words that begin so, which an index alone can tell. */
async function byWord(
  reader: Reader,
  siteId: string,
  word: string,
  { offset, limit }: Page,
): Promise<FoundPatients> {
  const page = reader
    .select({
      patientId: patientWords.patientId,
      word: sql<string>`min(${patientWords.word})`.as('first_word'),
    })
    .from(patientWords)
    .where(and(eq(patientWords.siteId, siteId), beginsWith(word)))
    .groupBy(patientWords.patientId)
    .orderBy(sql`first_word`, asc(patientWords.patientId))
    .limit(limit + 1)
    .offset(offset)
    .as('page');
  const rows = await reader
    .select({ patient: patients, patientId: page.patientId })
    .from(page)
    .innerJoin(patients, eq(patients.id, page.patientId))
    .orderBy(sql`first_word`, page.patientId);
  const more = rows.length > limit;
  const items = rows.slice(0, limit).map(({ patient }) => toSummary(patient));
  return { items, more };
}

async function similarly(
  reader: Reader,
  siteId: string,
  words: string[],
  birthDates: string[],
  limit: number,
): Promise<PatientSummary[]> {
  if (words.length === 0) return [];
  const conditions = birthDates.map((date) => having(siteId, sql`${patientWords.word} = ${date}`));
  const rank: SQL[] = [];
  let isNear = false;
  for (const word of words) {
    const near = await presentNear(reader, siteId, word);
    isNear ||= near.length > 0;
    const whole = JSON.stringify([word, ...near.filter((each) => each.whole).map((each) => each.word)]);
    const begun = near.filter((each) => each.word.length >= leastPrefix).map((each) => each.word);
    rank.push(sql`NOT ${hasWord(siteId, sql`IN (SELECT value FROM json_each(${whole}))`)}`);
    conditions.push(
      sql`(${sql.join(
        [
          having(siteId, beginsWith(word)),
          having(siteId, sql`${patientWords.word} IN (SELECT value FROM json_each(${whole}))`),
          ...begun.map((each) => having(siteId, beginsWith(each))),
        ],
        sql` OR `,
      )})`,
    );
  }
  if (!isNear) return [];
  const rows = await reader
    .select()
    .from(patients)
    .where(sql.join(conditions, sql` AND `))
    .orderBy(sql.join(rank, sql` + `), ...byName)
    .limit(limit);
  return rows.map(toSummary);
}

/** Of the words one slip away, those that somebody here has, or that somebody's word begins with. */
const presentNear = (
  reader: Reader,
  siteId: string,
  word: string,
): Promise<{ word: string; whole: boolean }[]> =>
  reader
    .all<{ word: string; whole: number }>(
      sql`SELECT v.value AS word, EXISTS (
          SELECT 1 FROM ${patientWords} WHERE site_id = ${siteId} AND word = v.value
        ) AS whole
        FROM json_each(${JSON.stringify(nearWords(word))}) AS v
        WHERE EXISTS (
          SELECT 1 FROM ${patientWords}
          WHERE site_id = ${siteId} AND word >= v.value AND word < v.value || ${afterAll}
        )`,
    )
    .then((rows) => rows.map((row) => ({ word: row.word, whole: row.whole === 1 })));

const having = (siteId: string, condition: SQL): SQL =>
  sql`${patients.id} IN (
    SELECT ${patientWords.patientId} FROM ${patientWords}
    WHERE ${patientWords.siteId} = ${siteId} AND ${condition})`;

const beginsWith = (word: string): SQL =>
  sql`${patientWords.word} >= ${word} AND ${patientWords.word} < ${word + afterAll}`;

const hasWord = (siteId: string, is: SQL): SQL =>
  sql`EXISTS (
    SELECT 1 FROM ${patientWords}
    WHERE ${patientWords.siteId} = ${siteId} AND ${patientWords.word} ${is}
      AND ${patientWords.patientId} = ${patients.id})`;
