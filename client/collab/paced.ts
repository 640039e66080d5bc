import { realClock, untilTick, type Clock } from './ticks.ts';

/** Where the others are is painted at once, and then this often: a caret told four times a second is here in time. */
export const presenceMs = 200;

/** Tells of something that goes on: at once, and while it goes on together with all else at the next tick. */
export class Paced {
  #told = -Infinity;
  #cancel: (() => void) | null = null;
  readonly #tell: () => void;
  readonly #clock: Clock;

  constructor(tell: () => void, clock: Clock = realClock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  happened(): void {
    if (this.#cancel !== null) return;
    const now = this.#clock.now();
    if (now - this.#told >= presenceMs) this.#now();
    else this.#cancel = this.#clock.after(untilTick(now, presenceMs), () => this.#now());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #now(): void {
    this.#cancel = null;
    this.#told = this.#clock.now();
    this.#tell();
  }
}
