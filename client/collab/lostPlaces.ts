import * as Y from 'yjs';
import { placeOf } from './place.ts';

/** Lines that others remove hold a few words of mine; more than this many are not looked back at. */
const most = 50;

/**
 * Where words of mine stood that somebody else's change took away. The service may know no more than that they are
 * gone: what they stood in can be collected before they arrive there.
 */
export class LostPlaces {
  #places: { text: string; place: string }[] = [];

  watch(doc: Y.Doc): void {
    doc.on('afterTransaction', (transaction: Y.Transaction) => {
      if (transaction.local) return;
      for (const [client, ranges] of transaction.deleteSet.clients) {
        if (client !== doc.clientID) continue;
        for (const range of ranges) this.#remember(doc, client, range.clock, range.len);
      }
    });
  }

  /** The place of rescued words, by the latest loss that had them. */
  placeOf(text: string): string | null {
    return this.#places.findLast((lost) => lost.text.includes(text))?.place ?? null;
  }

  #remember(doc: Y.Doc, client: number, clock: number, len: number): void {
    const texts = new Map<string, string>();
    const structs = doc.store.clients.get(client) ?? [];
    for (let at = Y.findIndexSS(structs, clock); at < structs.length; at++) {
      const struct = structs[at]!;
      if (struct.id.clock >= clock + len) break;
      if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) continue;
      const place = placeOf(struct);
      if (place !== null) texts.set(place, (texts.get(place) ?? '') + struct.content.str);
    }
    for (const [place, text] of texts) this.#places.push({ text, place });
    this.#places = this.#places.slice(-most);
  }
}
