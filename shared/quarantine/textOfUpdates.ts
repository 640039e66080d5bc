import * as Y from 'yjs';
import { wordsUnder } from './words.ts';

/** Something in a document, by Yjs' own name for it. */
export interface ItemId {
  client: number;
  clock: number;
}

/** Words in a refused update, and what they were written beside or under, if that is not itself refused. */
export interface RefusedText {
  text: string;
  near: ItemId | null;
}

/** One character, or something without width: a format, a line. */
interface Node {
  id: ItemId;
  written: string;
  previous: Node | null;
  next: Node | null;
}

type Range = { clock: number; len: number };

const nameOf = ({ client, clock }: ItemId): string => `${client}:${clock}`;

/**
 * The words that refused updates would have brought, oldest first. They were never applied, so there is no document to
 * read them from: characters are put in order by what each was typed after. Updates that do not decode have none.
 *
 * Whoever wrote them may have meant harm: no step here looks back further than one item.
 */
export function textOfUpdates(updates: readonly Uint8Array[]): RefusedText[] {
  const { items, deletions } = decodeAll(updates);
  const isDeleted = deletedBy(deletions);
  const nodes = new Map<string, Node>();
  const nears = new Map<string, ItemId | null>();
  const firstSets = new Map<string, Y.Item>();
  const starts: { node: Node; near: ItemId | null }[] = [];
  const values = new Map<string, RefusedText[]>();

  for (const item of items) {
    const beside = item.origin ?? item.rightOrigin ?? parentOf(item);
    const near = beside && (nears.has(nameOf(beside)) ? nears.get(nameOf(beside))! : plain(beside));
    if (item.content instanceof Y.ContentAny) {
      // A set on top of another names neither its key nor its map: both are those of what it replaces.
      const first = (item.origin && firstSets.get(nameOf(item.origin))) ?? item;
      firstSets.set(nameOf(item.id), first);
      nears.set(nameOf(item.id), near);
      const words = wordsUnder(first.parentSub, (item.content.arr as unknown[])[0]);
      const slot = slotOf(first);
      // Taken out and put in again: a key that was set again holds the later words, in their later place.
      values.delete(slot);
      values.set(
        slot,
        words.map((text) => ({ text, near })),
      );
      continue;
    }
    const [first, last] = nodesOf(item, nodes);
    for (let node: Node | null = first; node; node = node.next) nears.set(nameOf(node.id), near);
    if (item.parentSub !== null) continue;
    const left = item.origin && nodes.get(nameOf(item.origin));
    const right = item.rightOrigin && nodes.get(nameOf(item.rightOrigin));
    if (left) insertBetween(left, first, last, left.next);
    else if (right) insertBetween(right.previous, first, last, right);
    else starts.push({ node: first, near });
  }
  const written = starts.map(({ node, near }) => ({ text: textFrom(node, isDeleted), near }));
  return [...written, ...[...values.values()].flat()].flatMap(({ text, near }) =>
    text.trim() === '' ? [] : { text: text.trim(), near },
  );
}

function decodeAll(updates: readonly Uint8Array[]): { items: Y.Item[]; deletions: Map<number, Range[]> } {
  const items = new Map<string, Y.Item>();
  const deletions = new Map<number, Range[]>();
  for (const update of updates) {
    let decoded: ReturnType<typeof Y.decodeUpdate>;
    try {
      decoded = Y.decodeUpdate(update);
    } catch {
      // Refused because it is broken: it has nothing to give back.
      continue;
    }
    for (const struct of decoded.structs) {
      if (struct instanceof Y.Item && !items.has(nameOf(struct.id))) items.set(nameOf(struct.id), struct);
    }
    for (const [client, ranges] of decoded.ds.clients)
      deletions.set(client, [...(deletions.get(client) ?? []), ...ranges]);
  }
  return { items: [...items.values()], deletions };
}

/** Whether a character was taken away again, by the updates that brought it. */
function deletedBy(deletions: ReadonlyMap<number, Range[]>): (id: ItemId) => boolean {
  const merged = new Map<number, Range[]>();
  for (const [client, ranges] of deletions) {
    const list: Range[] = [];
    for (const { clock, len } of ranges.toSorted((a, b) => a.clock - b.clock)) {
      const last = list.at(-1);
      if (last && clock <= last.clock + last.len) last.len = Math.max(last.len, clock + len - last.clock);
      else list.push({ clock, len });
    }
    merged.set(client, list);
  }
  return ({ client, clock }) => {
    const list = merged.get(client) ?? [];
    let low = 0;
    let high = list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = list[middle]!;
      if (clock < range.clock) high = middle - 1;
      else if (clock >= range.clock + range.len) low = middle + 1;
      else return true;
    }
    return false;
  };
}

/** A node for each character of an item, linked in order, and known by their ids. */
function nodesOf({ id, length, content }: Y.Item, nodes: Map<string, Node>): [first: Node, last: Node] {
  const node = (clock: number, written: string, previous: Node | null): Node => {
    const made: Node = { id: { client: id.client, clock }, written, previous, next: null };
    if (previous) previous.next = made;
    nodes.set(nameOf(made.id), made);
    return made;
  };
  if (!(content instanceof Y.ContentString)) {
    const only = node(id.clock, '', null);
    nodes.set(nameOf({ client: id.client, clock: id.clock + length - 1 }), only);
    return [only, only];
  }
  const first = node(id.clock, content.str.charAt(0), null);
  let last = first;
  for (let at = 1; at < content.str.length; at++) last = node(id.clock + at, content.str.charAt(at), last);
  return [first, last];
}

function insertBetween(left: Node | null, first: Node, last: Node, right: Node | null): void {
  first.previous = left;
  last.next = right;
  if (left) left.next = first;
  if (right) right.previous = last;
}

function textFrom(node: Node, isDeleted: (id: ItemId) => boolean): string {
  let start = node;
  while (start.previous) start = start.previous;
  let text = '';
  for (let at: Node | null = start; at; at = at.next) if (!isDeleted(at.id)) text += at.written;
  return text;
}

const parentOf = (item: Y.Item): ItemId | null => {
  const parent: unknown = item.parent;
  return parent instanceof Y.ID ? parent : null;
};

const plain = ({ client, clock }: ItemId): ItemId => ({ client, clock });

/** A key of a map, as far as the wire names it. */
function slotOf({ id, origin, parentSub, parent }: Y.Item): string {
  if (parentSub === null) return nameOf(origin ?? id);
  const holder: unknown = parent;
  return `${parentSub} of ${holder instanceof Y.ID ? nameOf(holder) : String(holder)}`;
}
