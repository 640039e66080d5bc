/** Frames a connection may send: 500 a second sustained and 2,000 in a burst always pass (CONTRACT). */
const framesPerSecond = 600;
const burst = 2_400;
/** At the limit for this long, a connection is closed. */
const patienceMs = 10_000;

export type Pace = { pace: 'go' } | { pace: 'wait'; ms: number } | { pace: 'too-fast' };

/** What a millisecond of work costs beyond the frame itself: a connection may keep the service busy half the time. */
const tokensPerMs = framesPerSecond / 500;
/** What an ordinary frame takes on a busy machine is in its own token. */
const freeMs = 1;

/** How fast a connection is read. Takes the clock as a value, ms. */
export class TokenBucket {
  #tokens = burst;
  #at: number;
  #emptySince: number | null = null;

  constructor(now: number) {
    this.#at = now;
  }

  take(now: number): Pace {
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * framesPerSecond);
    this.#at = now;
    this.#tokens -= 1;
    if (this.#tokens > 0) {
      if (this.#tokens > burst / 2) this.#emptySince = null;
      return { pace: 'go' };
    }
    this.#emptySince ??= now;
    if (now - this.#emptySince >= patienceMs) return { pace: 'too-fast' };
    return { pace: 'wait', ms: Math.ceil(((1 - this.#tokens) / framesPerSecond) * 1000) };
  }

  /** A frame that took long to deal with counts for more than one. */
  charge(workMs: number): void {
    this.#tokens -= Math.max(0, workMs - freeMs) * tokensPerMs;
  }
}
