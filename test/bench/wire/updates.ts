import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { noteRoots } from '../../../shared/documents/note.ts';
import { emptyDocument } from '../../../server/log/fold.ts';

/** The note that every document of a benchmark starts from, in one update of one author. */
export interface Seed {
  clientId: number;
  bytes: Uint8Array;
}

const sectionId = 'b0000000-0000-4000-8000-000000000001';
const seedClientId = 1;
const paragraphs = 20;
const sentence =
  'Seen on the ward round; comfortable, eating and drinking, no new complaints overnight and mobile. ';

export const bodyOf = (doc: Y.Doc): Y.XmlFragment =>
  doc.getMap<Y.Map<unknown>>('sections').get(sectionId)!.get('body') as Y.XmlFragment;

/** All text of the note, block by block. */
export const textOf = (doc: Y.Doc): string =>
  bodyOf(doc)
    .toArray()
    .map((block) =>
      (block as Y.XmlElement)
        .toArray()
        .map((text) => (text as Y.XmlText).toString())
        .join(''),
    )
    .join('\n');

export function newBlock(text: string): Y.XmlElement {
  const block = new Y.XmlElement('block');
  block.setAttribute('kind', 'paragraph');
  block.insert(0, [new Y.XmlText(text)]);
  return block;
}

export const noteSeed = ((): Seed => {
  const doc = emptyDocument(noteRoots);
  doc.clientID = seedClientId;
  doc.transact(() => {
    const body = new Y.XmlFragment();
    body.insert(
      0,
      Array.from({ length: paragraphs }, () => newBlock(sentence)),
    );
    const section = new Y.Map<unknown>();
    section.set('title', 'Progress');
    section.set('rank', 'V');
    section.set('body', body);
    doc.getMap('sections').set(sectionId, section);
  });
  return { clientId: seedClientId, bytes: Y.encodeStateAsUpdate(doc) };
})();

export const seededDocument = (): Y.Doc => {
  const doc = emptyDocument(noteRoots);
  Y.applyUpdate(doc, noteSeed.bytes);
  return doc;
};

/** An update of nothing: what a client that has nothing new answers to step 1. */
export const emptyUpdate = new Uint8Array([0, 0]);

/** Content of Yjs: a string; and the flag that an item has a left origin. */
const stringAfterOrigin = 0x80 | 4;

/**
 * Somebody who types at the end of a paragraph of their own. Their updates are written by hand, byte for byte as Yjs
 * writes them, so that a load generator need not keep a document for each.
 */
export class Pen {
  /** The first update: the paragraph. */
  readonly opening: Uint8Array;
  /** The clock after the last character. */
  clock: number;
  #left: number;
  #strings: { clock: number; length: number } | null = null;

  constructor(readonly clientId: number) {
    const doc = seededDocument();
    doc.clientID = clientId;
    const before = Y.encodeStateVector(doc);
    const block = newBlock('.');
    const body = bodyOf(doc);
    body.insert(body.length, [block]);
    this.opening = Y.encodeStateAsUpdate(doc, before);
    this.clock = Y.getState(doc.store, clientId);
    this.#left = (block.get(0) as Y.XmlText)._start!.id.clock;
    doc.destroy();
  }

  /** One more character, or string. */
  write(text: string): Uint8Array {
    const encoder = encoding.createEncoder();
    this.#writeText(encoder, text);
    encoding.writeVarUint(encoder, 0);
    return encoding.toUint8Array(encoder);
  }

  /** A string in the place of the one written so before: the document does not grow. */
  replace(text: string): Uint8Array {
    const before = this.#strings;
    this.#strings = { clock: this.clock, length: text.length };
    const encoder = encoding.createEncoder();
    this.#writeText(encoder, text);
    encoding.writeVarUint(encoder, before ? 1 : 0);
    if (before) {
      for (const value of [this.clientId, 1, before.clock, before.length])
        encoding.writeVarUint(encoder, value);
    }
    return encoding.toUint8Array(encoder);
  }

  #writeText(encoder: encoding.Encoder, text: string): void {
    for (const value of [1, 1, this.clientId, this.clock]) encoding.writeVarUint(encoder, value);
    encoding.writeUint8(encoder, stringAfterOrigin);
    encoding.writeVarUint(encoder, this.clientId);
    encoding.writeVarUint(encoder, this.#left);
    encoding.writeVarString(encoder, text);
    this.#left = this.clock + text.length - 1;
    this.clock += text.length;
  }
}
