import * as Y from 'yjs';

/** What one author wrote in a room, edit by edit, and when. */
export interface Author {
  readonly index: number;
  readonly clientId: number;
  /** The clock after each edit. */
  readonly ends: number[];
  readonly sentAt: number[];
  /** How many others have not seen it yet. */
  readonly waiting: number[];
  /** When the last of them had; 0 before. */
  readonly seenAt: number[];
  /** When the server said that it has it; 0 before. */
  readonly acknowledgedAt: number[];
}

/** How far one client has seen each author: the number of edits, by author. */
export type Sight = number[];

const rememberedFrames = 512;

/** Which edits were made in a document and who has seen them: the check that every edit arrived everywhere. */
export class Room {
  readonly authors: Author[] = [];
  readonly #byClientId = new Map<number, Author>();
  /** All receivers get the same bytes: they are decoded once. */
  readonly #decoded = new Map<string, { author: Author; clock: number }[]>();
  /** How many clients are in the room. */
  readers = 0;
  /** Edits that somebody has not seen yet, counted once for each of them. */
  missing = 0;
  onSeenByAll: ((author: Author) => void) | null = null;

  constructor(readonly name: string) {}

  author(clientId: number): Author {
    const author: Author = {
      index: this.authors.length,
      clientId,
      ends: [],
      sentAt: [],
      waiting: [],
      seenAt: [],
      acknowledgedAt: [],
    };
    this.authors.push(author);
    this.#byClientId.set(clientId, author);
    return author;
  }

  wrote(author: Author, clock: number): void {
    author.ends.push(clock);
    author.waiting.push(this.readers - 1);
    author.sentAt.push(performance.now());
    author.seenAt.push(0);
    author.acknowledgedAt.push(0);
    this.missing += this.readers - 1;
  }

  /** A client has received this update. */
  saw(sight: Sight, own: Author | null, update: Buffer): void {
    for (const { author, clock } of this.#decode(update)) {
      if (author === own) continue;
      let next = sight[author.index] ?? 0;
      while (next < author.ends.length && author.ends[next]! <= clock) this.#seen(author, next++);
      sight[author.index] = next;
    }
  }

  #seen(author: Author, edit: number): void {
    this.missing--;
    if (--author.waiting[edit]! > 0) return;
    author.seenAt[edit] = performance.now();
    this.onSeenByAll?.(author);
  }

  #decode(update: Buffer): { author: Author; clock: number }[] {
    const key = update.toString('latin1');
    const known = this.#decoded.get(key);
    if (known) return known;
    const decoded = [...Y.parseUpdateMeta(update).to].flatMap(([clientId, clock]) => {
      const author = this.#byClientId.get(clientId);
      return author ? [{ author, clock }] : [];
    });
    if (this.#decoded.size >= rememberedFrames) this.#decoded.clear();
    this.#decoded.set(key, decoded);
    return decoded;
  }
}
