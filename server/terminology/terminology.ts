import type { CatalogueItem } from '../../shared/orders/catalogue.ts';
import type { Result } from '../../shared/wire/result.ts';
import type { Reader } from '../db/reader.ts';
import { ingredientsOf, knowsSystem, lookupCode, type Coded, type FoundConcept } from './codes.ts';
import { translateCode, type Translation, type TranslationQuery } from './conceptMaps.ts';
import type { CatalogueQuery } from './match.ts';
import { searchCodes } from './search.ts';
import { expandValueSet, inValueSet, type Expansion, type NoExpansion } from './valueSets.ts';

export type { Coded, Expansion, FoundConcept, NoExpansion, Translation };

/** Where a code is judged: in its own system, or in a value set. */
export interface CodeQuestion {
  system: string;
  code: string;
  display?: string | undefined;
  valueSet?: string | undefined;
}

export interface CodeVerdict {
  valid: boolean;
  /** The name by which it is known. */
  display: string | null;
  /** Why not, or what is odd. */
  words: string | null;
}

/**
 * Everything that is known about codes, wherever it comes from: the starter set, and what a site has loaded. A release
 * that is loaded or removed by a command counts from the next question on.
 */
export interface Terminology {
  /** As one types: best first. */
  search(query: CatalogueQuery): Promise<CatalogueItem[]>;
  lookup(system: string, code: string): Promise<FoundConcept | null>;
  /** Null: not known, which is not the same as none. */
  ingredientsOf(system: string, code: string): Promise<Coded[] | null>;
  expand(
    valueSet: string,
    page?: { filter?: string | undefined; offset?: number; count?: number },
  ): Promise<Result<Expansion, NoExpansion>>;
  validateCode(question: CodeQuestion): Promise<Result<CodeVerdict, NoExpansion>>;
  translate(query: TranslationQuery): Promise<Translation[]>;
}

export const openTerminology = (reader: Reader): Terminology => ({
  search: (query) => searchCodes(reader, query),
  lookup: (system, code) => lookupCode(reader, system, code),
  ingredientsOf: (system, code) => ingredientsOf(reader, system, code),
  expand: (valueSet, page) => expandValueSet(reader, valueSet, page),
  validateCode: (question) => validateCode(reader, question),
  translate: (query) => translateCode(reader, query),
});

const same = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

async function validateCode(
  reader: Reader,
  { system, code, display, valueSet }: CodeQuestion,
): Promise<Result<CodeVerdict, NoExpansion>> {
  const known = await lookupCode(reader, system, code);
  let found: Coded | null = known;
  if (valueSet !== undefined) {
    const member = await inValueSet(reader, valueSet, system, code);
    if (!member.ok) return member;
    found = member.value;
  }
  const verdict = (valid: boolean, words: string | null): Result<CodeVerdict, NoExpansion> => ({
    ok: true,
    value: { valid, display: known?.display ?? found?.display ?? null, words },
  });
  if (!found) {
    if (valueSet !== undefined) return verdict(false, `${code} is not in the value set.`);
    const words = (await knowsSystem(reader, system))
      ? `${code} is no code of ${system}.`
      : `${system} is not loaded here.`;
    return verdict(false, words);
  }
  const names = [found.display, ...(known ? [known.display, ...known.also] : [])];
  if (display !== undefined && !names.some((name) => same(name, display))) {
    return verdict(false, `${code} is not called that.`);
  }
  return verdict(true, known?.active === false ? 'This code is no longer in use.' : null);
}
