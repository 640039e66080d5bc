import { authorKey, type EntryAuthor } from '../log/entries.ts';
import type { LostText } from './rescue.ts';

/** Text that was lost, and whose it is. The same id again is more of the same: the whole text as it is by then. */
export interface LostWords {
  id: string;
  userId: string;
  deviceId: string;
  place: string | null;
  text: string;
  /** The entry that took its place away. */
  seq: number;
}

/** Letters of one sentence are lost within this time of each other. */
const apartMs = 60_000;
/** Each letter writes the whole text again. */
const maxLength = 4_000;

/**
 * Joins what somebody goes on typing into a line that is gone, which arrives letter by letter and is lost so: one
 * rescue that grows.
 */
export class LostRuns {
  readonly #open = new Map<string, { words: LostWords; at: number }>();

  constructor(private readonly newId: () => string) {}

  /** @param at when it was lost, ms */
  add(lost: LostText, { userId, deviceId }: EntryAuthor, at: number): LostWords {
    const key = authorKey({ userId, deviceId });
    const open = this.#open.get(key);
    const { text, place, seq, isTyped } = lost;
    const goesOn =
      isTyped &&
      open !== undefined &&
      at - open.at <= apartMs &&
      open.words.text.length < maxLength &&
      (place === open.words.place || place === null);
    const words = goesOn
      ? { ...open.words, text: open.words.text + text }
      : { id: this.newId(), userId, deviceId, place, text, seq };
    if (isTyped) this.#open.set(key, { words, at });
    return words;
  }

  /** Its author has written something that stands: what is lost from now on is something else. */
  end(author: EntryAuthor): void {
    if (this.#open.size > 0) this.#open.delete(authorKey(author));
  }
}
