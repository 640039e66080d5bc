/** So many are visited at once: what is done for thousands in one go is felt by everybody who types meanwhile. */
const atOnce = 32;

/**
 * Visits each member of a changing set once in a period, a few at a time. Who joins meanwhile waits for the next one.
 * Few members cost few awakenings: they are what an idle service spends most on.
 */
export class InTurn<T> {
  #timer: NodeJS.Timeout;
  #left: T[] = [];
  #pauseMs: number;

  constructor(
    private readonly periodMs: number,
    private readonly members: () => Iterable<T>,
    private readonly visit: (member: T) => void,
  ) {
    this.#pauseMs = periodMs;
    this.#timer = this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): NodeJS.Timeout {
    return setTimeout(() => this.#next(), this.#pauseMs).unref();
  }

  #next(): void {
    if (this.#left.length === 0) {
      this.#left = [...this.members()];
      this.#pauseMs = this.periodMs / Math.max(1, Math.ceil(this.#left.length / atOnce));
    }
    for (const member of this.#left.splice(0, atOnce)) this.visit(member);
    this.#timer = this.#wait();
  }
}
