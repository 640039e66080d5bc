import type { CatalogueCategory, CatalogueItem } from '../../shared/orders/catalogue.ts';
import { allergens } from './starter/allergens.ts';
import { laboratory } from './starter/laboratory.ts';
import { medicines } from './starter/medicines.ts';
import { relationships, smokingStatuses } from './starter/people.ts';
import { problems } from './starter/problems.ts';
import { procedures } from './starter/procedures.ts';
import { reactions } from './starter/reactions.ts';
import { services } from './starter/services.ts';
import { vaccines } from './starter/vaccines.ts';

export { codeSystems } from './starter/systems.ts';

/** What can be ordered and recorded before a site brings its own formulary and code systems. */
export const starterCatalogue: readonly CatalogueItem[] = [
  ...medicines,
  ...laboratory,
  ...services,
  ...problems,
  ...allergens,
  ...reactions,
  ...vaccines,
  ...procedures,
  ...relationships,
  ...smokingStatuses,
];

const byName = new Map(starterCatalogue.map((item) => [`${item.category}|${item.display}`, item]));

/** An item by its exact name. @throws when there is none: only our own data is looked up like this. */
export function starterItem(category: CatalogueCategory, display: string): CatalogueItem {
  const item = byName.get(`${category}|${display}`);
  if (!item) throw new Error(`The starter catalogue has no ${category} called ${display}.`);
  return item;
}
