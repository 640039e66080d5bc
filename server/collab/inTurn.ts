/** A period has so many steps: what is done for thousands at once is felt by everybody who types meanwhile. */
const steps = 32;

/** Visits each member of a changing set once in a period, a few at a time. Who joins meanwhile waits for the next. */
export class InTurn<T> {
  readonly #timer: NodeJS.Timeout;
  #left: T[] = [];
  #step = 0;

  constructor(
    periodMs: number,
    private readonly members: () => Iterable<T>,
    private readonly visit: (member: T) => void,
  ) {
    this.#timer = setInterval(() => this.#next(), periodMs / steps).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #next(): void {
    if (this.#step === 0) this.#left = [...this.members()];
    const now = Math.ceil(this.#left.length / (steps - this.#step));
    this.#step = (this.#step + 1) % steps;
    for (const member of this.#left.splice(0, now)) this.visit(member);
  }
}
