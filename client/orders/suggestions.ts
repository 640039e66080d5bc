import type { OrderFields } from './orderForm.ts';
import type { FoundCode } from '../terminology/terminologyApi.ts';

/** What the formulary proposes first in each list of the form. */
export function suggestionsOf({ hints }: FoundCode): {
  units: string[];
  routes: string[];
  timings: string[];
} {
  return {
    units: [...(hints?.unit ? [hints.unit] : []), ...(hints?.units ?? [])],
    routes: [...(hints?.route ? [hints.route] : []), ...(hints?.routes ?? [])],
    timings: [...(hints?.timing ? [hints.timing] : []), ...(hints?.timings ?? [])],
  };
}

/**
 * Fields of a new order. A unit or a route that can be only one is filled in; a dose never is: it has to be somebody's
 * decision.
 */
export function startFields(code: FoundCode, empty: OrderFields): OrderFields {
  const { units, routes } = suggestionsOf(code);
  const only = (choices: string[]): string => (new Set(choices).size === 1 ? choices[0]! : '');
  return {
    ...empty,
    unit: only(units),
    route: only(routes),
    specimen: code.hints?.specimen ?? '',
    bodySite: code.hints?.bodySite ?? '',
  };
}
