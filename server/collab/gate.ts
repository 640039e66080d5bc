import * as Y from 'yjs';
import type { DocumentAccess } from '../../shared/documents/registry.ts';
import { checkContent } from './allowedContent.ts';
import type { ValueSet } from './contested.ts';
import { Crowds } from './crowds.ts';
import { encodeUpdate } from './encodeUpdate.ts';
import { saysOtherwise } from './equivocation.ts';
import { Neighbours } from './neighbours.ts';
import { entryOf, Incoming, isPlace, type Place, type ShapeMap } from './paths.ts';
import type { RefusalReason } from './refusalReasons.ts';
import {
  canBeOrdered,
  continuesKnown,
  findIn,
  isHarmlessRepeat,
  rangeLookup,
  unknownPart,
  type NewStruct,
} from './structs.ts';
import { TouchedDrafts } from './touchedDrafts.ts';

type DeleteSet = ReturnType<typeof Y.decodeUpdate>['ds'];

/**
 * What the gate says of an update. Of one that it accepts: `claims` are client ids that nobody has used in this document
 * before, `sets` are sets of contested-checked keys, `dropped` is what Yjs will collect as it comes in, `update` is what
 * to apply: what came, unless an item in it had to be put right.
 */
export type Verdict =
  | {
      verdict: 'accept';
      claims: number[];
      lease: number | null;
      ds: DeleteSet;
      sets: ValueSet[];
      dropped: Y.Item[];
      update: Uint8Array;
    }
  | { verdict: 'ignore' }
  | { verdict: 'resync' }
  | { verdict: 'refuse'; reason: RefusalReason };

/** The document as the gate sees it. It changes nothing. */
export interface GateView {
  doc: Y.Doc;
  shapes: ShapeMap;
  /** Whether the sender may use this client id: `theirs`, `free` (nobody has), or `foreign`. */
  holds(clientId: number): 'theirs' | 'free' | 'foreign';
  access: DocumentAccess;
}

/** Bounds on one update; the first sync of a tablet that was long offline is the largest honest one. */
export const maxUpdateBytes = 4 * 1024 * 1024;
const maxStructs = 100_000;
const maxStructLength = 1 << 22;
const maxDeleteRanges = 100_000;
/** A client has a new id each time it is loaded; what it kept offline may be under several. */
const maxNewClients = 1_000;

const refuse = (reason: RefusalReason): Verdict => ({ verdict: 'refuse', reason });

/** Decides about one update (version 1 encoding), before anything of it touches the document. */
export function judge(update: Uint8Array, view: GateView): Verdict {
  if (update.byteLength > maxUpdateBytes) return refuse('too-large');
  let decoded: ReturnType<typeof Y.decodeUpdate>;
  try {
    decoded = Y.decodeUpdate(update);
  } catch {
    return refuse('malformed');
  }
  if (decoded.structs.length > maxStructs) return refuse('too-large');

  const fresh = newStructs(decoded.structs, view.doc);
  if ('verdict' in fresh) {
    // Who may not write has nothing to send again.
    return fresh.verdict === 'resync' && view.access.mode !== 'write' ? refuse('no-permission') : fresh;
  }
  const deletions = newDeletions(decoded.ds, view, fresh.ends);
  if ('verdict' in deletions) return deletions;
  if (fresh.byClient.size === 0 && deletions.items.length === 0) return { verdict: 'ignore' };
  if (view.access.mode !== 'write') {
    // Yjs tidies up marks that no longer mark anything wherever it merges, also for somebody who only reads.
    const isTidying = fresh.byClient.size === 0 && deletions.items.every(isFormat);
    return isTidying ? { verdict: 'ignore' } : refuse('no-permission');
  }

  const claims: number[] = [];
  for (const client of fresh.byClient.keys()) {
    const holder = view.holds(client);
    if (holder === 'foreign') return refuse('foreign-client');
    if (holder === 'free') claims.push(client);
  }

  const drafts = new TouchedDrafts(view.access.orderCategories);
  const found: Found = { sets: [], dropped: [], isPutRight: fresh.isPutRight };
  const refusal =
    checkStructs(fresh.byClient, decoded.ds, view, drafts, found) ??
    checkDeletions(deletions.items, view, drafts);
  if (refusal) return refusal;
  if (!drafts.allowed()) return refuse('order-category');
  const lease = fresh.byClient.keys().next().value ?? null;
  const { sets, dropped, isPutRight } = found;
  const { ds } = decoded;
  const applied = isPutRight ? encodeUpdate([...fresh.byClient.values()], ds.clients) : update;
  return { verdict: 'accept', claims, lease, ds, sets, dropped, update: applied };
}

const isFormat = ({ content }: Y.Item): boolean => content instanceof Y.ContentFormat;

interface Fresh {
  byClient: Map<number, NewStruct[]>;
  ends: Map<number, number>;
  /** One of them says otherwise here than in the update. */
  isPutRight: boolean;
}

/** The structs that the document does not know yet, by client, without gaps. */
function newStructs(structs: readonly (Y.Item | Y.GC | Y.Skip)[], doc: Y.Doc): Fresh | Verdict {
  const byClient = new Map<number, NewStruct[]>();
  const ends = new Map<number, number>();
  const neighbours = new Neighbours((id) => findIn(doc, id));
  let isPutRight = false;
  for (const struct of structs) {
    if (struct instanceof Y.Skip) return refuse('malformed');
    if (struct.length < 1 || struct.length > maxStructLength) return refuse('too-large');
    const { client, clock } = struct.id;
    const end = ends.get(client);
    // A second block of the same client, or a hole inside one: Yjs would keep only part of it.
    if (end !== undefined && clock !== end) return refuse('malformed');
    ends.set(client, clock + struct.length);
    const known = Y.getState(doc.store, client);
    if (clock < known && !isHarmlessRepeat(struct, doc)) return refuse('malformed');
    const wasPutRight = clock < known && struct instanceof Y.Item && neighbours.putRight(struct);
    if (clock < known && saysOtherwise(struct, doc)) return refuse('equivocation');
    if (clock + struct.length <= known) continue;
    isPutRight ||= wasPutRight;
    if (clock < known && !continuesKnown(struct, doc)) return refuse('malformed');
    const mine = byClient.get(client);
    if (!mine && clock > known) return { verdict: 'resync' };
    if (mine) mine.push(struct);
    else byClient.set(client, [unknownPart(struct, known)]);
  }
  if (byClient.size > maxNewClients) return refuse('too-large');
  return { byClient, ends, isPutRight };
}

/** What of the store an update newly deletes. Honest reconnects repeat every deletion ever made: those cost a look. */
function newDeletions(
  ds: { clients: Map<number, { clock: number; len: number }[]> },
  { doc }: GateView,
  ends: ReadonlyMap<number, number>,
): { items: Y.Item[] } | Verdict {
  const items: Y.Item[] = [];
  let ranges = 0;
  for (const [client, list] of ds.clients) {
    ranges += list.length;
    if (ranges > maxDeleteRanges) return refuse('too-large');
    if (!areApart(list)) return refuse('malformed');
    const structs = doc.store.clients.get(client) ?? [];
    const known = Y.getState(doc.store, client);
    for (const { clock, len } of list) {
      if (len < 1) return refuse('malformed');
      if (clock + len > Math.max(known, ends.get(client) ?? 0)) return refuse('future-deletion');
      if (clock >= known) continue;
      for (let at = Y.findIndexSS(structs, clock); at < structs.length; at++) {
        const struct = structs[at]!;
        if (struct.id.clock >= clock + len) break;
        if (struct instanceof Y.Item && !struct.deleted) items.push(struct);
      }
    }
  }
  return { items };
}

/** Nobody names a deletion twice: of ranges that lie over each other, each would be gone through from end to end. */
function areApart(ranges: readonly { clock: number; len: number }[]): boolean {
  const follows = (list: typeof ranges): boolean =>
    list.every(({ clock }, index) => index === 0 || clock >= list[index - 1]!.clock + list[index - 1]!.len);
  return follows(ranges) || follows(ranges.toSorted((a, b) => a.clock - b.clock));
}

interface Found {
  sets: ValueSet[];
  dropped: Y.Item[];
  isPutRight: boolean;
}

function checkStructs(
  byClient: ReadonlyMap<number, NewStruct[]>,
  ds: DeleteSet,
  view: GateView,
  drafts: TouchedDrafts,
  found: Found,
): Verdict | null {
  const incoming = new Incoming(view.doc, view.shapes, byClient);
  const neighbours = new Neighbours((id) => incoming.find(id));
  const created = new Map<unknown, Set<string>>();
  const isDeleted = rangeLookup(ds);
  const crowds = Crowds.of(byClient, view.doc);
  for (const structs of byClient.values()) {
    for (const struct of structs) {
      // What its author typed and deleted before sending it: it carries nothing.
      if (struct instanceof Y.GC) continue;
      if (!incoming.knows(struct)) return { verdict: 'resync' };
      if (incoming.hangsOnCollected(struct)) {
        found.dropped.push(struct);
        continue;
      }
      const place = incoming.placeOf(struct);
      if (!isPlace(place)) {
        if (place.none === 'collected') {
          found.dropped.push(struct);
          continue;
        }
        if (place.none === 'missing') return { verdict: 'resync' };
        return refuse(place.reason);
      }
      if (!incoming.agrees(struct, place)) return refuse('wrong-place');
      // A key has one value after the other: nothing is ever put before one.
      if (place.key !== null && struct.rightOrigin !== null) return refuse('wrong-place');
      if (neighbours.putRight(struct)) found.isPutRight = true;
      const standing = neighbours.standingOf(struct);
      if (standing === 'too-far') return refuse('too-large');
      if (standing === 'wrong') return refuse('wrong-place');
      const reason = checkContent(struct.content, place, created);
      if (reason) return refuse(reason);
      if (isForGood(place) && isDeleted(struct.id.client, struct.id.clock)) return refuse('deleted-key');
      drafts.touch(place, struct);
      crowds?.add(struct, place);
      const set = contestedSet(struct, place);
      if (set) found.sets.push(set);
    }
  }
  if (crowds?.isTooLarge) return refuse('too-large');
  return canBeOrdered(byClient) ? null : refuse('cycle');
}

/** A key that nobody deletes once it is there. */
function isForGood({ shape, key }: Place): boolean {
  const entry = key === null ? null : entryOf(shape, key);
  return entry !== null && (entry.type === 'shared' || entry.by === 'server' || entry.once === true);
}

/** A set of a clinical value in a map that the document has already: a new map has nobody to disagree with. */
function contestedSet(item: Y.Item, { shape, container, key }: Place): ValueSet | null {
  if (key === null || !(container instanceof Y.Map)) return null;
  const entry = entryOf(shape, key);
  return entry?.type === 'value' && entry.contested ? { container, key, item } : null;
}

/** Text and blocks may be deleted by whoever may write; keys that hold a shared type, or are the server's, by nobody. */
function checkDeletions(
  items: readonly Y.Item[],
  { shapes }: GateView,
  drafts: TouchedDrafts,
): Verdict | null {
  for (const item of items) {
    const container = item.parent as Y.AbstractType<unknown>;
    const shape = shapes.of(container);
    if (!shape) return refuse('wrong-place');
    const place: Place = { shape, container, key: item.parentSub };
    if (isForGood(place)) return refuse('deleted-key');
    drafts.touch(place, item);
  }
  return null;
}
