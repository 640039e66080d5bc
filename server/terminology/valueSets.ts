import { and, asc, eq, sql } from 'drizzle-orm';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Reader } from '../db/reader.ts';
import { lookupCode, type Coded } from './codes.ts';
import { plainWords } from './match.ts';
import { allWords, currentRelease, matching } from './releases.ts';
import { starterOf, starterSet } from './starterIndex.ts';
import { concepts, valueSetMembers } from './tables.ts';

export interface Expansion {
  url: string;
  version: string | null;
  /** How many there are in all; null when they are a search in a whole code system, which is not counted. */
  total: number | null;
  contains: Coded[];
}

/** Why a value set cannot be used: nobody has loaded it, or it is defined in a way that is not followed here. */
export type NoExpansion = { kind: 'unknown' | 'not-expandable'; words: string };

/** A set as it is listed: its codes, and the code systems of which it takes all. */
interface Listed {
  version: string | null;
  codes: Map<string, Coded>;
  systems: Set<string>;
  /** Codes of those systems that are left out all the same. */
  without: Set<string>;
}

/** Value sets may name each other, even in circles. */
const maxDepth = 8;

const keyOf = (system: string, code: string): string => `${system}|${code}`;

async function listed(reader: Reader, url: string, depth = 0): Promise<Result<Listed, NoExpansion>> {
  const own = starterSet(url);
  if (own) {
    const codes = new Map(
      own.map(({ system, code, display }) => [keyOf(system, code), { system, code, display }]),
    );
    return ok({ version: null, codes, systems: new Set(), without: new Set() });
  }
  const release = await currentRelease(reader, 'value-set', url);
  if (!release) return no({ kind: 'unknown', words: `There is no value set ${url} here.` });
  if (release.incomplete !== null) return no({ kind: 'not-expandable', words: release.incomplete });
  if (depth === maxDepth)
    return no({ kind: 'not-expandable', words: 'Its value sets name each other without end.' });
  const members = await reader
    .select()
    .from(valueSetMembers)
    .where(eq(valueSetMembers.releaseId, release.id))
    .orderBy(asc(valueSetMembers.excluded), asc(valueSetMembers.position));
  const set: Listed = { version: release.version, codes: new Map(), systems: new Set(), without: new Set() };
  for (const { excluded, system, code, display, valueSet } of members) {
    if (valueSet !== null) {
      const inner = await listed(reader, valueSet, depth + 1);
      if (!inner.ok) return inner;
      for (const [key, each] of inner.value.codes) put(set, key, each, excluded);
      for (const key of excluded ? [] : inner.value.without) set.without.add(key);
      for (const each of inner.value.systems) putSystem(set.systems, each, excluded);
    } else if (system !== null && code !== null) {
      const name = display ?? (await lookupCode(reader, system, code))?.display ?? code;
      put(set, keyOf(system, code), { system, code, display: name }, excluded);
    } else if (system !== null) putSystem(set.systems, system, excluded);
  }
  return ok(set);
}

function put({ codes, without }: Listed, key: string, coded: Coded, excluded: boolean): void {
  if (!excluded) codes.set(key, coded);
  else if (!codes.delete(key)) without.add(key);
}

function putSystem(systems: Set<string>, system: string, excluded: boolean): void {
  if (excluded) systems.delete(system);
  else systems.add(system);
}

/** All that a value set takes in: codes, and whole code systems but for a few codes of theirs. */
export async function valueSetContent(
  reader: Reader,
  url: string,
): Promise<
  Result<{ codes: Coded[]; systems: string[]; without: [system: string, code: string][] }, NoExpansion>
> {
  const found = await listed(reader, url);
  if (!found.ok) return found;
  const { codes, systems, without } = found.value;
  const split = (key: string): [string, string] => {
    const bar = key.lastIndexOf('|');
    return [key.slice(0, bar), key.slice(bar + 1)];
  };
  return ok({ codes: [...codes.values()], systems: [...systems], without: [...without].map(split) });
}

/** The codes of a value set, those whose words match the filter, one page of them. */
export async function expandValueSet(
  reader: Reader,
  url: string,
  {
    filter = '',
    offset = 0,
    count = 100,
  }: { filter?: string | undefined; offset?: number; count?: number } = {},
): Promise<Result<Expansion, NoExpansion>> {
  const found = await listed(reader, url);
  if (!found.ok) return found;
  const { version, codes, systems, without } = found.value;
  const asked = plainWords(filter);
  if (asked.length === 0 && filter.trim() !== '') return ok({ url, version, total: 0, contains: [] });
  const chosen = [...codes.values()].filter((each) => answers(each, asked));
  let total: number | null = chosen.length;
  for (const system of systems) {
    const wanted = offset + count - chosen.length;
    const { first, all } = await wholeSystem(reader, system, asked, Math.max(0, wanted) + without.size);
    chosen.push(...first.filter(({ code }) => !without.has(keyOf(system, code))));
    const missing = [...without].filter((key) => key.startsWith(`${system}|`)).length;
    total = total === null || all === null ? null : total + all - missing;
  }
  return ok({ url, version, total, contains: chosen.slice(offset, offset + count) });
}

const answers = ({ code, display }: Coded, asked: string[]): boolean => {
  const words = [...plainWords(display), code.toLowerCase()];
  return asked.every((word) => words.some((each) => each.startsWith(word)));
};

async function wholeSystem(
  reader: Reader,
  system: string,
  asked: string[],
  limit: number,
): Promise<{ first: Coded[]; all: number | null }> {
  const release = await currentRelease(reader, 'system', system);
  if (!release) {
    const items = starterOf(system).filter((each) => answers(each, asked));
    return {
      first: items.slice(0, limit).map(({ code, display }) => ({ system, code, display })),
      all: items.length,
    };
  }
  const coded = ({ code, display }: { code: string; display: string }): Coded => ({ system, code, display });
  if (asked.length > 0) {
    return { first: (await matching(reader, release.id, allWords(asked), limit)).map(coded), all: null };
  }
  const inUse = and(eq(concepts.releaseId, release.id), eq(concepts.active, true));
  const first = await reader.select().from(concepts).where(inUse).orderBy(asc(concepts.id)).limit(limit);
  const [counted] = await reader
    .select({ n: sql<number>`count(*)` })
    .from(concepts)
    .where(inUse);
  return { first: first.map(coded), all: counted?.n ?? 0 };
}

/** Whether a value set has a code; with the name by which it has it. */
export async function inValueSet(
  reader: Reader,
  url: string,
  system: string,
  code: string,
): Promise<Result<Coded | null, NoExpansion>> {
  const found = await listed(reader, url);
  if (!found.ok) return found;
  const { codes, systems, without } = found.value;
  const key = keyOf(system, code);
  if (without.has(key)) return ok(null);
  return ok(codes.get(key) ?? (systems.has(system) ? await lookupCode(reader, system, code) : null));
}
