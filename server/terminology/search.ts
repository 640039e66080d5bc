import type { CatalogueCategory, CatalogueItem } from '../../shared/orders/catalogue.ts';
import type { Reader } from '../db/reader.ts';
import {
  defaultLimit,
  indexed,
  isInDefault,
  looksLikeCode,
  plainWords,
  rankOf,
  type CatalogueQuery,
} from './match.ts';
import {
  allWords,
  codedLike,
  currentReleases,
  matching,
  nameBegins,
  type ConceptRow,
  type ReleaseRow,
} from './releases.ts';
import { codeKey } from './rows.ts';
import { codeSystems } from './starter/systems.ts';
import { starterIndex, starterItems } from './starterIndex.ts';

/** What is prescribed: ingredients, brands, products and packs, but not the components that RxNorm builds them from. */
const prescribable = ['IN', 'PIN', 'MIN', 'BN', 'SCD', 'SBD', 'GPCK', 'BPCK'];
/** What a person reacts to is a substance or its brand, not a strength of it. */
const substances = ['IN', 'PIN', 'MIN', 'BN'];

/** What is looked through for a category beside its own releases. */
const borrowed: Partial<Record<CatalogueCategory, CatalogueCategory>> = {
  allergen: 'medication',
  reaction: 'problem',
};

function isMeant({ category, url }: ReleaseRow, query: CatalogueQuery): boolean {
  if (query.system !== undefined) return url === query.system;
  if (query.category === undefined) return category !== null && isInDefault(category);
  return category === query.category || category === (borrowed[query.category] ?? query.category);
}

const kindsOf = ({ url }: ReleaseRow, category: CatalogueCategory | undefined): readonly string[] | null => {
  if (url !== codeSystems.rxnorm) return null;
  return category === 'allergen' ? substances : prescribable;
};

/** How many of a release are looked at to find the best; the index gives the most useful ones first. */
const candidates = { coded: 20, beginning: 30, words: 40 };

async function candidatesOf(
  reader: Reader,
  release: ReleaseRow,
  query: CatalogueQuery,
  asked: string[],
): Promise<ConceptRow[]> {
  const kinds = kindsOf(release, query.category);
  const found = new Map<number, ConceptRow>();
  const add = (rows: ConceptRow[]): void => rows.forEach((row) => found.set(row.id, row));
  if (looksLikeCode(query.q.trim())) {
    add(await codedLike(reader, release.id, codeKey(query.q), candidates.coded, kinds));
  }
  add(await matching(reader, release.id, nameBegins(asked), candidates.beginning, kinds));
  // Nothing that has the words somewhere comes before a name that begins with them.
  if (found.size >= (query.limit ?? defaultLimit)) return [...found.values()];
  add(await matching(reader, release.id, allWords(asked), candidates.words, kinds));
  return [...found.values()];
}

interface Candidate {
  item: CatalogueItem;
  rank: number;
  /** Order among equals: the starter set first, then as the releases stand. */
  place: number;
}

/** The starter set is what a ward uses every day: it stands one step ahead of the same match in a whole release. */
const ahead = (rank: number): number => (rank < 1 ? rank : Math.max(0.75, rank - 1));

/** Codes whose words match, from the starter set and from every release that is meant, best first. */
export async function searchCodes(reader: Reader, query: CatalogueQuery): Promise<CatalogueItem[]> {
  const asked = plainWords(query.q);
  if (asked.length === 0) return [];
  const best = new Map<string, Candidate>();
  starterIndex.ranked(query).forEach(({ item, rank }, place) => {
    best.set(`${item.system}|${item.code}|${item.category}`, { item, rank: ahead(rank), place: place - 1e6 });
  });
  const whole = query.q.trim().toLowerCase();
  const key = codeKey(whole);
  for (const release of await currentReleases(reader, 'system')) {
    if (!isMeant(release, query)) continue;
    const category = query.category ?? release.category ?? 'other';
    for (const row of await candidatesOf(reader, release, query, asked)) {
      const item = toItem(release, row, category);
      const rank = rankIn(row, item, asked, key);
      const name = `${item.system}|${item.code}|${item.category}`;
      const before = best.get(name);
      if (!before) best.set(name, { item, rank, place: row.id });
      else if (rank < before.rank) best.set(name, { ...before, rank });
    }
  }
  return [...best.values()]
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .slice(0, query.limit ?? defaultLimit)
    .map(({ item }) => item);
}

/** For what the index has found by a folding of letters that `plainWords` does not know. */
const weakest = 6;

/** By the release's own words; codes are compared as people type them, with or without their dot. */
function rankIn(row: ConceptRow, item: CatalogueItem, asked: string[], key: string): number {
  if (row.codeKey === key) return 0;
  const own = { ...item, display: row.display, also: JSON.parse(row.also) as string[] };
  const rank = rankOf({ ...indexed(own), code: row.codeKey }, asked, key) ?? weakest;
  return starterItems(item.system, item.code).includes(item) ? ahead(rank) : rank;
}

/** As a chart's lists take it; what the starter set knows of the same code comes with it. */
function toItem(
  { url }: ReleaseRow,
  { code, display, also }: ConceptRow,
  category: CatalogueCategory,
): CatalogueItem {
  const known = starterItems(url, code).find((item) => item.category === category);
  return known ?? { system: url, code, display, category, also: JSON.parse(also) as string[], hints: {} };
}
