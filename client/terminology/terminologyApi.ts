import {
  catalogueAnswer,
  type CatalogueCategory,
  type CatalogueItem,
} from '../../shared/orders/catalogue.ts';
import { ask } from '../wire/api.ts';

/** Codes whose words match, best first. @throws ApiError */
export async function searchCodes(
  query: string,
  category: CatalogueCategory | null,
  signal: AbortSignal,
): Promise<CatalogueItem[]> {
  const wanted = new URLSearchParams({ q: query, ...(category === null ? {} : { category }) });
  return catalogueAnswer.parse(await ask('GET', `/api/terminology/search?${wanted}`, { signal })).items;
}
