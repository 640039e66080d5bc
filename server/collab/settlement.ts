/** Far more than an honest client sends before it answers a question. */
const maxHeld = 100_000;

/**
 * How many of a connection's sync messages are settled, counted as a prefix in order of arrival: committed, ignored,
 * or overtaken by a resync that settled. A refused message and all that follow it are never counted.
 */
export class Settlement {
  #arrived = 0;
  #settled = 0;
  /** Settled out of order, waiting for those before them: spans in order, for some may wait for ever. */
  readonly #early: { from: number; to: number }[] = [];
  /** Messages with a gap before them, waiting for the client's next step 2. */
  #held: number[] = [];
  /** The server asks for what it lacks as it opens: the first resync. */
  #resyncOutstanding = true;

  /** The number of a message that has just arrived. */
  arrive(): number {
    return this.#arrived++;
  }

  /** @returns whether the count moved */
  settle(message: number): boolean {
    if (message !== this.#settled) {
      if (message > this.#settled) this.#wait(message);
      return false;
    }
    this.#settled++;
    if (this.#early[0]?.from === this.#settled) this.#settled = this.#early.shift()!.to;
    return true;
  }

  #wait(message: number): void {
    let at = this.#early.length;
    while (at > 0 && this.#early[at - 1]!.from > message) at--;
    const before = this.#early[at - 1];
    const after = this.#early[at];
    if (before !== undefined && message < before.to) return;
    const isNext = before?.to === message;
    const isPrevious = after?.from === message + 1;
    if (isNext && isPrevious) {
      before.to = after.to;
      this.#early.splice(at, 1);
    } else if (isNext) before.to++;
    else if (isPrevious) after.from--;
    else this.#early.splice(at, 0, { from: message, to: message + 1 });
  }

  get count(): number {
    return this.#settled;
  }

  /** The client has been asked for what the server lacks, and has not answered yet. */
  get isResyncing(): boolean {
    return this.#resyncOutstanding;
  }

  /** Whether one more may wait; who never answers is not waited for without end. */
  get mayHold(): boolean {
    return this.#held.length < maxHeld;
  }

  /** A message with a gap waits for a resync. @returns whether the server must ask for one */
  hold(message: number): boolean {
    this.#held.push(message);
    const ask = !this.#resyncOutstanding;
    this.#resyncOutstanding = true;
    return ask;
  }

  /** The answer to a resync has arrived: what it settles besides itself. */
  answered(): number[] {
    this.#resyncOutstanding = false;
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
