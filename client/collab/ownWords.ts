import { uuidv4 } from 'lib0/random';
import * as Y from 'yjs';
import { LostPlaces } from './lostPlaces.ts';
import { ownLosses } from './ownLosses.ts';
import type { KeptTexts } from './refused.svelte.ts';
import { piecesNotDurable, textNotDurable } from './refusedText.ts';
import { Swallowed } from './swallowed.ts';

/**
 * What I write in one shared document: how much of it the service calls durable, and what of it is offered back to me
 * because others took it away before it was, or because the document itself is refused, replaced or ended.
 */
export class OwnWords {
  readonly #room: string;
  readonly #kept: KeptTexts;
  #doc = new Y.Doc();
  #durable: Uint8Array | null = null;
  #lost = new LostPlaces();
  #swallowed = new Swallowed();

  constructor(room: string, kept: KeptTexts) {
    this.#room = room;
    this.#kept = kept;
  }

  /** From now on they stand in this document, of which nothing is known to be durable yet. */
  follow(doc: Y.Doc): void {
    this.#doc = doc;
    this.#durable = null;
    this.#lost = new LostPlaces();
    this.#swallowed = new Swallowed();
    doc.on('afterTransaction', (transaction: Y.Transaction) => {
      const losses = ownLosses(transaction);
      if (losses.length === 0) return;
      this.#lost.remember(losses);
      this.#swallowed.remember(losses, doc.clientID, this.#durable);
    });
  }

  durable(stateVector: Uint8Array): void {
    this.#durable = stateVector;
    this.#swallowed.durable(this.#doc.clientID, stateVector);
  }

  notDurable(): string[] {
    return textNotDurable(this.#doc, this.#durable);
  }

  /** What the service, which has this much, will never have of me although I wrote it: offered as what it rescues itself is. */
  offerSwallowed(stateVector: Uint8Array): void {
    for (const piece of this.#swallowed.takeLacking(this.#doc.clientID, stateVector))
      this.#kept.keep({
        id: uuidv4(),
        why: 'rescued',
        reason: '',
        room: this.#room,
        pieces: [piece],
        stored: false,
      });
  }

  /** The service has rescued some of them itself. */
  rescued(rescueId: string, text: string, place: string | null): void {
    this.#kept.dismissUnstored(this.#room, text);
    this.#kept.keep({
      id: rescueId,
      why: 'rescued',
      reason: '',
      room: this.#room,
      pieces: [{ text, place: place ?? this.#lost.placeOf(text) }],
      stored: true,
    });
  }

  /** The document goes. @param all whether everything in it is durable: then no words of mine go with it */
  offerBack(why: 'refused' | 'replaced', reason: string, quarantineId: string | null, all: boolean): void {
    const had = this.#durable ?? Y.encodeStateVector(new Map());
    this.#kept.keep({
      id: quarantineId ?? uuidv4(),
      why,
      reason,
      room: this.#room,
      pieces: all
        ? []
        : [
            ...piecesNotDurable(this.#doc, this.#durable),
            ...this.#swallowed.takeLacking(this.#doc.clientID, had),
          ],
      stored: quarantineId !== null,
    });
  }
}
