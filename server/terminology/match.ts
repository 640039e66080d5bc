import type { CatalogueCategory, CatalogueItem } from '../../shared/orders/catalogue.ts';
import { orderCategories } from '../../shared/documents/orders.ts';

/** Letters without accents, small; everything that is no letter or digit parts words. */
export const plainWords = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** An item with the words it is found by. */
export interface Indexed {
  item: CatalogueItem;
  name: string[];
  also: string[];
  code: string;
}

export interface CatalogueQuery {
  category?: CatalogueCategory | undefined;
  system?: string | undefined;
  q: string;
  limit?: number;
}

export interface Ranked {
  item: CatalogueItem;
  rank: number;
}

export interface CatalogueIndex {
  search(query: CatalogueQuery): CatalogueItem[];
  /** All that match, each with how well. */
  ranked(query: CatalogueQuery): Ranked[];
}

const initials = (words: string[]): string => words.map((word) => word[0]).join('');

/**
 * How well an item answers, lower is better; null when it does not. Every word asked for must begin a word of the
 * item. The code counts before the name, the name before other names, its beginning before its middle.
 */
export function rankOf({ name, also, code }: Indexed, asked: string[], whole: string): number | null {
  if (code === whole) return 0;
  const starts = (words: string[], word: string): boolean => words.some((other) => other.startsWith(word));
  if (!asked.every((word) => starts(name, word) || starts(also, word))) {
    if (looksLikeCode(whole) && code.startsWith(whole)) return 0.5;
    return whole.length > 1 && initials(name) === whole ? 5 : null;
  }
  if (name.join(' ') === asked.join(' ')) return 1;
  if (name.join(' ').startsWith(asked.join(' '))) return 2;
  if (asked.every((word) => starts(name, word))) return 3;
  return also.includes(whole) ? 2.5 : 4;
}

/** One word with a digit in it. */
export const looksLikeCode = (text: string): boolean => /^[\w.-]*\d[\w.-]*$/.test(text);

export const indexed = (item: CatalogueItem): Indexed => ({
  item,
  name: plainWords(item.display),
  also: plainWords(item.also.join(' ')),
  code: item.code.toLowerCase(),
});

export const defaultLimit = 20;

/** What a search without a category looks through: orders and problems, not the lists of a chart. */
export const isInDefault = (category: CatalogueCategory): boolean =>
  category === 'problem' || orderCategories.some((each) => each === category);

/** Search over a list that is held in memory. */
export function indexCatalogue(items: readonly CatalogueItem[]): CatalogueIndex {
  const index = items.map(indexed);
  const isMeant = ({ category, system }: CatalogueQuery, item: CatalogueItem): boolean => {
    if (system !== undefined && item.system !== system) return false;
    if (category !== undefined) return item.category === category;
    return system !== undefined || isInDefault(item.category);
  };
  const ranked = (query: CatalogueQuery): Ranked[] => {
    const asked = plainWords(query.q);
    if (asked.length === 0) return [];
    const whole = query.q.trim().toLowerCase();
    return index
      .flatMap((entry) => {
        if (!isMeant(query, entry.item)) return [];
        const rank = rankOf(entry, asked, whole);
        return rank === null ? [] : [{ item: entry.item, rank }];
      })
      .sort(
        (a, b) =>
          a.rank - b.rank ||
          a.item.display.length - b.item.display.length ||
          (a.item.display < b.item.display ? -1 : 1),
      );
  };
  return {
    ranked,
    search: (query) =>
      ranked(query)
        .slice(0, query.limit ?? defaultLimit)
        .map(({ item }) => item),
  };
}
