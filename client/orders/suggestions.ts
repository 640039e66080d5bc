import { startDetail, type CatalogueItem } from '../../shared/orders/catalogue.ts';
import { fieldsOf, type OrderFields } from './orderForm.ts';

/** What a form offers first in each of its lists. */
export interface Suggestions {
  forms: readonly string[];
  doses: readonly string[];
  units: readonly string[];
  routes: readonly string[];
  timings: readonly string[];
}

export const noSuggestions: Suggestions = { forms: [], doses: [], units: [], routes: [], timings: [] };

export const suggestionsOf = ({ hints }: CatalogueItem): Suggestions => ({
  forms: hints.forms ?? [],
  doses: hints.doses ?? [],
  units: hints.doseUnit === undefined ? [] : [hints.doseUnit],
  routes: hints.routes ?? [],
  timings: hints.timings ?? [],
});

/** Fields of a new order: what is usual, for somebody to look at and decide. */
export const startFields = (item: CatalogueItem): OrderFields => ({
  ...fieldsOf(startDetail(item), { indication: null, priority: 'routine', note: null }),
  form: item.hints.forms?.[0] ?? '',
});
