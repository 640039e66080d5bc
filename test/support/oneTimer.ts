import type { Clock } from '../../client/collab/ticks.ts';

/** A clock with room for one timer, which stands still until a test moves it. */
export class OneTimer implements Clock {
  #due: { at: number; run: () => void } | null = null;

  constructor(private at: number) {}

  readonly now = (): number => this.at;

  readonly after = (ms: number, run: () => void): (() => void) => {
    this.#due = { at: this.at + ms, run };
    return () => (this.#due = null);
  };

  pass(ms: number): void {
    this.at += ms;
    if (this.#due === null || this.#due.at > this.at) return;
    const { run } = this.#due;
    this.#due = null;
    run();
  }
}
