import { words } from '../messages/words.ts';
import { ask, isApiError } from './api.ts';
import { clock } from './clock.svelte.ts';

/** A line that is half open answers nothing for many minutes. Whoever waits is told before, and may ask again. */
const answerMs = 30_000;

/** Longer after an answer that never came, the same request is somebody's new wish. */
const sameWishMs = 10 * 60_000;

/**
 * What somebody asks for is sent under one key until it is through: pressed twice, or again after an answer that never
 * came, it is done once. What the service refused was not done, so its key may serve for another try.
 */
export class Sender {
  #asked = '';
  #key = '';
  #askedAtMs = 0;

  async send<Done>(method: 'POST' | 'PUT', to: string, body: unknown): Promise<Done> {
    const asked = `${method} ${to} ${JSON.stringify(body)}`;
    const isAgain = asked === this.#asked && clock.read() - this.#askedAtMs < sameWishMs;
    this.#askedAtMs = clock.read();
    if (!isAgain) {
      this.#asked = asked;
      this.#key = crypto.randomUUID();
    }
    const signal = AbortSignal.timeout(answerMs);
    const done = await ask<Done>(method, to, { body, idempotencyKey: this.#key, signal });
    if (this.#asked === asked) this.#asked = '';
    return done;
  }
}

/** What to say of an act that was not answered with a yes. Without an answer nobody knows whether it was done. */
export const failureWords = (error: unknown, otherwise: string): string => {
  if (!isApiError(error)) return otherwise;
  if (error.code === 'unreachable') return words.common.noAnswer;
  // To try the same again would be refused again.
  return error.detail ?? (error.code === 'conflict' ? words.common.changedMeanwhile : otherwise);
};
