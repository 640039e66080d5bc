import * as Y from 'yjs';
import type { DocumentKind } from '../../shared/documents/room.ts';
import { isMarker, orderTitle, orderWords, valueWords } from './names.ts';
import { heldBy, type Held } from './view.ts';

/** A key of a document's maps that was set. */
export interface SetKey {
  seq: number;
  path: readonly string[];
  held: Held;
}

/** At most so many are told; the rest is counted. */
const maxTold = 3;

/** What the keys set by one change mean, in sentences. */
export function valueSentences(kind: DocumentKind, keys: readonly SetKey[]): string[] {
  const made = new Set(keys.filter(({ held }) => held.type !== null).map(({ path }) => path.join('/')));
  // Of a key that was set several times, what it came to; newer values come first.
  const last = new Map(keys.toReversed().map((set) => [set.path.join('/'), set]));
  const told = [...last.values()]
    .sort((a, b) => a.seq - b.seq)
    .flatMap(({ path, held }) => {
      const inNew = path.some((_, index) => index > 0 && made.has(path.slice(0, index).join('/')));
      if (inNew || path.at(-1) === 'rank') return [];
      const words = kind === 'orders' ? orderSentenceOf(path, held) : planSentenceOf(path, held);
      return words === null ? [] : [words];
    });
  const more = told.length - maxTold;
  return more > 0 ? [...told.slice(0, maxTold), `and ${more} more`] : told;
}

const textOf = (map: Y.Map<unknown> | null, key: string): string => {
  const value = map?.get(key);
  return typeof value === 'string' ? value : '';
};

const ownerOf = ({ item }: Held): Y.Map<unknown> | null =>
  item.parent instanceof Y.Map ? item.parent : null;

function orderSentenceOf(path: readonly string[], held: Held): string | null {
  if (path.length === 1) {
    const draft = held.type;
    if (!(draft instanceof Y.Map)) return null;
    return `Proposed ${orderWords(draft.get('category'), firstHeld(draft, 'detail'))}`;
  }
  const draft = ownerOf(held);
  const { value } = held;
  const what = orderTitle(draft?.get('category'), lastReadable(draft, 'detail'));
  switch (path[1]) {
    case 'detail':
      if (isMarker(value)) return `Two versions of ${what}: someone must choose`;
      return value === null ? `Cleared ${what}` : `Changed to ${orderWords(draft?.get('category'), value)}`;
    case 'removed':
      return value === true ? `Removed ${what}` : `Put back ${what}`;
    case 'ended':
      return `Signed ${what}`;
    default:
      return `${what}: ${path[1]} set to ${valueWords(value)}`;
  }
}

/** What a key held first: how an order was proposed, whatever became of it. */
function firstHeld(map: Y.Map<unknown>, key: string): unknown {
  return [...heldBy(map, key)].at(-1)?.value ?? null;
}

/** The newest value of a key that is not a marker: what the order is about. */
function lastReadable(map: Y.Map<unknown> | null, key: string): unknown {
  for (const { value } of map ? heldBy(map, key) : []) {
    if (value !== null && !isMarker(value)) return value;
  }
  return null;
}

const partNames: Record<string, string> = { goals: 'goal', interventions: 'intervention' };

function planSentenceOf(path: readonly string[], held: Held): string | null {
  const { type } = held;
  const [, list, , key] = path;
  if (path.length === 1) return type instanceof Y.Map ? `Added the problem “${textOf(type, 'title')}”` : null;
  if (path.length === 3 && type instanceof Y.Map) {
    return `Added the ${partNames[list!] ?? 'item'} “${textOf(type, 'description')}”`;
  }
  if (type !== null) return null;
  const owner = ownerOf(held);
  const { value } = held;
  if (path.length === 2) {
    const title = textOf(owner, 'title');
    if (list === 'removed') return value === true ? `Removed “${title}”` : `Put back “${title}”`;
    return list === 'title'
      ? `Renamed to “${valueWords(value)}”`
      : `“${title}”: ${list} set to ${valueWords(value)}`;
  }
  return `${partNames[list!] ?? 'item'} “${textOf(owner, 'description')}”: ${key} set to ${valueWords(value)}`;
}
