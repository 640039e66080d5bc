import type { DocumentLog } from '../log/documentLog.ts';

/** With so many waiting, those who sent them are not to wait for the rest. */
const atMost = 32;

/**
 * What has arrived for one document, in order. Where many write it waits until the log is about to commit: what is dealt
 * with in one go costs much less than one by one, each time from cold.
 *
 * Whoever goes by what the document holds, or by who is in it, empties it first.
 */
export class Inbox {
  readonly #frames: (() => void)[] = [];
  /** The log will say when. */
  #isAnnounced = false;

  constructor(
    private readonly log: Pick<DocumentLog, 'beforeCommit'>,
    private readonly readers: () => number,
  ) {}

  /** @param take deals with it; must not throw */
  add(take: () => void): void {
    this.#frames.push(take);
    if (this.#frames.length >= atMost) return this.empty();
    if (this.#isAnnounced) return;
    this.#isAnnounced = true;
    this.log.beforeCommit(this.readers(), this.#commitIsNear);
  }

  /** Deals with all that has arrived. */
  empty(): void {
    for (let take = this.#frames.shift(); take; take = this.#frames.shift()) take();
  }

  readonly #commitIsNear = (): void => {
    this.#isAnnounced = false;
    this.empty();
  };
}
