import type { KeptPerson } from '../../shared/quarantine/schema.ts';
import type { ItemId } from '../../shared/quarantine/textOfUpdates.ts';

/** Words kept aside, and where they stood: a path as `sections/<id>/body`. */
export interface KeptPiece {
  text: string;
  place: string | null;
  /** What they stood beside, where only the document itself can say which place that is. */
  near?: ItemId | null;
}

export interface KeptText {
  id: string;
  why: 'refused' | 'rescued' | 'replaced';
  /** A refusal's code, or words. */
  reason: string;
  /** The document that it was written in. */
  room: string;
  /** ISO instant; null until the service has told. */
  at: string | null;
  pieces: KeptPiece[];
  /** Null: mine. */
  author: KeptPerson | null;
  /** Whose change took the place of rescued words away. */
  removedBy: KeptPerson | null;
  /** The service keeps it too, so that it is there on other devices and after this page. */
  stored: boolean;
  /** There is more of it than is shown. */
  isCut: boolean;
  /** It happened on this page, so it is said aloud. */
  isNew: boolean;
}

/**
 * Words that the record did not take, or that lost their place: offered back until somebody says that they are done
 * with them. What happens on this page is here at once; the service's list adds what it holds from before.
 */
export class KeptTexts {
  items = $state.raw<readonly KeptText[]>([]);
  /** Counts what has happened on this page: a reason to ask the service for its list. */
  news = $state(0);
  /** Counts what was refused on this page. */
  refusals = $state(0);

  keep(item: Pick<KeptText, 'id' | 'why' | 'reason' | 'room' | 'pieces'> & { stored: boolean }): void {
    if (item.pieces.length === 0 && !item.stored) return;
    const before = this.items.find(({ id }) => id === item.id);
    const kept: KeptText = {
      ...item,
      at: before?.at ?? null,
      author: null,
      removedBy: before?.removedBy ?? null,
      isCut: false,
      isNew: true,
    };
    this.items = [...this.items.filter(({ id }) => id !== item.id), kept];
    if (item.stored || item.why === 'rescued') this.news += 1;
    if (item.why !== 'rescued') this.refusals += 1;
  }

  /**
   * Takes the service's list. What it has no longer was settled elsewhere; what it cannot have, or came after the
   * question, stays.
   * @param known what was here when the service was asked
   */
  receive(listed: readonly KeptText[], known: ReadonlySet<string>): void {
    const mine = new Map(this.items.map((item) => [item.id, item]));
    const merged = listed.map((item): KeptText => {
      const here = mine.get(item.id);
      // The document that held them knew the places of my words; the service sees only what was sent.
      const pieces = here && here.pieces.length > 0 ? here.pieces : item.pieces;
      return { ...item, pieces, isNew: here?.isNew ?? false };
    });
    const ids = new Set(listed.map(({ id }) => id));
    const here = this.items.filter(({ id, stored }) => !ids.has(id) && (!stored || !known.has(id)));
    this.items = [...here, ...merged];
  }

  /** What died here before the service had it, and the service has not been asked to keep yet. */
  get unstoredRescues(): readonly KeptText[] {
    return this.items.filter(({ why, stored }) => why === 'rescued' && !stored);
  }

  /** The service keeps it now, under its own id. @returns whether it is still here */
  stored(id: string, as: string): boolean {
    this.items = this.items.map((item) => (item.id === id ? { ...item, id: as, stored: true } : item));
    return this.items.some((item) => item.id === as);
  }

  /** The service has rescued these words after all: what this page kept of them is no longer needed. */
  dismissUnstored(room: string, text: string): void {
    this.items = this.items.filter(
      ({ why, stored, room: ofRoom, pieces }) =>
        why !== 'rescued' || stored || ofRoom !== room || pieces.some((piece) => !text.includes(piece.text)),
    );
  }

  dismiss(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  /** Whether this page alone has some of it. */
  get onlyHere(): boolean {
    return this.items.some(({ stored }) => !stored);
  }

  /** Whether something written into this document on this page was not taken, and still waits. */
  refusedIn(room: string): boolean {
    return this.items.some((item) => item.isNew && item.why !== 'rescued' && item.room === room);
  }
}
