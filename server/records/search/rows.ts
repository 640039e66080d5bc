import type { Resource } from '../../../shared/patients/fhirValue.ts';
import {
  identifierNumber,
  indexedPaths,
  ofTypeNumber,
  textNumber,
  type IndexedPath,
  type SecondKind,
} from './definitions.ts';
import {
  amountsOf,
  folded,
  referenceOf,
  spansOf,
  stringsOf,
  tokensOf,
  typedIdentifiersOf,
  valuesAt,
  wordsOf,
} from './values.ts';

type Cell = string | number;

/** Rows for each index table, their cells in the order of its columns. */
export interface IndexRows {
  search_tokens: Cell[][];
  search_strings: Cell[][];
  search_dates: Cell[][];
  search_references: Cell[][];
  search_quantities: Cell[][];
  search_composites: Cell[][];
}

export const noRows = (): IndexRows => ({
  search_tokens: [],
  search_strings: [],
  search_dates: [],
  search_references: [],
  search_quantities: [],
  search_composites: [],
});

/** Longer texts are found by their beginning. */
const longest = 1_000;

const foldedStart = (text: string): string => folded(text.slice(0, longest)).slice(0, longest);

/** Adds what a resource is found by. Whatever stands where it should not is passed over. */
export function addRows(rows: IndexRows, resource: Resource): void {
  for (const path of plan(resource.resourceType)) {
    if (path.presence) addPresence(rows, resource, path);
    else if (path.pair) addPairs(rows, resource, path);
    else
      for (const value of valuesAt(resource, path.steps)) adders[path.kind](rows, resource.id, path, value);
  }
}

/** An indexed path with the numbers of what is indexed beside it. */
interface Planned extends IndexedPath {
  text: number;
  identifier: number;
  ofType: number;
}

const plans = new Map<string, Planned[]>();

function plan(type: string): Planned[] {
  let found = plans.get(type);
  if (!found) {
    found = indexedPaths(type).map((path) => {
      const name = path.steps.map(({ name }) => name).join('.');
      return {
        ...path,
        text: textNumber(type, name),
        identifier: identifierNumber(type, name),
        ofType: ofTypeNumber(type, name),
      };
    });
    plans.set(type, found);
  }
  return found;
}

/** All numbers under which a resource of a type may have rows. */
export const numbersOf = (type: string): number[] =>
  plan(type).flatMap(({ p, text, identifier, ofType }) => [p, text, identifier, ofType]);

type Adder = (rows: IndexRows, id: string, path: Planned, value: unknown) => void;

const addWords = (rows: IndexRows, id: string, p: number, texts: string[]): void => {
  for (const text of new Set(texts)) {
    const value = foldedStart(text);
    if (value !== '') rows.search_strings.push([p, value, id, text.slice(0, longest)]);
  }
};

const adders: Record<IndexedPath['kind'], Adder> = {
  token: (rows, id, { p, exact, text, ofType }, value) => {
    for (const { code, system } of tokensOf(value, exact)) rows.search_tokens.push([p, code, id, system]);
    for (const { code, system } of typedIdentifiersOf(value))
      rows.search_tokens.push([ofType, code, id, system]);
    addWords(rows, id, text, wordsOf(value));
  },
  string: (rows, id, { p }, value) => addWords(rows, id, p, stringsOf(value)),
  date: (rows, id, { p }, value) => {
    for (const { start, end } of spansOf(value)) rows.search_dates.push([p, start, end, id]);
  },
  number: (rows, id, path, value) => adders.quantity(rows, id, path, value),
  quantity: (rows, id, { p }, value) => {
    for (const { low, high, system, code, unit } of amountsOf(value))
      rows.search_quantities.push([p, low, high, id, system, code, unit]);
  },
  reference: (rows, id, { p, identifier }, value) => {
    const target = referenceOf(value);
    rows.search_references.push([p, target?.id ?? '', id, target?.type ?? '']);
    const named = valuesAt(value, [{ name: 'identifier', having: null }]);
    for (const { code, system } of named.flatMap((each) => tokensOf(each, true)))
      rows.search_tokens.push([identifier, code, id, system]);
  },
  uri: (rows, id, { p }, value) => {
    if (typeof value === 'string') rows.search_tokens.push([p, value, id, '']);
  },
  composite: () => {},
};

/** Alive is what nobody said anything about. */
function addPresence(rows: IndexRows, resource: Resource, { p, steps }: Planned): void {
  const name = steps[0]!.name;
  const is = Object.entries(resource).some(([element, value]) => element.startsWith(name) && value !== false);
  rows.search_tokens.push([p, String(is), resource.id, '']);
}

/** The cells of a second value: low, high, value, system, unit. */
const seconds: Record<SecondKind, (value: unknown) => [number, number, string, string, string][]> = {
  quantity: (value) =>
    amountsOf(value).map(({ low, high, code, system, unit }) => [low, high, code, system, unit]),
  date: (value) => spansOf(value).map(({ start, end }) => [start, end, '', '', '']),
  token: (value) => tokensOf(value, false).map(({ code, system }) => [0, 0, code, system, '']),
  string: (value) => stringsOf(value).map((text) => [0, 0, foldedStart(text), '', '']),
};

function addPairs(rows: IndexRows, resource: Resource, { p, pair }: Planned): void {
  const { root, code, values, second } = pair!;
  for (const element of valuesAt(resource, root)) {
    const codes = valuesAt(element, code).flatMap((each) => tokensOf(each, false));
    const found = values.flatMap((steps) => valuesAt(element, steps)).flatMap(seconds[second]);
    for (const { code, system } of codes) {
      for (const [low, high, value, valueSystem, unit] of found)
        rows.search_composites.push([p, code, low, high, resource.id, system, value, valueSystem, unit]);
    }
  }
}
