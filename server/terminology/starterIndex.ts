import type { CatalogueCategory, CatalogueItem } from '../../shared/orders/catalogue.ts';
import { catalogueCategories } from '../../shared/orders/catalogue.ts';
import { indexCatalogue } from './match.ts';
import { starterCatalogue } from './starter.ts';

/** The starter set as a source of codes like any other. */
export const starterIndex = indexCatalogue(starterCatalogue);

const keyOf = (system: string, code: string): string => `${system}|${code}`;

const byCode = new Map<string, CatalogueItem[]>();
for (const item of starterCatalogue) {
  const key = keyOf(item.system, item.code);
  byCode.set(key, [...(byCode.get(key) ?? []), item]);
}

/** What the starter set calls a code; one code may stand in several categories. */
export const starterItems = (system: string, code: string): readonly CatalogueItem[] =>
  byCode.get(keyOf(system, code)) ?? [];

/** Each code of a system once. */
export const starterOf = (system: string): CatalogueItem[] =>
  [...byCode.values()].flatMap(([item]) => (item?.system === system ? [item] : []));

const setBase = 'https://cochart.dev/fhir/ValueSet/';

/** The address under which a category of the starter set can be expanded. */
const setUrl = (category: CatalogueCategory): string => `${setBase}${category}`;

/** The items of one of the starter's own value sets; null when the address is none of them. */
export function starterSet(url: string): CatalogueItem[] | null {
  const category = catalogueCategories.find((each) => setUrl(each) === url && each !== 'other');
  return category === undefined ? null : starterCatalogue.filter((item) => item.category === category);
}
