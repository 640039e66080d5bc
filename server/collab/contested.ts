import * as Y from 'yjs';
import { entryOf, type AnyType, type ShapeMap } from './paths.ts';

/** A set of a contested-checked key of a map that the document already has. */
export interface ValueSet {
  container: Y.Map<unknown>;
  key: string;
  item: Y.Item;
}

/** A value in a disagreement, as clients read it; `id` is the item that set it. */
export interface HeldValue {
  value: unknown;
  user: string;
  at: string | null;
  id: [client: number, clock: number];
}

interface Disagreement {
  path: string;
  values: HeldValue[];
}

interface Id {
  client: number;
  clock: number;
}

/** Who set a value and when. */
export type WhoSet = (id: Id) => { user: string; at: string | null };

/** A key that an update sets, with what it was set on top of. */
interface Change {
  container: Y.Map<unknown>;
  key: string;
  /** What stood there before; null for a key that was never set. */
  before: { id: Id; value: unknown } | null;
  /** The last sets of the update's chains on this key: more than one when one person's two devices disagree. */
  finals: { item: Y.Item; value: unknown; base: Id | null }[];
}

const same = (a: Id, b: Id): boolean => a.client === b.client && a.clock === b.clock;
/** Yjs joins sets that their author has replaced into one struct. */
const holds = ({ id, length }: Y.Item, at: Id): boolean =>
  id.client === at.client && at.clock >= id.clock && at.clock < id.clock + length;
const valueOf = (item: Y.Item): unknown => (item.content as Y.ContentAny).arr?.at(-1) ?? null;
const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The disagreement's id in a marker, or null for any other value. */
const markerOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'contested' in value ? String(value.contested) : null;

/** Reads, before an update is applied, on top of what each of its sets was made. */
export function readChanges(sets: readonly ValueSet[]): Change[] {
  if (sets.length === 0) return [];
  const byKey = new Map<Y.Map<unknown>, Map<string, Y.Item[]>>();
  for (const { container, key, item } of sets) {
    const keys = byKey.get(container) ?? new Map<string, Y.Item[]>();
    byKey.set(container, keys);
    const items = keys.get(key);
    if (items) items.push(item);
    else keys.set(key, [item]);
  }
  return [...byKey].flatMap(([container, keys]) =>
    [...keys].map(([key, items]) => {
      const current = container._map.get(key);
      const chains = new Chains(items);
      return {
        container,
        key,
        before: current ? { id: current.lastId, value: current.deleted ? null : valueOf(current) } : null,
        finals: chains.ends
          .filter((item) => item.content instanceof Y.ContentAny)
          .map((item) => ({ item, value: valueOf(item), base: chains.baseOf(item) })),
      };
    }),
  );
}

/** The sets of one key in one update, each on top of another: a day offline may bring very many. */
class Chains {
  readonly #byClient = new Map<number, Y.Item[]>();

  constructor(private readonly items: readonly Y.Item[]) {
    for (const item of items) {
      const ofClient = this.#byClient.get(item.id.client);
      if (ofClient) ofClient.push(item);
      else this.#byClient.set(item.id.client, [item]);
    }
  }

  /** Those on top of which there is none. */
  get ends(): Y.Item[] {
    const followed = new Set(this.items.map(({ origin }) => this.#at(origin)));
    return this.items.filter((item) => !followed.has(item));
  }

  /** An item's origin, followed back through the update's own sets of the key. */
  baseOf(item: Y.Item): Id | null {
    let base: Id | null = item.origin;
    for (let steps = 0; steps <= this.items.length; steps++) {
      const own = this.#at(base);
      if (own === null) return base;
      base = own.origin;
    }
    return base;
  }

  /** Of each client they come in the order of its clock. */
  #at(id: Id | null): Y.Item | null {
    const items = id === null ? undefined : this.#byClient.get(id.client);
    if (id === null || items === undefined) return null;
    let low = 0;
    let high = items.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const item = items[middle]!;
      if (holds(item, id)) return item;
      if (id.clock < item.id.clock) high = middle - 1;
      else low = middle + 1;
    }
    return null;
  }
}

/**
 * Writes, after the update is applied, what its sets mean: a disagreement keeps all values and overwrites the key with
 * a marker; a set on the marker settles. Runs inside a transaction of the server's.
 */
export function settleChanges(
  changes: readonly Change[],
  doc: Y.Doc,
  shapes: ShapeMap,
  who: WhoSet,
  newId: () => string,
): void {
  const contested = doc.getMap<Disagreement>('contested');
  for (const change of changes) {
    const { container, key, before, finals } = change;
    if (!isContestedKey(shapes, container, key)) continue;
    const marker = before ? markerOf(before.value) : null;
    const open = marker === null ? null : (contested.get(marker) ?? null);
    if (marker !== null && open !== null) {
      updateOpen(contested, marker, open, change, who);
      continue;
    }
    const isSequel =
      finals.length === 1 &&
      (before === null || (finals[0]!.base !== null && same(finals[0]!.base, before.id)));
    if (isSequel || finals.length === 0) continue;
    const onTop = before !== null && finals.some(({ base }) => base !== null && same(base, before.id));
    const earlier = before === null || onTop ? [] : [held(before.id, before.value, who)];
    const values = distinct([...earlier, ...finals.map(({ item, value }) => held(item.lastId, value, who))]);
    if (values.length < 2) continue;
    const id = newId();
    contested.set(id, { path: pathOf(container, key), values });
    container.set(key, { contested: id });
  }
}

/** A disagreement is open: each set settles it, replaces a held value, or adds one. */
function updateOpen(
  contested: Y.Map<Disagreement>,
  marker: string,
  open: Disagreement,
  { container, key, before, finals }: Change,
  who: WhoSet,
): void {
  const [only] = finals;
  if (finals.length === 1 && only!.base !== null && same(only!.base, before!.id))
    return contested.delete(marker);
  let { values } = open;
  for (const { item, value, base } of finals) {
    const mine = held(item.lastId, value, who);
    const replaced = values.findIndex(
      ({ id: [client, clock] }) => base !== null && same(base, { client, clock }),
    );
    if (replaced >= 0) values = values.with(replaced, mine);
    else if (!(base !== null && same(base, before!.id)) || finals.length > 1) values = [...values, mine];
  }
  const different = distinct(values);
  if (different.length === 1) {
    // They have come to the same by themselves.
    contested.delete(marker);
    return void container.set(key, different[0]!.value);
  }
  contested.set(marker, { path: open.path, values: different });
  container.set(key, { contested: marker });
}

const held = ({ client, clock }: Id, value: unknown, who: WhoSet): HeldValue => ({
  value,
  ...who({ client, clock }),
  id: [client, clock],
});

/** Two people who chose the same do not disagree; the earlier one is shown. */
const distinct = (values: readonly HeldValue[]): HeldValue[] =>
  values.filter((one, index) => values.findIndex((other) => equal(other.value, one.value)) === index);

function isContestedKey(shapes: ShapeMap, container: Y.Map<unknown>, key: string): boolean {
  const shape = shapes.of(container);
  const entry = shape && entryOf(shape, key);
  return entry?.type === 'value' && entry.contested === true;
}

function pathOf(container: Y.Map<unknown>, key: string): string {
  const path = [key];
  let type: AnyType = container;
  while (type._item) {
    path.unshift(type._item.parentSub ?? '');
    type = type._item.parent as AnyType;
  }
  return [Y.findRootTypeKey(type), ...path].join('/');
}
