import { isOrderable, type CatalogueCategory, type CatalogueItem } from '../../shared/orders/catalogue.ts';

/** Letters without accents, small; everything that is no letter or digit parts words. */
export const plainWords = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

interface Indexed {
  item: CatalogueItem;
  name: string[];
  also: string[];
  code: string;
}

export interface Terminology {
  search(query: { category?: CatalogueCategory | undefined; q: string; limit?: number }): CatalogueItem[];
}

const initials = (words: string[]): string => words.map((word) => word[0]).join('');

/**
 * How well an item answers, lower is better; null when it does not. Every word asked for must begin a word of the
 * item. The name counts before other names, its beginning before its middle.
 */
function rankOf({ name, also, code }: Indexed, asked: string[], whole: string): number | null {
  if (code === whole) return 0;
  const starts = (words: string[], word: string): boolean => words.some((other) => other.startsWith(word));
  if (!asked.every((word) => starts(name, word) || starts(also, word))) {
    return whole.length > 1 && initials(name) === whole ? 5 : null;
  }
  if (name.join(' ') === asked.join(' ')) return 1;
  if (name.join(' ').startsWith(asked.join(' '))) return 2;
  if (asked.every((word) => starts(name, word))) return 3;
  return also.includes(whole) ? 2.5 : 4;
}

/** What a search without a category looks through: orders and problems, not the lists of a chart. */
const byDefault = (item: CatalogueItem): boolean => isOrderable(item) || item.category === 'problem';

/** Search over a list that is held in memory. */
export function indexCatalogue(items: readonly CatalogueItem[]): Terminology {
  const index: Indexed[] = items.map((item) => ({
    item,
    name: plainWords(item.display),
    also: plainWords(item.also.join(' ')),
    code: item.code.toLowerCase(),
  }));
  return {
    search({ category, q, limit = 20 }) {
      const asked = plainWords(q);
      if (asked.length === 0) return [];
      const whole = q.trim().toLowerCase();
      return index
        .flatMap((entry) => {
          if (category === undefined ? !byDefault(entry.item) : entry.item.category !== category) return [];
          const rank = rankOf(entry, asked, whole);
          return rank === null ? [] : [{ item: entry.item, rank }];
        })
        .sort(
          (a, b) =>
            a.rank - b.rank ||
            a.item.display.length - b.item.display.length ||
            (a.item.display < b.item.display ? -1 : 1),
        )
        .slice(0, limit)
        .map(({ item }) => item);
    },
  };
}
