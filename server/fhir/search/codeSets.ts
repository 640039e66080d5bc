import { sql, type SQL } from 'drizzle-orm';
import { no, ok, type Result } from '../../../shared/wire/result.ts';
import type { Reader } from '../../db/reader.ts';
import { caseOf } from '../../records/search/values.ts';
import { hierarchyOf } from '../../terminology/hierarchy.ts';
import { valueSetContent } from '../../terminology/valueSets.ts';
import { badValue, tooMuch, type SearchProblem } from './problem.ts';
import { splitAt, unescaped } from './text.ts';

/**
 * What the value sets and the places in hierarchies that a query names come to: which codes a token may have (`x` is
 * its row). They are looked up before the query is read, which needs nothing else from the record.
 */
export type CodeSets = ReadonlyMap<string, Result<SQL, SearchProblem>>;

/** The modifiers that ask what a code means, and not how it is written. */
export const codeModifiers = ['in', 'not-in', 'below', 'above'] as const;
type CodeModifier = (typeof codeModifiers)[number];

export const asksForMeaning = (modifier: string): modifier is CodeModifier =>
  (codeModifiers as readonly string[]).includes(modifier);

/** An address may be said again in an answer; what else somebody looked for may not. */
const isAddress = (text: string): boolean => /^(https?:\/\/|urn:)[^\s<>"']{1,300}$/.test(text);

/** Each may be a value set of thousands of codes. */
const setsAtMost = 20;

const keyOf = (modifier: CodeModifier, value: string): string =>
  `${modifier === 'not-in' ? 'in' : modifier} ${value}`;

/** Of every value set and place in a hierarchy that a query names; chains name them at their end. */
export async function codeSetsFor(
  reader: Reader,
  query: readonly (readonly [string, string])[],
): Promise<CodeSets> {
  const sets = new Map<string, Result<SQL, SearchProblem>>();
  for (const [name, value] of query) {
    const modifier = name.slice(name.lastIndexOf(':') + 1);
    if (!name.includes(':') || !asksForMeaning(modifier)) continue;
    for (const each of splitAt(value, ',')) {
      const key = keyOf(modifier, each);
      if (sets.has(key) || sets.size >= setsAtMost) continue;
      sets.set(
        key,
        await (modifier === 'in' || modifier === 'not-in' ? inSet : inHierarchy)(reader, name, each),
      );
    }
  }
  return sets;
}

export const codeSetOf = (
  sets: CodeSets,
  modifier: CodeModifier,
  value: string,
): Result<SQL, SearchProblem> =>
  sets.get(keyOf(modifier, value)) ??
  no(tooMuch(`More than ${setsAtMost} value sets and places in hierarchies are asked for at once.`));

type Pair = readonly [system: string, code: string];

const among = (pairs: Pair[]): SQL =>
  sql`(x.code, x.system) IN (SELECT value ->> 1, value ->> 0 FROM json_each(${JSON.stringify(
    pairs.map(([system, code]) => [system, caseOf(code, false)]),
  )}))`;

async function inSet(reader: Reader, name: string, value: string): Promise<Result<SQL, SearchProblem>> {
  const url = unescaped(value);
  if (!isAddress(url)) return no(badValue(name, 'the address of a value set'));
  const content = await valueSetContent(reader, url);
  if (!content.ok)
    return no({ ...badValue(name, 'a value set that is known here'), message: content.error.words });
  const { codes, systems, without } = content.value;
  const listed = among(codes.map(({ system, code }) => [system, code]));
  if (systems.length === 0) return ok(listed);
  // A code is taken at its word that it is of its system.
  const whole = sql`x.system IN (SELECT value FROM json_each(${JSON.stringify(systems)})) AND x.code <> ''`;
  return ok(sql`(${listed} OR (${whole} AND NOT ${among(without)}))`);
}

async function inHierarchy(reader: Reader, name: string, value: string): Promise<Result<SQL, SearchProblem>> {
  const [system = '', code = '', ...more] = splitAt(value, '|').map(unescaped);
  if (!isAddress(system) || code === '' || more.length > 0) return no(badValue(name, 'system|code'));
  const towards = name.endsWith(':below') ? 'below' : 'above';
  const found = await hierarchyOf(reader, system, code, towards);
  if (!found.ok) return no({ ...badValue(name, 'in a hierarchy that is known here'), message: found.error });
  const { codes, prefixes } = found.value;
  const ways = [
    among(codes.map((each) => [system, each])),
    ...prefixes.map((each) => {
      const start = caseOf(each, false);
      return sql`(x.system = ${system} AND x.code >= ${start} AND x.code < ${`${start}\u{10ffff}`})`;
    }),
  ];
  return ok(sql`(${sql.join(ways, sql` OR `)})`);
}
