import { orderCategories } from '../../shared/documents/orders.ts';
import { orderSentence, readOrder, splitDrugName } from '../../shared/orders/summary.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isMarker = (value: unknown): boolean => isObject(value) && 'contested' in value;

/** What an order is for, in a word or two: `furosemide`. */
export function orderTitle(category: unknown, detail: unknown): string {
  const code = isObject(detail) ? detail['code'] : null;
  const display = isObject(code) ? code['display'] : null;
  if (typeof display !== 'string') return 'Order';
  return category === 'medication' ? splitDrugName(display).drug : display;
}

/** A whole order as one sentence. */
export function orderWords(category: unknown, detail: unknown): string {
  const known = orderCategories.find((each) => each === category);
  return known === undefined ? 'Order' : orderSentence(readOrder(known, detail));
}

/** A value as it can stand in a sentence. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (isMarker(value)) return 'two values, someone must choose';
  if (isObject(value)) {
    const { display } = value;
    return typeof display === 'string' ? display : 'a new value';
  }
  return String(value);
}
