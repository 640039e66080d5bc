import * as Y from 'yjs';
import type { CollectedPlaces } from './collectedPlaces.ts';
import { rangeLookup } from './structs.ts';

/** Text that an update made disappear, or that arrived and found no place, without anybody having named it. */
export interface LostText {
  /** The client id under which it was written. */
  clientId: number;
  place: string | null;
  text: string;
  /** The entry that took its place away: the one that lost it, unless its place was gone before. */
  seq: number;
  /** Characters, and not the text under a key. */
  isTyped: boolean;
}

type Range = { clock: number; len: number };

/** What an update deletes by name; `isDirect`: itself, and not with what it stands in. */
export type Named = (clientId: number, clock: number, isDirect: boolean) => boolean;

/**
 * Which deletions of an update were meant. An update sent while connected means all that it names. A step 2 repeats
 * everything that is deleted in the client's document, also what died there unread with a paragraph that was gone: of
 * what went with its container it means only what the client is known to have held alive, and what it wrote itself.
 */
export function namedBy(
  ds: { clients: Map<number, Range[]> },
  seenAlive: ReadonlyMap<number, number> | null,
  isOwn: (clientId: number) => boolean,
): Named {
  const isNamed = rangeLookup(ds);
  return (clientId, clock, isDirect) => {
    const named = isNamed(clientId, clock);
    if (!named || seenAlive === null || isDirect || isOwn(clientId)) return named;
    return clock < (seenAlive.get(clientId) ?? 0);
  };
}

/** The characters of an item, or the text under a key; null for ranks, attributes, formats and what is not text. */
function textOf({ content, parentSub, parent }: Y.Item): string | null {
  if (content instanceof Y.ContentString) return parentSub === null ? content.str : null;
  if (parentSub === null || parentSub === 'rank' || !(content instanceof Y.ContentAny)) return null;
  if (parent instanceof Y.XmlElement) return null;
  const value: unknown = content.arr.at(-1);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/**
 * Whoever sets a value on top of another has seen it. A client that merged before it could send names what lost to its
 * own value too, and nobody had seen that.
 */
function isReplaced(item: Y.Item, named: Named): boolean {
  const last = item.lastId;
  if (item.right === null) return named(last.client, last.clock, false);
  for (let next: Y.Item | null = item.right; next; next = next.right) {
    if (next.origin !== null && Y.compareIDs(next.origin, last)) return true;
  }
  return false;
}

/** The characters that nobody named: Yjs joins what one person typed in one go, whoever saw how much of it. */
function unnamedText(item: Y.Item, named: Named): string {
  const text = textOf(item);
  if (text === null) return '';
  const { client, clock } = item.id;
  if (item.parentSub !== null) return isReplaced(item, named) ? '' : text;
  const isDirect = item.parent instanceof Y.AbstractType && item.parent._item?.deleted !== true;
  let unnamed = '';
  for (let index = 0; index < text.length; index++)
    if (!named(client, clock + index, isDirect)) unnamed += text[index];
  return unnamed;
}

/** Text under a key that is a code of a fixed list is chosen again in a second; it is not somebody's words. */
const codedKeys = new Set([
  'kind',
  'category',
  'priority',
  'status',
  'discipline',
  'level',
  'indent',
  'checked',
  'value',
]);

/** Path of an item's container, from its root: `sections/<id>/body`, `drafts/<id>/note`. */
function placeOf(item: Y.Item): string | null {
  const path: string[] = item.parentSub === null ? [] : [item.parentSub];
  let type = item.parent as Y.AbstractType<unknown> | null;
  while (type) {
    const holder: Y.Item | null = type._item;
    if (holder === null) return [Y.findRootTypeKey(type), ...path].join('/');
    if (holder.parentSub !== null) path.unshift(holder.parentSub);
    type = holder.parent instanceof Y.AbstractType ? holder.parent : null;
  }
  return null;
}

/**
 * What died in a transaction without being named. To be called before Yjs collects it.
 * @param isContested keys whose losing value is kept as a disagreement, and so is not lost
 * @param places takes note of where everything stood that died
 * @param seq of the entry that this transaction will be
 */
export function lostIn(
  transaction: Y.Transaction,
  named: Named,
  isContested: (item: Y.Item) => boolean,
  places: CollectedPlaces,
  seq: number,
): LostText[] {
  const lost: LostText[] = [];
  for (const [clientId, ranges] of transaction.deleteSet.clients) {
    const structs = transaction.doc.store.clients.get(clientId) ?? [];
    for (const { clock, len } of ranges) {
      for (let at = Y.findIndexSS(structs, clock); at < structs.length; at++) {
        const struct = structs[at]!;
        if (struct.id.clock >= clock + len) break;
        if (!(struct instanceof Y.Item)) continue;
        const place = placeOf(struct);
        if (place !== null) places.remember(clientId, struct.id.clock, struct.length, { place, seq });
        if (struct.parentSub !== null && (codedKeys.has(struct.parentSub) || isContested(struct))) continue;
        const text = unnamedText(struct, named);
        if (text !== '') add(lost, { clientId, place, text, seq, isTyped: struct.parentSub === null });
      }
    }
  }
  return lost;
}

/** What arrived beside something that is already collected, so that Yjs dropped its content as it came in. */
export function lostOnArrival(
  dropped: readonly Y.Item[],
  named: Named,
  places: CollectedPlaces,
  seq: number,
): LostText[] {
  const lost: LostText[] = [];
  for (const item of dropped) {
    const { client, clock } = item.id;
    const gone = places.ofArrival(item);
    // What is typed next hangs on this one.
    if (gone !== null) places.remember(client, clock, item.length, gone);
    const text = textOf(item);
    if (text === null || text === '' || named(client, clock, false)) continue;
    const place = gone?.place ?? null;
    const isTyped = item.content instanceof Y.ContentString;
    add(lost, { clientId: client, place, text, seq: gone?.seq ?? seq, isTyped });
  }
  return lost;
}

/** Pieces of one author's text from one place belong together. */
function add(lost: LostText[], piece: LostText): void {
  const last = lost.at(-1);
  const goesOn =
    last?.isTyped && piece.isTyped && last.clientId === piece.clientId && last.place === piece.place;
  if (goesOn) last.text += piece.text;
  else lost.push(piece);
}
