import * as Y from 'yjs';
import type { NewStruct } from './structs.ts';

/** Items that are walked over to find which of two comes first, for one update: a tablet's whole day is far below. */
const maxSteps = 2_000_000;

export type Standing = 'right' | 'wrong' | 'unsure' | 'too-far';
type Order = 'before' | 'same' | 'after' | 'unsure' | 'too-far';
type Side = 'origin' | 'rightOrigin';

/**
 * Whether the neighbours that items name can have stood side by side. Whoever writes puts an item between two that
 * stand side by side for them, deleted ones counted, and Yjs never changes the order of two items. So everywhere and
 * for ever
 *
 * - the left one stands before the right one,
 * - what the right one was put behind does not stand between the two, nor what the left one was put in front of: the
 *   author knew these too.
 *
 * Where one of these does not hold, Yjs puts the item in one place as it comes in, and in another when the document is
 * loaded again.
 */
export class Neighbours {
  #steps = 0;
  readonly #bounds = { origin: new Map<Y.Item, Y.ID | null>(), rightOrigin: new Map<Y.Item, Y.ID | null>() };

  constructor(private readonly find: (id: Y.ID) => NewStruct | null) {}

  standingOf(item: Y.Item): Standing {
    const { origin, rightOrigin } = item;
    const left = origin && this.#item(origin);
    const right = rightOrigin && this.#item(rightOrigin);
    // Beside what is collected it is collected too.
    if (left === undefined || right === undefined) return 'right';
    const behind = right && originAt(right, rightOrigin!);
    const before = left && left.rightOrigin;
    return worst([
      origin && rightOrigin ? this.#isBefore(origin, rightOrigin, false) : 'right',
      behind ? (origin ? this.#isBefore(behind, origin, true) : 'wrong') : 'right',
      before ? (rightOrigin ? this.#isBefore(rightOrigin, before, true) : 'wrong') : 'right',
    ]);
  }

  #item(id: Y.ID): Y.Item | undefined {
    const found = this.find(id);
    return found instanceof Y.Item ? found : undefined;
  }

  #isBefore(one: Y.ID, other: Y.ID, mayBeSame: boolean): Standing {
    const order = this.#orderOf(one, other);
    if (order === 'unsure' || order === 'too-far') return order;
    return order === 'before' || (mayBeSame && order === 'same') ? 'right' : 'wrong';
  }

  #orderOf(one: Y.ID, other: Y.ID): Order {
    const first = this.#item(one);
    const second = this.#item(other);
    // What is collected has no place that could be compared.
    if (!first || !second) return Y.compareIDs(one, other) ? 'same' : 'before';
    if (first === second)
      return one.clock === other.clock ? 'same' : one.clock < other.clock ? 'before' : 'after';
    if (isKnown(first) && isKnown(second)) return this.#walk(first, second);
    if (isBeside(first, one, second, other)) return 'before';
    if (isBeside(second, other, first, one)) return 'after';
    return this.#byBounds(first, one, second, other);
  }

  /** From both at once, so that the way is never longer than from the one to the other, or to the end. */
  #walk(first: Y.Item, second: Y.Item): Order {
    for (let fromFirst = first.right, fromSecond = second.right; ;) {
      if (fromFirst === second || fromSecond === null) return 'before';
      if (fromSecond === first || fromFirst === null) return 'after';
      if (++this.#steps > maxSteps) return 'too-far';
      fromFirst = fromFirst.right;
      fromSecond = fromSecond.right;
    }
  }

  /** A new item stands somewhere between known ones: often that is enough. */
  #byBounds(first: Y.Item, one: Y.ID, second: Y.Item, other: Y.ID): Order {
    const order = (upper: Y.ID | null, lower: Y.ID | null): Order =>
      upper === null || lower === null ? 'unsure' : this.#orderOf(upper, lower);
    const rising = order(this.#bound(first, one, 'rightOrigin'), this.#bound(second, other, 'origin'));
    if (rising === 'before' || rising === 'same' || rising === 'too-far')
      return rising === 'same' ? 'before' : rising;
    const falling = order(this.#bound(second, other, 'rightOrigin'), this.#bound(first, one, 'origin'));
    return falling === 'before' || falling === 'same' ? 'after' : falling === 'too-far' ? falling : 'unsure';
  }

  /** The nearest known item that a new one stands behind, or in front of; a known one is its own. */
  #bound(item: Y.Item, id: Y.ID, side: Side): Y.ID | null {
    if (isKnown(item)) return id;
    const memory = this.#bounds[side];
    const path = new Set<Y.Item>();
    let at: Y.Item | undefined = item;
    let bound: Y.ID | null = null;
    while (at && !path.has(at)) {
      const known = memory.get(at);
      if (known !== undefined) {
        bound = known;
        break;
      }
      path.add(at);
      const next: Y.ID | null = at[side];
      at = next ? this.#item(next) : undefined;
      if (at && isKnown(at)) {
        bound = next;
        break;
      }
    }
    for (const each of path) memory.set(each, bound);
    return bound;
  }
}

const isKnown = (item: Y.Item): boolean => item.parent instanceof Y.AbstractType;

const originAt = (item: Y.Item, { client, clock }: Y.ID): Y.ID | null =>
  clock === item.id.clock ? item.origin : Y.createID(client, clock - 1);

/** One of the two was put beside the other. */
const isBeside = (first: Y.Item, one: Y.ID, second: Y.Item, other: Y.ID): boolean =>
  Y.compareIDs(first.rightOrigin, other) || Y.compareIDs(originAt(second, other), one);

const ranks: readonly Standing[] = ['right', 'unsure', 'too-far', 'wrong'];
const worst = (all: readonly Standing[]): Standing =>
  ranks[Math.max(...all.map((each) => ranks.indexOf(each)))]!;

/**
 * For items of which the update alone does not say whether they stand right: looked up in a copy of the document with
 * all of the update in it.
 */
export function standRight(items: readonly Y.Item[], doc: Y.Doc, update: Uint8Array): boolean {
  const copy = new Y.Doc({ gc: false });
  try {
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
    Y.applyUpdate(copy, update);
    const find = (id: Y.ID): NewStruct | null =>
      id.clock < Y.getState(copy.store, id.client) ? (Y.getItem(copy.store, id) as NewStruct) : null;
    const neighbours = new Neighbours(find);
    return items.every(({ id }) => {
      const item = find(id);
      return !(item instanceof Y.Item) || neighbours.standingOf(item) === 'right';
    });
  } catch {
    return false;
  } finally {
    copy.destroy();
  }
}
