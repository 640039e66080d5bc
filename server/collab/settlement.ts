/**
 * How many of a connection's sync messages are settled, counted as a prefix in order of arrival: committed, ignored,
 * or overtaken by a resync that settled. A refused message and all that follow it are never counted.
 */
export class Settlement {
  #arrived = 0;
  #settled = 0;
  /** Settled out of order, waiting for those before them. */
  readonly #early = new Set<number>();
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
    this.#early.add(message);
    const before = this.#settled;
    while (this.#early.delete(this.#settled)) this.#settled++;
    return this.#settled > before;
  }

  get count(): number {
    return this.#settled;
  }

  /** The client has been asked for what the server lacks, and has not answered yet. */
  get isResyncing(): boolean {
    return this.#resyncOutstanding;
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
