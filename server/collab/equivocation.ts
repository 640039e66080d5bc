import { equalityDeep } from 'lib0/function';
import * as Y from 'yjs';
import { isSameParent, type NewStruct } from './structs.ts';

/**
 * Whether a struct that the document knows, in whole or in part, says otherwise here than it did before: other
 * content, or another place. Yjs would pass over it, and its author would see another text than everybody else, with
 * equal state vectors. What is deleted or collected on either side holds nothing that could be compared.
 */
export function saysOtherwise(struct: NewStruct, { store }: Y.Doc): boolean {
  if (!(struct instanceof Y.Item)) return false;
  const { client, clock } = struct.id;
  const mine = store.clients.get(client) ?? [];
  const end = Math.min(clock + struct.length, Y.getState(store, client));
  if (clock >= end) return false;
  for (let at = Y.findIndexSS(mine, clock); at < mine.length && mine[at]!.id.clock < end; at++) {
    const known = mine[at]!;
    if (!(known instanceof Y.Item)) continue;
    const from = Math.max(clock, known.id.clock);
    const to = Math.min(end, known.id.clock + known.length);
    if (!isSamePlace(struct, known, from) || !isSameContent(struct, known, from, to)) return true;
  }
  return false;
}

/** Yjs joins and splits what one client wrote in one go; the neighbours that every part of it names stay the same. */
function isSamePlace(struct: Y.Item, known: Y.Item, clock: number): boolean {
  const origin = originAt(struct, clock);
  if (!Y.compareIDs(origin, originAt(known, clock))) return false;
  if (!Y.compareIDs(struct.rightOrigin, known.rightOrigin)) return false;
  return origin !== null || struct.rightOrigin !== null || isSameParent(struct, known);
}

const originAt = (item: Y.Item, clock: number): Y.ID | null =>
  clock === item.id.clock ? item.origin : Y.createID(item.id.client, clock - 1);

function isSameContent(struct: Y.Item, known: Y.Item, from: number, to: number): boolean {
  const one = struct.content;
  const other = known.content;
  if (one instanceof Y.ContentDeleted || other instanceof Y.ContentDeleted) return true;
  if (one.constructor !== other.constructor) return false;
  const slice = <T extends { slice(from: number, to: number): T }>(list: T, { id }: Y.Item): T =>
    list.slice(from - id.clock, to - id.clock);
  if (one instanceof Y.ContentString && other instanceof Y.ContentString)
    return isSameText(slice(one.str, struct), slice(other.str, known));
  if (one instanceof Y.ContentAny && other instanceof Y.ContentAny)
    return equalityDeep(slice(one.arr, struct), slice(other.arr, known));
  if (one instanceof Y.ContentFormat && other instanceof Y.ContentFormat)
    return one.key === other.key && equalityDeep(one.value, other.value);
  if (one instanceof Y.ContentType && other instanceof Y.ContentType)
    return one.type.constructor === other.type.constructor && nameOf(one.type) === nameOf(other.type);
  return equalityDeep(one.getContent(), other.getContent());
}

const nameOf = (type: unknown): string | null => (type instanceof Y.XmlElement ? type.nodeName : null);

/** Half of a pair of code units, where Yjs had to split one, is a replacement character on one side. */
function isSameText(one: string, other: string): boolean {
  if (one === other) return true;
  const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
  for (let at = 0; at < one.length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a === b || (a === 0xfffd && isHalf(b)) || (b === 0xfffd && isHalf(a))) continue;
    return false;
  }
  return true;
}
