import { uuidv4 } from 'lib0/random';
import type { NoteKind } from '../../shared/notes/kinds.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';
import { ApiError } from '../wire/api.ts';

interface Asks {
  load: () => Promise<NoteLine[]>;
  /** The same key twice makes one note. */
  create: (kind: NoteKind, idempotencyKey: string) => Promise<{ noteId: string }>;
}

/** The notes of one encounter, as the service last told of them, and how one is begun. */
export class NoteList {
  notes = $state.raw<NoteLine[] | null>(null);
  failed = $state(false);
  creating = $state(false);
  createFailed = $state(false);
  readonly #asks: Asks;
  /** One for each kind: after a failure another kind is another wish. */
  readonly #keys = new Map<NoteKind, string>();
  #asked = 0;
  #answered = 0;

  constructor(asks: Asks) {
    this.#asks = asks;
  }

  /** Answers can come in another order than they were asked for: an older one never takes the place of a newer one. */
  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const notes = await this.#asks.load();
      if (asked < this.#answered) return;
      this.#answered = asked;
      this.notes = notes;
      this.failed = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked > this.#answered) this.failed = true;
    }
  }

  /** @returns the id of the new note; null when it is not known to be there, and trying again is safe */
  async start(kind: NoteKind): Promise<string | null> {
    if (this.creating) return null;
    this.creating = true;
    this.createFailed = false;
    const key = this.#keys.get(kind) ?? uuidv4();
    this.#keys.set(kind, key);
    try {
      const { noteId } = await this.#asks.create(kind, key);
      this.#keys.delete(kind);
      return noteId;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.createFailed = true;
      return null;
    } finally {
      this.creating = false;
    }
  }
}
