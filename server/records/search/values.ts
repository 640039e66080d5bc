import { listAt, textAt, valueAt } from '../../../shared/patients/fhirValue.ts';
import { fold } from '../../../shared/patients/search.ts';
import { earliest, latest, spanOf, type Span } from './dates.ts';
import type { Step } from './definitions.ts';

/** Values at a path of a resource; lists on the way are looked through. */
export function valuesAt(value: unknown, steps: readonly Step[]): unknown[] {
  const found: unknown[] = [];
  collect(value, steps, 0, found);
  return found;
}

function collect(value: unknown, steps: readonly Step[], at: number, found: unknown[]): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) collect(each, steps, at, found);
    return;
  }
  const having = at > 0 ? steps[at - 1]!.having : null;
  if (having && valueAt(value, having.name) !== having.value) return;
  const step = steps[at];
  if (step === undefined) found.push(value);
  else if (typeof value === 'object' && Object.hasOwn(value, step.name))
    collect((value as Record<string, unknown>)[step.name], steps, at + 1, found);
}

/** Without accents, punctuation and repeated spaces, in lower case: what a string search compares (R4, 3.1.1.4.8). */
export const folded = (text: string): string => fold(text).replace(/\p{P}/gu, '').replace(/\s+/g, ' ').trim();

export interface Token {
  system: string;
  code: string;
}

/** The codes of a coded value, the identifier of an identifier, the address of a contact point. */
export function tokensOf(value: unknown, exact: boolean): Token[] {
  if (typeof value === 'string') return [{ system: '', code: caseOf(value, exact) }];
  if (typeof value !== 'object') return [{ system: '', code: String(value) }];
  const codings = listAt(value, 'coding');
  const coded = codings.length > 0 ? codings : [value];
  const tokens = coded.flatMap((each) => {
    const code = textAt(each, 'code') ?? textAt(each, 'value');
    return code === null ? [] : [{ system: textAt(each, 'system') ?? '', code: caseOf(code, exact) }];
  });
  // A concept of words only is there all the same: `:missing` asks.
  return tokens.length > 0 ? tokens : [{ system: '', code: '' }];
}

export const caseOf = (code: string, exact: boolean): string => (exact ? code : code.toLowerCase());

/** The words of a concept. */
export function wordsOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const all = [textAt(value, 'text'), textAt(value, 'display')];
  for (const coding of listAt(value, 'coding')) all.push(textAt(coding, 'display'));
  return all.filter((each) => each !== null);
}

/** What an identifier's type and value are, as `:of-type` asks: `type code|value`. */
export const typedIdentifiersOf = (value: unknown): Token[] =>
  listAt(value, 'type', 'coding').flatMap((coding) => {
    const [code, identifier] = [textAt(coding, 'code'), textAt(value, 'value')];
    if (code === null || identifier === null) return [];
    return [{ system: textAt(coding, 'system') ?? '', code: `${code}|${identifier}` }];
  });

/** The texts of a string, or of all parts of what is made of strings. */
export const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(stringsOf);
};

export function spansOf(value: unknown): Span[] {
  if (typeof value === 'string') {
    const span = spanOf(value);
    return span ? [span] : [];
  }
  const bounds = valueAt(value, 'repeat', 'boundsPeriod');
  const events = listAt(value, 'event').flatMap(spansOf);
  if (bounds !== undefined || events.length > 0 || valueAt(value, 'repeat') !== undefined)
    return [...events, ...(bounds === undefined ? [] : spansOf(bounds))];
  const [start, end] = [spanIn(value, 'start'), spanIn(value, 'end')];
  if (start === null && end === null) return [];
  return [{ start: start?.start ?? earliest, end: end?.end ?? latest }];
}

function spanIn(period: unknown, element: 'start' | 'end'): Span | null {
  const text = textAt(period, element);
  return text === null ? null : spanOf(text);
}

export interface Reference {
  /** Empty when `id` is an address. */
  type: string;
  id: string;
}

const literal = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** What a reference points to; null for one into the resource itself, or without a literal. */
export function referenceOf(value: unknown): Reference | null {
  const text = typeof value === 'string' ? value : textAt(value, 'reference');
  if (text === null || text.startsWith('#')) return null;
  const match = literal.exec(text);
  return match ? { type: match[1]!, id: match[2]! } : { type: '', id: text };
}

export interface Amount {
  low: number;
  high: number;
  system: string;
  code: string;
  unit: string;
}

/** Beyond every number that anybody measures. */
export const largest = 1e300;

export function amountsOf(value: unknown): Amount[] {
  if (value === null || typeof value !== 'object' || isNumberObject(value)) {
    const plain = numberOf(value);
    return plain === null ? [] : [{ low: plain, high: plain, system: '', code: '', unit: '' }];
  }
  const [low, high] = [valueAt(value, 'low'), valueAt(value, 'high')];
  if (low !== undefined || high !== undefined) {
    const bounds = [numberOf(valueAt(low, 'value')), numberOf(valueAt(high, 'value'))];
    if (bounds[0] === null && bounds[1] === null) return [];
    return [{ low: bounds[0] ?? -largest, high: bounds[1] ?? largest, ...unitOf(low ?? high) }];
  }
  const amount = numberOf(valueAt(value, 'value'));
  return amount === null ? [] : [{ low: amount, high: amount, ...unitOf(value) }];
}

function unitOf(quantity: unknown): Pick<Amount, 'system' | 'code' | 'unit'> {
  const currency = textAt(quantity, 'currency');
  if (currency !== null) return { system: 'urn:iso:std:iso:4217', code: currency, unit: '' };
  return {
    system: textAt(quantity, 'system') ?? '',
    code: textAt(quantity, 'code') ?? '',
    unit: textAt(quantity, 'unit') ?? '',
  };
}

/** A decimal that kept its digits on the way in (`json.ts`). */
const isNumberObject = (value: object): boolean => valueAt(value, 'isLosslessNumber') === true;

function numberOf(value: unknown): number | null {
  if (typeof value !== 'number' && !(value !== null && typeof value === 'object' && isNumberObject(value)))
    return null;
  const number = Number(String(value));
  return Number.isFinite(number) ? number : null;
}
