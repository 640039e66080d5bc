import { queryOptions } from '@tanstack/svelte-query';
import {
  catalogueAnswer,
  type CatalogueCategory,
  type CatalogueItem,
} from '../../shared/orders/catalogue.ts';
import type { Typing } from '../ui/typing.svelte.ts';
import { ask } from '../wire/api.ts';

export const codeKey = ({ system, code }: CatalogueItem): string => `${system}|${code}`;

/** Codes whose words match, best first. @throws ApiError */
async function searchCodes(
  query: string,
  category: CatalogueCategory | null,
  signal: AbortSignal,
): Promise<CatalogueItem[]> {
  const wanted = new URLSearchParams({ q: query, ...(category === null ? {} : { category }) });
  return catalogueAnswer.parse(await ask('GET', `/api/terminology/search?${wanted}`, { signal })).items;
}

/** The codes for what somebody types. */
export const codesFor = (typing: Typing, category: CatalogueCategory | null) =>
  queryOptions({
    queryKey: ['codes', category, typing.sought],
    queryFn: ({ signal }) => searchCodes(typing.sought, category, signal),
    enabled: typing.isEnough,
    placeholderData: typing.keep,
  });
