import * as Y from 'yjs';

export type NewStruct = Y.Item | Y.GC;
type Range = { clock: number; len: number };

/** A struct that the document has. */
export const findIn = ({ store }: Y.Doc, id: Y.ID): NewStruct | null =>
  id.clock < Y.getState(store, id.client) ? (Y.getItem(store, id) as NewStruct) : null;

/**
 * The part of a struct that the document does not know yet. Yjs hangs that part on what it knows, whatever origin and
 * parent the struct names, so a struct that is known in part goes where its known part stands.
 */
export function unknownPart(struct: NewStruct, known: number): NewStruct {
  const { client, clock } = struct.id;
  const offset = known - clock;
  if (offset <= 0 || !(struct instanceof Y.Item)) return struct;
  struct.id = Y.createID(client, known);
  struct.origin = Y.createID(client, known - 1);
  struct.parent = null;
  struct.parentSub = null;
  struct.content = struct.content.splice(offset);
  struct.length -= offset;
  return struct;
}

/**
 * Whether the structs of several client ids can be applied one after the other. Two that each wait for the other would
 * stay pending for ever.
 */
export function canBeOrdered(byClient: ReadonlyMap<number, readonly NewStruct[]>): boolean {
  if (byClient.size < 2) return true;
  const next = new Map<number, number>();
  const waitingFor = new Map<number, number[]>();
  const ready = [...byClient.keys()];
  let left = [...byClient.values()].reduce((sum, structs) => sum + structs.length, 0);

  const isThere = (id: Y.ID, from: number): boolean => {
    const structs = id.client === from ? undefined : byClient.get(id.client);
    const until = structs?.[next.get(id.client) ?? 0];
    return until === undefined || id.clock < until.id.clock;
  };
  for (let client = ready.pop(); client !== undefined; client = ready.pop()) {
    const structs = byClient.get(client)!;
    let at = next.get(client) ?? 0;
    const from = at;
    for (; at < structs.length; at++) {
      const blocker = neighboursOf(structs[at]!).find((id) => !isThere(id, client!));
      if (blocker === undefined) continue;
      waitingFor.set(blocker.client, [...(waitingFor.get(blocker.client) ?? []), client]);
      break;
    }
    left -= at - from;
    next.set(client, at);
    if (at === from) continue;
    ready.push(...(waitingFor.get(client) ?? []));
    waitingFor.delete(client);
  }
  return left === 0;
}

/**
 * Whether Yjs would stumble over a struct that the document knows already, in whole or in part: it looks for the
 * neighbours of those too, and makes the root that one names.
 */
export function isHarmlessRepeat(struct: NewStruct, doc: Y.Doc): boolean {
  const { parent } = struct as { parent?: unknown };
  if (typeof parent === 'string' && !doc.share.has(parent)) return false;
  return neighboursOf(struct).every(({ client, clock }) => clock < Y.getState(doc.store, client));
}

/**
 * Whether a struct that is known in part stands where its known part does. Yjs would take its parent from what it says,
 * and its neighbour from what is known: two lists tied into one.
 */
export function continuesKnown(struct: NewStruct, { store }: Y.Doc): boolean {
  if (!(struct instanceof Y.Item)) return true;
  const { client, clock } = struct.id;
  const first = Y.getItem(store, struct.id) as NewStruct;
  const last = Y.getItem(store, Y.createID(client, Y.getState(store, client) - 1)) as NewStruct;
  if (!(first instanceof Y.Item) || !(last instanceof Y.Item)) {
    // Collected with its parent: so is what the rest would hang on.
    return neighboursOf(struct).some((id) => (Y.getItem(store, id) as NewStruct) instanceof Y.GC);
  }
  const origin = first.id.clock === clock ? first.origin : Y.createID(client, clock - 1);
  if (!Y.compareIDs(struct.origin, origin) || !Y.compareIDs(struct.rightOrigin, first.rightOrigin))
    return false;
  if (last.parent !== first.parent || last.parentSub !== first.parentSub) return false;
  return struct.origin !== null || struct.rightOrigin !== null || isSameParent(struct, first);
}

export function isSameParent(struct: Y.Item, known: Y.Item): boolean {
  const { parent } = struct as { parent: unknown };
  if (!(known.parent instanceof Y.AbstractType) || struct.parentSub !== known.parentSub) return false;
  const holder = known.parent._item;
  if (holder === null) return parent === Y.findRootTypeKey(known.parent);
  return parent instanceof Y.ID && Y.compareIDs(parent, holder.id);
}

function neighboursOf(struct: NewStruct): Y.ID[] {
  if (!(struct instanceof Y.Item)) return [];
  const { parent } = struct as { parent: unknown };
  return [struct.origin, struct.rightOrigin, parent instanceof Y.ID ? parent : null].filter(
    (id) => id !== null,
  );
}

/** Answers, for many ids, whether a delete set names them: its ranges come in any order, and may be very many. */
export function rangeLookup(ds: {
  clients: ReadonlyMap<number, readonly Range[]>;
}): (client: number, clock: number) => boolean {
  if (ds.clients.size === 0) return () => false;
  const sorted = new Map<number, Range[]>();
  const rangesOf = (client: number): Range[] => {
    const known = sorted.get(client);
    if (known) return known;
    const joined: Range[] = [];
    const given = (ds.clients.get(client) ?? []).toSorted((a, b) => a.clock - b.clock);
    for (const { clock, len } of given) {
      const last = joined.at(-1);
      if (last && clock <= last.clock + last.len) last.len = Math.max(last.len, clock + len - last.clock);
      else joined.push({ clock, len });
    }
    sorted.set(client, joined);
    return joined;
  };
  return (client: number, clock: number): boolean => {
    const ranges = rangesOf(client);
    let low = 0;
    let high = ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = ranges[middle]!;
      if (clock < range.clock) high = middle - 1;
      else if (clock >= range.clock + range.len) low = middle + 1;
      else return true;
    }
    return false;
  };
}
