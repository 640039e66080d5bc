import * as Y from 'yjs';
import { wordsUnder } from '../../shared/quarantine/words.ts';
import { placeOf } from './place.ts';

/** Words of mine that somebody else's change took away, and the ids under which they were written. */
export interface OwnLoss {
  clock: number;
  length: number;
  text: string;
  place: string | null;
  /** What they stood in: one for each line. */
  within: unknown;
}

/** What others' changes have just taken of what this document's own client wrote. To be asked before Yjs collects it. */
export function ownLosses({ local, deleteSet, doc }: Y.Transaction): OwnLoss[] {
  const ranges = local ? undefined : deleteSet.clients.get(doc.clientID);
  const structs = doc.store.clients.get(doc.clientID);
  if (!ranges || !structs) return [];
  const losses: OwnLoss[] = [];
  for (const { clock, len } of ranges) {
    for (let at = Y.findIndexSS(structs, clock); at < structs.length; at++) {
      const struct = structs[at]!;
      if (struct.id.clock >= clock + len) break;
      if (!(struct instanceof Y.Item)) continue;
      const { id, length, parent } = struct;
      const text = textOf(struct);
      if (text !== '') losses.push({ clock: id.clock, length, text, place: placeOf(struct), within: parent });
    }
  }
  return losses;
}

function textOf({ content, parent, parentSub }: Y.Item): string {
  if (content instanceof Y.ContentString) return content.str;
  if (!(content instanceof Y.ContentAny) || parent instanceof Y.XmlElement) return '';
  return wordsUnder(parentSub, content.arr.at(-1)).join(' ');
}
