import { sql, type SQL } from 'drizzle-orm';
import { no, ok, type Result } from '../../../shared/wire/result.ts';
import { spanOf } from '../../records/search/dates.ts';
import {
  identifierNumber,
  searchParameters,
  textNumber,
  type SearchParameter,
} from '../../records/search/definitions.ts';
import { atomsOf, takesModifier, type Asking, type Atom } from './atoms.ts';
import { badValue, tooMuch, unknownModifier, unknownParameter, type SearchProblem } from './problem.ts';
import { prefixOf, splitAt, unescaped } from './text.ts';

/** One thing that a resource must fulfil. */
export interface Condition {
  /** The ids of all that do, to begin a search with; null when only a candidate can be asked. */
  ids: SQL | null;
  /** Whether a candidate does. */
  holds: (id: SQL) => SQL;
  /** How dearly it is found out how many fulfil it: one value, a range of values, or other resources to go through. */
  cost: Cost;
}

export type Cost = 'value' | 'range' | 'far';

/** Whose search it is, and when. */
export interface Scope extends Asking {
  siteId: string;
}

/** Values of one parameter, joined by commas; with the paths that each looks at they become as many lookups. */
const lookupsAtMost = 400;
/** How many references a chain may follow. */
const deepestChain = 3;

type Conditions = Result<Condition, SearchProblem>;

/**
 * What `name=value` asks of resources of a type. Chains and reverse chains look at the caller's own site only, so that
 * nobody learns through them what they may not read.
 */
export function conditionOf(scope: Scope, type: string, name: string, value: string, depth = 0): Conditions {
  if (name.startsWith('_has:')) return reverseChain(scope, type, name, value, depth);
  const dot = name.indexOf('.');
  if (dot > 0) return chain(scope, type, name, dot, value, depth);
  const [code = '', ...more] = name.split(':');
  const modifier = more.join(':');
  const values = splitAt(value, ',');
  if (code === '_id')
    return modifier === '' ? ok(idIn(values.map(unescaped))) : no(unknownModifier(code, modifier));
  if (code === '_lastUpdated')
    return modifier === '' ? updatedAt(scope, type, values) : no(unknownModifier(code, modifier));
  if (code === '_list')
    return modifier === '' ? inList(scope, type, values) : no(unknownModifier(code, modifier));
  const parameter = searchParameters(type).get(code);
  if (!parameter) return no(unknownParameter(type, code));
  if (modifier === 'missing') return isMissing(type, parameter, value);
  if (!takesModifier(type, parameter, modifier)) return no(unknownModifier(code, modifier));
  if (values.length * parameter.branches.length > lookupsAtMost)
    return no(tooMuch(`"${code}" is asked for too many values at once.`));
  const atoms: Atom[] = [];
  for (const each of values) {
    const read = atomsOf({ type, parameter, name: code, modifier, asking: scope }, each);
    if (!read.ok) return read;
    atoms.push(...read.value);
  }
  const cost = ranges.has(parameter.kind) ? 'range' : 'value';
  return ok(modifier === 'not' || modifier === 'not-in' ? none(atoms) : any(atoms, cost));
}

const or = (parts: SQL[]): SQL => sql`(${sql.join(parts, sql` OR `)})`;
const union = (parts: SQL[]): SQL => sql.join(parts, sql` UNION ALL `);

/** What is asked for as more or less, before or after. */
const ranges: ReadonlySet<string> = new Set(['date', 'number', 'quantity', 'string', 'composite']);

const any = (atoms: Atom[], cost: Cost = 'range'): Condition => ({
  ids: union(
    atoms.map(({ table, p, where }) => sql`SELECT x.id AS id FROM ${table} x WHERE x.p = ${p} AND ${where}`),
  ),
  holds: (id) =>
    or(
      atoms.map(
        ({ table, p, where }) =>
          sql`EXISTS (SELECT 1 FROM ${table} x WHERE x.id = ${id} AND x.p = ${p} AND ${where})`,
      ),
    ),
  cost,
});

const none = (atoms: Atom[]): Condition => ({
  ids: null,
  holds: (id) => sql`NOT ${any(atoms).holds(id)}`,
  cost: 'range',
});

const idIn = (ids: string[]): Condition => ({
  ids: sql`SELECT value AS id FROM json_each(${JSON.stringify(ids)})`,
  holds: (id) => sql`${id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
  cost: 'value',
});

/** What the caller's own lists name. Lists such as `$current-problems`, which a server would make up, are not offered. */
function inList({ siteId }: Scope, type: string, values: string[]): Conditions {
  const lists = values.map((value) => unescaped(value).replace(/^List\//, ''));
  if (!lists.every((each) => /^[A-Za-z0-9.-]{1,64}$/.test(each)))
    return no(badValue('_list', 'the id of a List'));
  const item = searchParameters('List')
    .get('item')!
    .branches.map(({ p }) => sql`l.p = ${p}`);
  const named = sql`${or(item)} AND l.target_type = ${type} AND EXISTS (
    SELECT 1 FROM resources o WHERE o.type = 'List' AND o.id = l.id AND o.site_id = ${siteId} AND o.deleted = 0)`;
  const asked = sql`l.id IN (SELECT value FROM json_each(${JSON.stringify(lists)}))`;
  return ok({
    ids: sql`SELECT l.target_id AS id FROM search_references l WHERE ${asked} AND ${named}`,
    holds: (id) =>
      sql`EXISTS (SELECT 1 FROM search_references l WHERE ${asked} AND l.target_id = ${id} AND ${named})`,
    cost: 'value',
  });
}

/** When this service put it on record: instants, kept as text that sorts like them. */
function updatedAt({ now }: Scope, type: string, values: string[]): Conditions {
  const ways: SQL[] = [];
  for (const value of values) {
    const { prefix, rest } = prefixOf(unescaped(value));
    const span = spanOf(rest);
    if (!span) return no(badValue('_lastUpdated', 'a date'));
    const about = prefix === 'ap' ? Math.round(Math.abs(now.getTime() - span.start) / 10) : 0;
    const [first, last] = [span.start - about, span.end + about].map((ms) => new Date(ms).toISOString());
    const within = sql`u.last_updated BETWEEN ${first} AND ${last}`;
    const after = sql`u.last_updated > ${last}`;
    const before = sql`u.last_updated < ${first}`;
    ways.push(
      {
        eq: within,
        ap: within,
        ne: sql`NOT (${within})`,
        gt: after,
        sa: after,
        lt: before,
        eb: before,
        ge: sql`u.last_updated >= ${first}`,
        le: sql`u.last_updated <= ${last}`,
      }[prefix],
    );
  }
  return ok({
    ids: union(ways.map((way) => sql`SELECT u.id AS id FROM resources u WHERE u.type = ${type} AND ${way}`)),
    holds: (id) =>
      sql`EXISTS (SELECT 1 FROM resources u WHERE u.type = ${type} AND u.id = ${id} AND ${or(ways)})`,
    cost: 'range',
  });
}

const valueTables: Record<SearchParameter['kind'], readonly string[]> = {
  token: ['search_tokens'],
  uri: ['search_tokens'],
  string: ['search_strings'],
  date: ['search_dates'],
  number: ['search_quantities'],
  quantity: ['search_quantities'],
  reference: ['search_references'],
  composite: ['search_composites'],
};

function isMissing(type: string, { code, kind, branches }: SearchParameter, value: string): Conditions {
  if (value !== 'true' && value !== 'false') return no(badValue(`${code}:missing`, 'true or false'));
  const anyValue = any(
    branches.flatMap(({ p, path, targetType, system }) => {
      const where =
        targetType !== undefined
          ? sql`x.target_type = ${targetType}`
          : system !== undefined
            ? sql`x.system = ${system}`
            : sql`TRUE`;
      const own = valueTables[kind].map((table) => ({ table: sql.raw(table), p, where }));
      // Words without a code, and a reference by identifier alone, are there too.
      const beside =
        kind === 'token' && system === undefined
          ? [{ table: sql.raw('search_strings'), p: textNumber(type, path), where: sql`TRUE` }]
          : kind === 'reference' && targetType === undefined
            ? [{ table: sql.raw('search_tokens'), p: identifierNumber(type, path), where: sql`TRUE` }]
            : [];
      return [...own, ...beside];
    }),
  );
  return ok(
    value === 'false'
      ? anyValue
      : { ids: null, holds: (id) => sql`NOT ${anyValue.holds(id)}`, cost: 'range' },
  );
}

/** `subject:Patient.name=ann`, `patient.general-practitioner.name=ann`. */
function chain(
  scope: Scope,
  type: string,
  name: string,
  dot: number,
  value: string,
  depth: number,
): Conditions {
  const [code = '', ofType] = name.slice(0, dot).split(':');
  const rest = name.slice(dot + 1);
  const parameter = searchParameters(type).get(code);
  if (!parameter || parameter.kind !== 'reference') return no(unknownParameter(type, code));
  if (depth >= deepestChain) return no(tooMuch(`"${code}" is chained too far.`));
  const links: { p: number; target: string; inner: Condition }[] = [];
  let firstProblem: SearchProblem | null = null;
  for (const { p, targetType } of parameter.branches) {
    const targets = ofType ?? targetType;
    for (const target of targets === undefined ? parameter.targets : [targets]) {
      const inner = conditionOf(scope, target, rest, value, depth + 1);
      if (inner.ok) links.push({ p, target, inner: inner.value });
      else if (firstProblem === null || firstProblem.unknown) firstProblem = inner.error;
    }
  }
  if (links.length === 0) return no(firstProblem ?? unknownModifier(code, `.${rest}`));
  const s = sql.raw(`s${depth}`);
  const q = sql.raw(`q${depth}`);
  const hits = links.map(({ p, target, inner }) => ({
    inner,
    link: sql`${s}.p = ${p} AND ${s}.target_type = ${target}`,
    readable: sql`${q}.type = ${target} AND ${q}.site_id = ${scope.siteId} AND ${q}.deleted = 0`,
  }));
  return ok({
    ids: hits.some(({ inner }) => inner.ids === null)
      ? null
      : union(
          hits.map(
            ({ link, readable, inner }) => sql`SELECT ${s}.id AS id FROM search_references ${s}
              WHERE ${link} AND ${s}.target_id IN (
                SELECT ${q}.id FROM resources ${q} WHERE ${readable} AND ${q}.id IN (${inner.ids}))`,
          ),
        ),
    holds: (id) =>
      or(
        hits.map(
          ({ link, readable, inner }) => sql`EXISTS (SELECT 1 FROM search_references ${s}
            WHERE ${s}.id = ${id} AND ${link} AND EXISTS (
              SELECT 1 FROM resources ${q}
              WHERE ${readable} AND ${q}.id = ${s}.target_id AND ${inner.holds(sql`${q}.id`)}))`,
        ),
      ),
    cost: 'far',
  });
}

/** `_has:Observation:patient:code=8480-6`: who is pointed to by such a resource. */
function reverseChain(scope: Scope, type: string, name: string, value: string, depth: number): Conditions {
  const [, from = '', code = '', ...more] = name.split(':');
  const rest = more.join(':');
  const parameter = searchParameters(from).get(code);
  if (!parameter || parameter.kind !== 'reference' || rest === '') return no(unknownParameter(type, name));
  if (depth >= deepestChain) return no(tooMuch('"_has" is chained too far.'));
  const inner = conditionOf(scope, from, rest, value, depth + 1);
  if (!inner.ok) return inner;
  const { ids, holds } = inner.value;
  const s = sql.raw(`s${depth}`);
  const q = sql.raw(`q${depth}`);
  const readable = sql`${q}.type = ${from} AND ${q}.site_id = ${scope.siteId} AND ${q}.deleted = 0`;
  const links = parameter.branches.flatMap(({ p, targetType }) =>
    targetType === undefined || targetType === type
      ? [sql`${s}.p = ${p} AND ${s}.target_type = ${type}`]
      : [],
  );
  if (links.length === 0) return no(unknownParameter(type, name));
  return ok({
    ids:
      ids === null
        ? null
        : union(
            links.map(
              (link) => sql`SELECT ${s}.target_id AS id FROM search_references ${s}
                WHERE ${link} AND ${s}.id IN (
                  SELECT ${q}.id FROM resources ${q} WHERE ${readable} AND ${q}.id IN (${ids}))`,
            ),
          ),
    holds: (id) =>
      or(
        links.map(
          (link) => sql`EXISTS (SELECT 1 FROM search_references ${s}
            WHERE ${link} AND ${s}.target_id = ${id} AND EXISTS (
              SELECT 1 FROM resources ${q} WHERE ${readable} AND ${q}.id = ${s}.id AND ${holds(sql`${q}.id`)}))`,
        ),
      ),
    cost: 'far',
  });
}

/** Holds when one of several conditions does: a compartment has several ways in. */
export const anyOf = (conditions: Condition[]): Condition => ({
  ids: conditions.some(({ ids }) => ids === null)
    ? null
    : union(conditions.map(({ ids }) => sql`SELECT id FROM (${ids})`)),
  holds: (id) => or(conditions.map((condition) => condition.holds(id))),
  cost: conditions.some(({ cost }) => cost === 'far') ? 'far' : 'value',
});
