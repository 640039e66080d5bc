import * as Y from 'yjs';
import type { Place } from './paths.ts';
import { findIn } from './structs.ts';

/** Updates of fewer structs are not looked at: nobody is held up by what so few can cost. */
const fewStructs = 8;
/** Steps that Yjs may take for one update to find the places of its items: less than half a second. */
const maxSteps = 5_000_000;

/** What an update puts behind one item of a list. */
interface Siblings {
  client: number;
  last: Y.ID;
  count: number;
  /** None is compared with another: each was put before the one before it by who had nothing else there. */
  isPlain: boolean;
}

interface List {
  siblings: Map<string, Siblings>;
  items: number;
}

/**
 * How long Yjs would look for the places of an update's items. It compares each with all that was put behind the same
 * left neighbour, and with what descends from those: of many, put there by two people, that is each with each, on
 * every device and whenever the document is read again. Honest people have a few such items, or are the only ones who
 * put many there.
 */
export class Crowds {
  readonly #lists = new Map<Place['container'], Map<string | null, List>>();

  private constructor(private readonly doc: Y.Doc) {}

  /** Null for an update that is too small to matter. */
  static of(byClient: ReadonlyMap<number, readonly unknown[]>, doc: Y.Doc): Crowds | null {
    let structs = 0;
    for (const ofClient of byClient.values()) structs += ofClient.length;
    return structs > fewStructs ? new Crowds(doc) : null;
  }

  add(item: Y.Item, place: Place): void {
    const list = this.#listOf(place);
    list.items++;
    const { id, origin, rightOrigin } = item;
    const key = origin === null ? '' : `${origin.client} ${origin.clock}`;
    const known = list.siblings.get(key);
    if (known === undefined) {
      const isPlain = this.#isNextTo(origin, rightOrigin, place);
      list.siblings.set(key, { client: id.client, last: id, count: 1, isPlain });
      return;
    }
    known.isPlain &&= known.client === id.client && Y.compareIDs(rightOrigin, known.last);
    known.last = id;
    known.count++;
  }

  get isTooLarge(): boolean {
    let left = maxSteps;
    for (const [container, lists] of this.#lists) {
      for (const [key, { siblings, items }] of lists) {
        let searching = 0;
        for (const { count, isPlain } of siblings.values()) if (!isPlain) searching += count;
        if (searching === 0) continue;
        // Each may split what is there at both of its neighbours.
        const length = 3 * items + lengthOf(container, key, left / searching);
        left -= searching * length;
        if (left < 0) return true;
      }
    }
    return false;
  }

  #listOf({ container, key }: Place): List {
    const lists = this.#lists.get(container) ?? new Map<string | null, List>();
    this.#lists.set(container, lists);
    const list = lists.get(key) ?? { siblings: new Map<string, Siblings>(), items: 0 };
    lists.set(key, list);
    return list;
  }

  /** Whether there is nothing in the document between the two; of what it does not have there is nothing. */
  #isNextTo(origin: Y.ID | null, right: Y.ID | null, { container, key }: Place): boolean {
    if (origin === null) {
      if (!(container instanceof Y.AbstractType)) return true;
      const first = key === null ? container._start : (container._map.get(key) ?? null);
      return first === null || (key === null && Y.compareIDs(first.id, right));
    }
    const left = findIn(this.doc, origin);
    if (!(left instanceof Y.Item)) return true;
    const { client, clock } = origin;
    const isLast = clock === left.id.clock + left.length - 1;
    const next = isLast ? (left.right?.id ?? null) : Y.createID(client, clock + 1);
    return Y.compareIDs(next, right);
  }
}

/** How many items a list has, counted no further than it matters. */
function lengthOf(container: Place['container'], key: string | null, most: number): number {
  if (!(container instanceof Y.AbstractType)) return 0;
  let length = 0;
  if (key === null) {
    for (let at = container._start; at !== null && length <= most; at = at.right) length++;
  } else {
    for (let at = container._map.get(key) ?? null; at !== null && length <= most; at = at.left) length++;
  }
  return length;
}
