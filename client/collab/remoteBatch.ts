import { realClock, untilTick, type Clock } from './ticks.ts';

/** While somebody types, remote changes are painted this often; otherwise at once. */
export const batchMs = 100;
/** How long after a key press a person counts as typing. */
export const typingMs = 600;

/**
 * Holds remote updates for a moment while I type, and for as long as I compose with an input method: painting each
 * one by itself costs every typist a repaint for every key of all the others.
 */
export class RemoteBatch {
  #updates: Uint8Array[] = [];
  #cancel: (() => void) | null = null;
  #typedAt = -Infinity;
  #held = false;
  readonly #apply: (updates: Uint8Array[]) => void;
  readonly #clock: Clock;

  constructor(apply: (updates: Uint8Array[]) => void, clock: Clock = realClock) {
    this.#apply = apply;
    this.#clock = clock;
  }

  typed(): void {
    this.#typedAt = this.#clock.now();
  }

  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.flush();
  }

  push(update: Uint8Array): void {
    this.#updates.push(update);
    if (this.#held) return;
    if (this.#clock.now() - this.#typedAt > typingMs) this.flush();
    else this.#cancel ??= this.#clock.after(untilTick(this.#clock.now(), batchMs), () => this.flush());
  }

  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#held || this.#updates.length === 0) return;
    const updates = this.#updates;
    this.#updates = [];
    this.#apply(updates);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#updates = [];
  }
}
