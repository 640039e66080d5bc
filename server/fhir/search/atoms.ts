import { sql, type SQL } from 'drizzle-orm';
import { no, ok, type Result } from '../../../shared/wire/result.ts';
import {
  identifierNumber,
  ofTypeNumber,
  textNumber,
  type Branch,
  type SearchParameter,
} from '../../records/search/definitions.ts';
import { spanOf } from '../../records/search/dates.ts';
import { caseOf, folded, referenceOf } from '../../records/search/values.ts';
import { asksForMeaning, codeModifiers, codeSetOf, type CodeSets } from './codeSets.ts';
import { isCoded } from './coded.ts';
import { badValue, unknownModifier, type SearchProblem } from './problem.ts';
import { preciseOf, prefixOf, splitAt, unescaped, type Prefix } from './text.ts';

/** One lookup in one index table: `x` is its row. A condition holds when any of its atoms does. */
export interface Atom {
  table: SQL;
  p: number;
  where: SQL;
}

/** What a value's meaning depends on beside itself. */
export interface Asking {
  now: Date;
  /** Addresses that begin so are of this service. */
  baseUrl: string;
  /** What the value sets and places in hierarchies come to that are asked for. */
  codeSets: CodeSets;
}

interface Asked {
  type: string;
  parameter: SearchParameter;
  /** As in the query, for what is said about it. */
  name: string;
  modifier: string;
  asking: Asking;
}

type Atoms = Result<Atom[], SearchProblem>;

const tables = {
  tokens: sql.raw('search_tokens'),
  strings: sql.raw('search_strings'),
  dates: sql.raw('search_dates'),
  references: sql.raw('search_references'),
  quantities: sql.raw('search_quantities'),
  composites: sql.raw('search_composites'),
};

/** The lookups for one value of a parameter. */
export function atomsOf(asked: Asked, value: string): Atoms {
  if (value === '') return no(badValue(asked.name, 'there'));
  return readers[asked.parameter.kind](asked, value);
}

const modifiers: Record<SearchParameter['kind'], readonly string[]> = {
  token: ['', 'not', 'text', 'of-type'],
  string: ['', 'exact', 'contains'],
  reference: ['', 'identifier'],
  date: [''],
  number: [''],
  quantity: [''],
  uri: ['', 'below', 'above'],
  composite: [''],
};

/** How a parameter can be asked, beside `:missing`; a reference's modifier can also be a type. */
export const modifiersOf = (type: string, parameter: SearchParameter): readonly string[] =>
  parameter.kind === 'token' && isCoded(type, parameter)
    ? [...modifiers.token, ...codeModifiers]
    : modifiers[parameter.kind];

export const takesModifier = (type: string, parameter: SearchParameter, modifier: string): boolean =>
  modifiersOf(type, parameter).includes(modifier) ||
  (parameter.kind === 'reference' && /^[A-Z]/.test(modifier));

const eachBranch = (
  { parameter }: Asked,
  atom: (branch: Branch) => Omit<Atom, 'p'> & { p?: number },
): Atoms => ok(parameter.branches.map((branch) => ({ p: branch.p, ...atom(branch) })));

const readers: Record<SearchParameter['kind'], (asked: Asked, value: string) => Atoms> = {
  token: (asked, value) => {
    const { parameter, modifier, type, asking } = asked;
    if (asksForMeaning(modifier)) {
      const set = codeSetOf(asking.codeSets, modifier, value);
      return set.ok ? eachBranch(asked, () => ({ table: tables.tokens, where: set.value })) : set;
    }
    if (modifier === 'text') {
      const where = startsWith(unescaped(value));
      return eachBranch(asked, ({ path }) => ({ table: tables.strings, p: textNumber(type, path), where }));
    }
    if (modifier === 'of-type') {
      const parts = splitAt(value, '|').map(unescaped);
      if (parts.length !== 3 || parts.some((part) => part === ''))
        return no(badValue(asked.name, 'system|code|value'));
      const where = sql`x.code = ${`${parts[1]}|${parts[2]}`} AND x.system = ${parts[0]}`;
      return eachBranch(asked, ({ path }) => ({ table: tables.tokens, p: ofTypeNumber(type, path), where }));
    }
    const where = tokenIs(value, parameter.exact);
    return eachBranch(asked, ({ system }) => ({
      table: tables.tokens,
      where: system === undefined ? where : sql`${where} AND x.system = ${system}`,
    }));
  },
  string: (asked, value) => {
    const text = unescaped(value);
    const where = stringIs(text, asked.modifier);
    return eachBranch(asked, () => ({ table: tables.strings, where }));
  },
  date: (asked, value) => {
    const where = dateIs(value, asked.asking.now, 'start', 'end');
    if (!where) return no(badValue(asked.name, 'a date'));
    return eachBranch(asked, () => ({ table: tables.dates, where }));
  },
  number: (asked, value) => {
    const where = numberIs(value);
    if (!where) return no(badValue(asked.name, 'a number'));
    return eachBranch(asked, () => ({ table: tables.quantities, where }));
  },
  quantity: (asked, value) => {
    const where = quantityIs(value, { system: sql`x.system`, code: sql`x.code` });
    if (!where) return no(badValue(asked.name, 'number|system|code'));
    return eachBranch(asked, () => ({ table: tables.quantities, where }));
  },
  reference: (asked, value) => {
    const { type, modifier } = asked;
    if (modifier === 'identifier') {
      const where = tokenIs(value, true);
      return eachBranch(asked, ({ path }) => ({
        table: tables.tokens,
        p: identifierNumber(type, path),
        where,
      }));
    }
    return readReference(asked, unescaped(value));
  },
  uri: (asked, value) => {
    const uri = unescaped(value);
    // `0` follows `/`: everything that goes on below this address.
    const below = sql`(x.code = ${uri} OR (x.code >= ${`${uri}/`} AND x.code < ${`${uri}0`}))`;
    const above = sql`x.code IN (SELECT value FROM json_each(${JSON.stringify(addressesAbove(uri))}))`;
    const where = { below, above }[asked.modifier] ?? sql`x.code = ${uri}`;
    return eachBranch(asked, () => ({ table: tables.tokens, where }));
  },
  composite: (asked, value) => {
    const [first = '', second = '', ...more] = splitAt(value, '$');
    if (first === '' || second === '' || more.length > 0)
      return no(badValue(asked.name, 'two values joined by $'));
    const where = secondIs(asked, second);
    if (!where) return no(badValue(asked.name, 'two values joined by $'));
    return eachBranch(asked, () => ({
      table: tables.composites,
      where: sql`${tokenIs(first, false)} AND ${where}`,
    }));
  },
};

/** An address, and each of which it goes on below. */
const addressesAbove = (uri: string): string[] => [
  uri,
  ...[...uri.matchAll(/\//g)].map(({ index }) => uri.slice(0, index)),
];

/** `code`, `system|code`, `|code` for one without a system, `system|` for any code of it. */
function tokenIs(value: string, exact: boolean, code = sql`x.code`, system = sql`x.system`): SQL {
  const parts = splitAt(value, '|').map(unescaped);
  // A bar in an identifier's value is forgiven: the first one ends the system.
  const [of, ...rest] = parts.length > 1 ? parts : [null, ...parts];
  const wanted = caseOf(rest.join('|'), exact);
  if (of === null) return sql`${code} = ${wanted}`;
  if (wanted === '') return sql`${system} = ${of} AND ${code} <> ''`;
  return sql`${code} = ${wanted} AND ${system} = ${of}`;
}

/** Sorts after every text that goes on from here. */
const lastCharacter = '\u{10ffff}';

function startsWith(text: string, column = sql`x.value`): SQL {
  const start = folded(text);
  return start === '' ? sql`FALSE` : sql`${column} >= ${start} AND ${column} < ${start + lastCharacter}`;
}

function stringIs(text: string, modifier: string): SQL {
  if (modifier === 'exact') return sql`x.value = ${folded(text)} AND x.exact = ${text}`;
  if (modifier === 'contains') {
    const part = folded(text);
    return part === '' ? sql`FALSE` : sql`instr(x.value, ${part}) > 0`;
  }
  return startsWith(text);
}

/** A resource's dates against a date, by R4's rules for ranges (3.1.1.4.7). Null when it is none. */
function dateIs(value: string, now: Date, first: string, last: string): SQL | null {
  const { prefix, rest } = prefixOf(unescaped(value));
  const span = spanOf(rest);
  if (!span) return null;
  const start = sql.raw(`x."${first}"`);
  const end = sql.raw(`x."${last}"`);
  const within = sql`${start} BETWEEN ${span.start} AND ${span.end} AND ${end} <= ${span.end}`;
  const about = Math.round(Math.abs(now.getTime() - (span.start + span.end) / 2) / 10);
  const ways: Record<Prefix, SQL> = {
    eq: within,
    ne: sql`NOT (${within})`,
    gt: sql`${end} > ${span.end}`,
    lt: sql`${start} < ${span.start}`,
    ge: sql`(${end} > ${span.end} OR (${within}))`,
    le: sql`(${start} < ${span.start} OR (${within}))`,
    sa: sql`${start} > ${span.end}`,
    eb: sql`${end} < ${span.start}`,
    ap: sql`${start} <= ${span.end + about} AND ${end} >= ${span.start - about}`,
  };
  return ways[prefix];
}

function numberIs(value: string): SQL | null {
  const { prefix, rest } = prefixOf(unescaped(value));
  const number = preciseOf(rest);
  if (!number) return null;
  const { value: exactly, low, high } = number;
  const within = sql`x.low >= ${low} AND x.low < ${high} AND x.high < ${high}`;
  const about = Math.abs(exactly) / 10;
  const ways: Record<Prefix, SQL> = {
    eq: within,
    ne: sql`NOT (${within})`,
    gt: sql`x.high > ${exactly}`,
    lt: sql`x.low < ${exactly}`,
    ge: sql`x.high >= ${exactly}`,
    le: sql`x.low <= ${exactly}`,
    sa: sql`x.low > ${exactly}`,
    eb: sql`x.high < ${exactly}`,
    ap: sql`x.low <= ${exactly + about} AND x.high >= ${exactly - about}`,
  };
  return ways[prefix];
}

/** `5.4|system|code`; with `5.4||mg` the unit may be a code or words. */
function quantityIs(value: string, { system, code }: { system: SQL; code: SQL }): SQL | null {
  const [number = '', of = '', unit = '', ...more] = splitAt(value, '|');
  const amount = more.length > 0 ? null : numberIs(number);
  if (!amount) return null;
  const inSystem = of === '' ? sql`TRUE` : sql`${system} = ${unescaped(of)}`;
  const wanted = unescaped(unit);
  const inUnit = of === '' ? sql`(${code} = ${wanted} OR x.unit = ${wanted})` : sql`${code} = ${wanted}`;
  return sql`${amount} AND ${inSystem} AND ${unit === '' ? sql`TRUE` : inUnit}`;
}

function secondIs({ parameter, asking }: Asked, value: string): SQL | null {
  switch (parameter.second) {
    case 'quantity':
      return quantityIs(value, { system: sql`x.value_system`, code: sql`x.value` });
    case 'date':
      return dateIs(value, asking.now, 'low', 'high');
    case 'string':
      return startsWith(unescaped(value));
    default:
      return tokenIs(value, false, sql`x.value`, sql`x.value_system`);
  }
}

function readReference(asked: Asked, value: string): Atoms {
  const { modifier, asking, name } = asked;
  const local = value.startsWith(`${asking.baseUrl}/`) ? value.slice(asking.baseUrl.length + 1) : value;
  const target = /^[A-Za-z0-9.-]{1,64}$/.test(local) ? { type: null, id: local } : referenceOf(local);
  if (!target) return no(badValue(name, 'a reference'));
  if (modifier !== '' && target.type !== null && target.type !== modifier)
    return no(unknownModifier(name, modifier));
  const wanted = modifier === '' ? target.type : modifier;
  return eachBranch(asked, ({ targetType }) => {
    const of =
      wanted === null
        ? targetType === undefined
          ? sql`x.target_type <> ''`
          : sql`x.target_type = ${targetType}`
        : sql`x.target_type = ${wanted}`;
    // Who asks for a patient means no other type, whatever is written before the id.
    const both = wanted !== null && wanted !== '' && targetType !== undefined && targetType !== wanted;
    return { table: tables.references, where: both ? sql`FALSE` : sql`x.target_id = ${target.id} AND ${of}` };
  });
}
