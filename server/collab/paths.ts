import * as Y from 'yjs';
import type { Entry, NodeShape, Shape, TextShape } from '../../shared/documents/shape.ts';
import { idPattern } from '../../shared/documents/shape.ts';
import { findIn, type NewStruct } from './structs.ts';

/** A shared type, whatever its events. */
// eslint-disable-next-line typescript/no-explicit-any -- Yjs types its own stores this way
export type AnyType = Y.AbstractType<any>;

/**
 * Where a struct of an update would go. The wire names a parent only when an item has no origins; otherwise it is
 * inherited from the left, else the right neighbour, which is in the store or earlier in the same update.
 */
export interface Place {
  /** What the container may hold. */
  shape: Shape;
  /** The container itself: a type of the server's document, or the new item of this update that makes it. */
  container: AnyType | Y.Item;
  /** The key, in a map or among attributes; null in a list. */
  key: string | null;
}

/** No place: Yjs will collect the struct (a neighbour or the parent is gone), or the reason it must not come in. */
export type NoPlace =
  | { none: 'collected' }
  | { none: 'missing' }
  | { none: 'forbidden'; reason: 'unknown-root' | 'cycle' | 'wrong-place' };

export type Located = Place | NoPlace;

const collected: NoPlace = { none: 'collected' };
const missing: NoPlace = { none: 'missing' };
const forbidden = (reason: 'unknown-root' | 'cycle' | 'wrong-place'): NoPlace => ({
  none: 'forbidden',
  reason,
});

export const isPlace = (located: Located): located is Place => !('none' in located);

/** The entry of a map under a key, or null when the shape does not name it. */
export function entryOf(shape: Shape, key: string): Entry | null {
  if (shape.type !== 'map') return null;
  if (shape.keys && Object.hasOwn(shape.keys, key)) return shape.keys[key]!;
  return shape.each && idPattern.test(key) ? shape.each : null;
}

/** The shape of a shared type that stands in `parent` under `key`. */
export function shapeOfChild(parent: Shape, key: string | null, type: AnyType): Shape | null {
  if (key !== null) {
    const entry = entryOf(parent, key);
    return entry?.type === 'shared' ? entry.shape : null;
  }
  if (parent.type === 'fragment' && type instanceof Y.XmlElement) return nodeOf(parent.nodes, type.nodeName);
  if (parent.type === 'node') return type instanceof Y.XmlText ? parent.text : null;
  return null;
}

const nodeOf = (nodes: Readonly<Record<string, NodeShape>>, name: string): NodeShape | null =>
  Object.hasOwn(nodes, name) ? nodes[name]! : null;

/**
 * The shapes of a live document's types; remembered, for typing asks for the same one again and again. Every root
 * must exist in the document before the first update is judged.
 */
export class ShapeMap {
  readonly #known = new WeakMap<AnyType, Shape | TextShape>();

  constructor(private readonly roots: Readonly<Record<string, Shape>>) {}

  root(name: string): Shape | null {
    return Object.hasOwn(this.roots, name) ? this.roots[name]! : null;
  }

  of(type: AnyType): Shape | null {
    const known = this.#known.get(type);
    if (known) return known;
    const item = type._item;
    const parent = item?.parent as AnyType | undefined;
    const above = parent ? this.of(parent) : null;
    const shape =
      item === null ? this.root(Y.findRootTypeKey(type)) : above && shapeOfChild(above, item.parentSub, type);
    if (shape) this.#known.set(type, shape);
    return shape;
  }
}

/** The new structs of one update, and the places they would go to. */
export class Incoming {
  readonly #places = new Map<Y.Item, Located>();

  /** `byClient`: the update's new structs of each client, in clock order. */
  constructor(
    private readonly doc: Y.Doc,
    private readonly shapes: ShapeMap,
    private readonly byClient: ReadonlyMap<number, NewStruct[]>,
  ) {}

  /** Iterative: a hostile update may chain thousands of items. */
  placeOf(item: Y.Item): Located {
    const known = this.#places.get(item);
    if (known) return known;
    const path = [item];
    const onPath = new Set(path);
    for (;;) {
      const current = path.at(-1)!;
      const above = this.#above(current);
      const isEnd = !(above instanceof Y.Item) || onPath.has(above);
      if (isEnd) {
        this.#places.set(current, above instanceof Y.Item ? forbidden('cycle') : above);
        path.pop();
        break;
      }
      if (this.#places.has(above)) break;
      path.push(above);
      onPath.add(above);
    }
    for (let below = path.pop(); below; below = path.pop()) {
      const above = this.#above(below) as Y.Item;
      this.#places.set(below, this.#inherit(below, above, this.#places.get(above)!));
    }
    return this.#places.get(item)!;
  }

  /** What decides an item's place: a place, or the new item of this update that it inherits from. */
  #above(item: Y.Item): Located | Y.Item {
    const { parent } = item as { parent: unknown };
    if (typeof parent === 'string') {
      const shape = this.shapes.root(parent);
      const container = this.doc.share.get(parent);
      return shape && container ? { shape, container, key: item.parentSub } : forbidden('unknown-root');
    }
    const neighbour = (parent instanceof Y.ID ? parent : null) ?? item.origin ?? item.rightOrigin;
    if (neighbour === null) return forbidden('wrong-place');
    const target = this.#named(neighbour, item);
    if (target === null) return missing;
    if (target instanceof Y.GC) return collected;
    if (target.parent instanceof Y.AbstractType) return this.#fromStore(item, target, parent instanceof Y.ID);
    return target;
  }

  #fromStore(item: Y.Item, target: Y.Item, isParent: boolean): Located {
    if (isParent) {
      if (!(target.content instanceof Y.ContentType)) return collected;
      const container = target.content.type;
      const shape = this.shapes.of(container);
      return shape ? { shape, container, key: item.parentSub } : forbidden('wrong-place');
    }
    const container = target.parent as AnyType;
    const shape = this.shapes.of(container);
    return shape ? { shape, container, key: target.parentSub } : forbidden('wrong-place');
  }

  /** The place of `item`, which hangs on `target`, a new item whose own place is known. */
  #inherit(item: Y.Item, target: Y.Item, place: Located): Located {
    if (!((item as { parent: unknown }).parent instanceof Y.ID)) return place;
    if (!isPlace(place)) return place;
    if (!(target.content instanceof Y.ContentType)) return collected;
    const shape = shapeOfChild(place.shape, place.key, target.content.type);
    return shape ? { shape, container: target, key: item.parentSub } : forbidden('wrong-place');
  }

  /** Whether both neighbours of an item are in one list: an honest item never stands between two. */
  agrees(item: Y.Item, place: Place): boolean {
    if (item.origin === null || item.rightOrigin === null) return true;
    const right = this.#named(item.rightOrigin, item);
    if (right === null || right instanceof Y.GC) return true;
    if (right.parent instanceof Y.AbstractType) {
      return right.parent === place.container && right.parentSub === place.key;
    }
    const other = this.placeOf(right);
    return !isPlace(other) || (other.container === place.container && other.key === place.key);
  }

  /** Whether every neighbour that an item names is there, and before it. */
  knows(item: Y.Item): boolean {
    const { parent } = item as { parent: unknown };
    const named = [item.origin, item.rightOrigin, parent instanceof Y.ID ? parent : null];
    return named.every((id) => id === null || this.#named(id, item) !== null);
  }

  /** Whether a neighbour or the parent has been collected, so that Yjs will drop what the item says. */
  hangsOnCollected(item: Y.Item): boolean {
    return [item.origin, item.rightOrigin].some((id) => id !== null && this.#named(id, item) instanceof Y.GC);
  }

  /** The struct that an item names: its own later ones are none. */
  #named(id: Y.ID, from: Y.Item): NewStruct | null {
    return id.client === from.id.client && id.clock >= from.id.clock ? null : this.find(id);
  }

  /** A struct of the document or of this update. */
  find(id: Y.ID): NewStruct | null {
    const known = findIn(this.doc, id);
    if (known !== null) return known;
    const structs = this.byClient.get(id.client);
    if (!structs) return null;
    let low = 0;
    let high = structs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const struct = structs[middle]!;
      if (id.clock < struct.id.clock) high = middle - 1;
      else if (id.clock >= struct.id.clock + struct.length) low = middle + 1;
      else return struct;
    }
    return null;
  }
}
