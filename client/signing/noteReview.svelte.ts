import { noteContent, type NoteContent } from '../../shared/documents/note.ts';
import { canonicalJson } from '../../shared/signing/content.ts';
import type { LiveDoc } from '../collab/liveDoc.svelte.ts';
import type { PresentUser } from '../collab/presence.svelte.ts';
import { changesIn, difference } from './difference.ts';
import type * as Y from 'yjs';

/** The latest change that came while the dialog was open. */
export interface Arrival {
  at: Date;
  /** Who typed; nobody is known of what was only deleted. */
  who: PresentUser[];
}

/**
 * A note under somebody's eyes before they sign it. What is signed is what they have seen: a change that arrives
 * meanwhile is marked, and must be looked at first.
 */
export class NoteReview {
  readonly openedAt: Date;
  /** What the marks are drawn against. */
  #base = $state.raw<NoteContent>({ sections: [] });
  #seen = $state.raw<NoteContent>({ sections: [] });
  #now = $state.raw<NoteContent>({ sections: [] });
  arrival = $state.raw<Arrival | null>(null);

  sections = $derived(difference(this.#base, this.#now));
  changes = $derived(changesIn(this.sections));
  unseen = $derived(canonicalJson(this.#seen) !== canonicalJson(this.#now));

  readonly #clock: () => Date;

  constructor(live: LiveDoc, clock: () => Date) {
    this.#clock = clock;
    this.openedAt = clock();
    this.#base = this.#seen = this.#now = noteContent(live.doc);
  }

  /** What a signature would name. */
  get seen(): NoteContent {
    return this.#seen;
  }

  /** Follows the document, until the function that it gives is called. */
  follow(doc: Y.Doc, whose: (clientId: number) => PresentUser | null): () => void {
    const changed = (transaction?: Y.Transaction): void => {
      const next = noteContent(doc);
      if (canonicalJson(next) === canonicalJson(this.#now)) return;
      // Marks are drawn from the last look on, so that what is new stands out.
      if (!this.unseen) this.#base = this.#seen;
      this.#now = next;
      this.arrival = { at: this.#clock(), who: transaction ? writersIn(transaction, whose) : [] };
    };
    changed();
    doc.on('afterTransaction', changed);
    return () => doc.off('afterTransaction', changed);
  }

  look(): void {
    this.#seen = this.#now;
  }
}

/** People whose client ids have moved on in a transaction. */
function writersIn(
  { beforeState, afterState }: Y.Transaction,
  whose: (clientId: number) => PresentUser | null,
): PresentUser[] {
  const people = new Map<string, PresentUser>();
  for (const [clientId, clock] of afterState) {
    const person = clock > (beforeState.get(clientId) ?? 0) ? whose(clientId) : null;
    if (person) people.set(person.id, person);
  }
  return [...people.values()];
}
