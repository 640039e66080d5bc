import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { idsOf } from './rows.ts';
import { concepts, terminologyReleases } from './tables.ts';

export type ReleaseRow = typeof terminologyReleases.$inferSelect;
export type ConceptRow = typeof concepts.$inferSelect;

/** What is in use, asked of the database each time: a command beside the service may have loaded another release. */
export const currentReleases = (
  reader: Reader,
  kind: ReleaseRow['kind'],
  url?: string,
): Promise<ReleaseRow[]> =>
  reader
    .select()
    .from(terminologyReleases)
    .where(
      and(
        eq(terminologyReleases.status, 'current'),
        eq(terminologyReleases.kind, kind),
        url === undefined ? undefined : eq(terminologyReleases.url, url),
      ),
    )
    .orderBy(asc(terminologyReleases.id));

export async function currentRelease(
  reader: Reader,
  kind: ReleaseRow['kind'],
  url: string,
): Promise<ReleaseRow | null> {
  return (await currentReleases(reader, kind, url))[0] ?? null;
}

export async function conceptOf(reader: Reader, releaseId: number, code: string): Promise<ConceptRow | null> {
  const [found] = await reader
    .select()
    .from(concepts)
    .where(and(eq(concepts.releaseId, releaseId), eq(concepts.code, code)));
  return found ?? null;
}

const columns = sql.raw(
  'c.id AS id, c.release_id AS releaseId, c.code AS code, c.code_key AS codeKey, c.display AS display, c.kind AS kind, ' +
    'c.active AS active, c.also AS also',
);

/** Narrows a search to some kinds of concepts; the kinds are our own constants. */
const ofKinds = (kinds: readonly string[] | null): SQL =>
  kinds === null
    ? sql``
    : sql` AND c.kind IN (${sql.join(
        kinds.map((kind) => sql`${kind}`),
        sql`, `,
      )})`;

/**
 * Concepts in use whose words match an FTS5 expression. Ids are in the order of usefulness (`idOf`), so that the index
 * stops at the limit instead of ranking tens of thousands of matches.
 */
export function matching(
  reader: Reader,
  releaseId: number,
  expression: string,
  limit: number,
  kinds: readonly string[] | null = null,
): Promise<ConceptRow[]> {
  const { first, last } = idsOf(releaseId);
  return reader.all<ConceptRow>(
    sql`SELECT ${columns} FROM concept_words w JOIN concepts c ON c.id = w.rowid
      WHERE concept_words MATCH ${expression} AND w.rowid BETWEEN ${first} AND ${last} AND c.active = 1${ofKinds(kinds)}
      ORDER BY w.rowid LIMIT ${limit}`,
  );
}

/** Concepts in use whose code begins like this. */
export const codedLike = (
  reader: Reader,
  releaseId: number,
  key: string,
  limit: number,
  kinds: readonly string[] | null = null,
): Promise<ConceptRow[]> =>
  reader.all<ConceptRow>(
    sql`SELECT ${columns} FROM concepts c
      WHERE c.release_id = ${releaseId} AND c.code_key >= ${key} AND c.code_key < ${`${key}\uffff`} AND c.active = 1${ofKinds(kinds)}
      ORDER BY c.code_key LIMIT ${limit}`,
  );

/** Every word begins a word of the concept, in any order. */
export const allWords = (words: readonly string[]): string => words.map((word) => `"${word}" *`).join(' ');

/** The name begins with exactly these words, the last of them perhaps unfinished. */
export const nameBegins = (words: readonly string[]): string => `display : ^ "${words.join(' ')}" *`;
