import * as Y from 'yjs';
import { wordsUnder } from '../../shared/quarantine/words.ts';
import type { KeptPiece } from './refused.svelte.ts';
import { placeOf } from './place.ts';

/**
 * What I wrote that the server has not declared durable, as text in document order, one entry a place. Read before a
 * refused document is thrown away, so that its words can be offered back.
 */
export function piecesNotDurable(doc: Y.Doc, durable: Uint8Array | null): KeptPiece[] {
  const from = durable === null ? 0 : (Y.decodeStateVector(durable).get(doc.clientID) ?? 0);
  const mine = (doc.store.clients.get(doc.clientID) ?? []).filter(
    (struct): struct is Y.Item =>
      struct instanceof Y.Item && struct.id.clock + struct.length > from && !struct.deleted,
  );
  const pieces: KeptPiece[] = [];
  const seen = new Set<unknown>();
  for (const item of mine) {
    if (item.content instanceof Y.ContentString) {
      if (seen.has(item.parent)) continue;
      seen.add(item.parent);
      const text = runsOf(item.parent as Y.AbstractType<unknown>, doc.clientID, from);
      pieces.push({ text, place: placeOf(item) });
    } else if (item.content instanceof Y.ContentAny) {
      const words = item.content.arr.flatMap((value) => wordsUnder(item.parentSub, value));
      pieces.push(...words.map((text) => ({ text, place: placeOf(item) })));
    }
  }
  return pieces.flatMap(({ text, place }) => (text.trim() === '' ? [] : { text: text.trim(), place }));
}

export const textNotDurable = (doc: Y.Doc, durable: Uint8Array | null): string[] =>
  piecesNotDurable(doc, durable).map(({ text }) => text);

function runsOf(parent: Y.AbstractType<unknown>, client: number, from: number): string {
  let text = '';
  let gap = false;
  // oxlint-disable-next-line no-underscore-dangle -- Yjs has no other way to walk items with their authors
  for (let item = parent._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const isNew = item.id.client === client && item.id.clock + item.length > from;
    if (!isNew) {
      gap = text !== '';
      continue;
    }
    const fresh = item.content.str.slice(Math.max(0, from - item.id.clock));
    text += gap && !/^\s/.test(fresh) && !/\s$/.test(text) ? ` ${fresh}` : fresh;
    gap = false;
  }
  return text;
}
