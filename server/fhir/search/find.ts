import { sql, type SQL } from 'drizzle-orm';
import { no, ok, type Result } from '../../../shared/wire/result.ts';
import type { Reader } from '../../db/reader.ts';
import type { SearchParameter } from '../../records/search/definitions.ts';
import type { Condition } from './conditions.ts';
import { badValue, type SearchProblem } from './problem.ts';
import { cursorName, type SearchRequest, type SortKey } from './request.ts';

export interface Found {
  ids: string[];
  /** Where the next page begins; null when this is the last. */
  next: string | null;
  /** How many there are in all, where that was asked or is plain. */
  total: number | null;
}

type Asked = Pick<SearchRequest, 'type' | 'conditions' | 'sort' | 'count' | 'total' | 'countOnly' | 'cursor'>;

/** One page of what a site's resources answer to a search. */
export async function find(
  reader: Reader,
  siteId: string,
  request: Asked,
): Promise<Result<Found, SearchProblem>> {
  const first = await rarest(reader, request.conditions);
  const where = matching(siteId, request, first?.condition ?? null);
  if (request.countOnly) return ok({ ids: [], next: null, total: await countOf(reader, where) });
  const keys = keysOf(request.sort);
  const after = request.cursor === null ? null : readCursor(request.cursor, keys.length);
  if (request.cursor !== null && !after) return no(badValue(cursorName, 'one of ours'));
  // Where many fulfil even the rarest condition, going through the ids in their order meets a page of them soon.
  const inOrder = request.sort.length === 0 && first?.many === true;
  const from = inOrder ? matching(siteId, request, null) : where;
  const rows = await pageOf(reader, from, keys, after, request.count + 1);
  const page = rows.slice(0, request.count);
  const more = rows.length > request.count;
  const plain = !more && request.cursor === null ? rows.length : null;
  return ok({
    ids: page.map(({ id }) => id),
    next: more ? writeCursor(page.at(-1)!, keys.length) : null,
    total: plain ?? (request.total ? await countOf(reader, where) : null),
  });
}

/** So many that it is not worth listing them to begin with. */
const manyIds = 2_000;
/** So few that no other condition need be counted. */
const fewIds = 100;

/**
 * What a match must fulfil. One condition can be turned into a list of ids to begin with; the others are asked of each
 * candidate.
 */
function matching(siteId: string, { type, conditions }: Asked, first: Condition | null): SQL {
  const others = conditions.filter((condition) => condition !== first);
  return sql.join(
    [
      sql`r.type = ${type} AND r.site_id = ${siteId} AND r.deleted = 0`,
      ...(first ? [sql`r.id IN (${first.ids})`] : []),
      ...others.map(({ holds }) => holds(sql`r.id`)),
    ],
    sql` AND `,
  );
}

/** The condition that fewest fulfil: SQLite has no statistics from which it could know which one that is. */
async function rarest(
  reader: Reader,
  conditions: Condition[],
): Promise<{ condition: Condition; many: boolean } | null> {
  const able = conditions.filter(({ ids }) => ids !== null);
  const near = [
    ...able.filter(({ cost }) => cost === 'value'),
    ...able.filter(({ cost }) => cost === 'range'),
  ];
  let smallest: { condition: Condition; size: number } | null = null;
  for (const condition of near) {
    const [row] = await reader.values<[number]>(
      sql`SELECT count(*) FROM (SELECT 1 FROM (${condition.ids}) LIMIT ${manyIds})`,
    );
    const size = Number(row?.[0] ?? 0);
    if (smallest === null || size < smallest.size) smallest = { condition, size };
    if (size <= fewIds) break;
  }
  const many = smallest === null || smallest.size >= manyIds;
  if (smallest && !many) return { condition: smallest.condition, many };
  const far = able.find(({ cost }) => cost === 'far');
  if (far) return { condition: far, many: false };
  return smallest && { condition: smallest.condition, many };
}

async function countOf(reader: Reader, where: SQL): Promise<number> {
  const [row] = await reader.values<[number]>(sql`SELECT count(*) FROM resources r WHERE ${where}`);
  return Number(row![0]);
}

interface Key {
  value: SQL;
  descending: boolean;
}

/** What a page is ordered by: whatever has no value comes last, and the id settles what is equal. */
function keysOf(sort: SortKey[]): Key[] {
  const keys = sort.flatMap(({ by, descending }) => {
    if (by === '_id') return [{ value: sql`r.id`, descending }];
    if (by === '_lastUpdated') return [{ value: sql`r.last_updated`, descending }];
    const value = sortValue(by, descending);
    return [
      { value: sql`(${value}) IS NULL`, descending: false },
      { value: sql`coalesce((${value}), '')`, descending },
    ];
  });
  return [...keys, { value: sql`r.id`, descending: false }];
}

const sortColumns: Record<SearchParameter['kind'], [table: string, column: string]> = {
  token: ['search_tokens', 'code'],
  uri: ['search_tokens', 'code'],
  string: ['search_strings', 'value'],
  date: ['search_dates', 'start'],
  number: ['search_quantities', 'low'],
  quantity: ['search_quantities', 'low'],
  reference: ['search_references', 'target_id'],
  composite: ['search_composites', 'code'],
};

/** Of several values the first counts when it goes up, and the last when it goes down. */
function sortValue({ kind, branches }: SearchParameter, descending: boolean): SQL {
  const [table, column] = sortColumns[kind];
  const paths = sql.join(
    branches.map(({ p }) => sql`${p}`),
    sql`, `,
  );
  return sql`SELECT ${sql.raw(descending ? 'max' : 'min')}(x.${sql.raw(column)}) FROM ${sql.raw(table)} x
    WHERE x.id = r.id AND x.p IN (${paths})`;
}

type KeyValue = string | number;

type Row = { id: string; keys: KeyValue[] };

async function pageOf(
  reader: Reader,
  where: SQL,
  keys: Key[],
  after: KeyValue[] | null,
  limit: number,
): Promise<Row[]> {
  const names = keys.map((_, index) => sql.raw(`k${index}`));
  const columns = sql.join(
    keys.map(({ value }, index) => sql`${value} AS ${names[index]!}`),
    sql`, `,
  );
  const order = sql.join(
    keys.map(({ descending }, index) => sql`${names[index]!} ${sql.raw(descending ? 'DESC' : 'ASC')}`),
    sql`, `,
  );
  const rest = after ? sql`WHERE ${comesAfter(keys, names, after)}` : sql``;
  const rows = await reader.values<KeyValue[]>(
    sql`SELECT * FROM (SELECT ${columns} FROM resources r WHERE ${where}) ${rest} ORDER BY ${order} LIMIT ${limit}`,
  );
  return rows.map((row) => ({ id: String(row[keys.length - 1]), keys: keys.map((_, index) => row[index]!) }));
}

/** In the order of the keys: the first that differs decides. */
function comesAfter(keys: Key[], names: SQL[], after: KeyValue[]): SQL {
  return keys.reduceRight<SQL | null>((rest, { descending }, index) => {
    const name = names[index]!;
    const beyond = sql`${name} ${sql.raw(descending ? '<' : '>')} ${after[index]!}`;
    return rest === null ? beyond : sql`(${beyond} OR (${name} = ${after[index]!} AND ${rest}))`;
  }, null)!;
}

const writeCursor = ({ keys }: Row, length: number): string =>
  Buffer.from(JSON.stringify(keys.slice(0, length))).toString('base64url');

/** Null for what this service has not written. */
function readCursor(cursor: string, length: number): KeyValue[] | null {
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
  const isOurs =
    Array.isArray(keys) &&
    keys.length === length &&
    keys.every((key) => typeof key === 'string' || typeof key === 'number');
  return isOurs ? (keys as KeyValue[]) : null;
}
