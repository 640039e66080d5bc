import { api, isApiError } from '../wire/api.ts';
import { clock } from '../wire/clock.svelte.ts';
import { idleStep } from './idleStep.ts';
import { session } from './session.svelte.ts';

/** The service is told this often that somebody is here: the rest of a minute is the most by which it ends a session early. */
const tellEveryMs = 60_000;
/** While it cannot be reached. */
const retryEveryMs = 10_000;

/** What a person does and a screen does not do by itself; `input` is dictation too. */
const signs = ['keydown', 'input', 'pointerdown', 'wheel'] as const;

/** Tells the service that somebody is at this screen, and locks it when nobody is. */
class Idle {
  /** What the screen says before it locks: that nobody does anything, or that the session is as old as one may be. */
  warning = $state<'idle' | 'longest' | null>(null);
  #actedAtMs = 0;
  #tellAfterMs = 0;
  #expiresAtMs = 0;
  #endsAtMs = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #running = false;

  start(): () => void {
    const acted = ({ isTrusted }: Event): void => {
      if (isTrusted) this.#acted();
    };
    this.#running = true;
    this.#actedAtMs = clock.read();
    for (const sign of signs) addEventListener(sign, acted, { capture: true, passive: true });
    void this.#look();
    return () => {
      this.#running = false;
      this.warning = null;
      clearTimeout(this.#timer);
      for (const sign of signs) removeEventListener(sign, acted, { capture: true });
    };
  }

  #acted(): void {
    this.#actedAtMs = clock.read();
    if (this.warning === 'idle' || this.#actedAtMs >= this.#tellAfterMs) void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    const isHere = clock.read() - this.#actedAtMs < tellEveryMs;
    let heard = true;
    try {
      const { expiresAt, endsAt } = await (isHere ? api.active() : api.session());
      this.#expiresAtMs = Date.parse(expiresAt);
      this.#endsAtMs = Date.parse(endsAt);
    } catch (error) {
      if (isApiError(error, 'unauthenticated')) session.end();
      else if (!isApiError(error)) throw error;
      heard = false;
    } finally {
      this.#asking = false;
    }
    if (this.#running) this.#step(heard, isHere);
  }

  #step(heard: boolean, told: boolean): void {
    const nowMs = clock.read();
    if (!heard) this.#tellAfterMs = nowMs + retryEveryMs;
    else if (told) this.#tellAfterMs = nowMs + tellEveryMs;
    const step = idleStep({ nowMs, actedAtMs: this.#actedAtMs, expiresAtMs: this.#expiresAtMs, heard });
    this.warning =
      step.kind !== 'warn' ? null : this.#expiresAtMs >= this.#endsAtMs && heard ? 'longest' : 'idle';
    if (step.kind === 'lock') session.lock();
    else this.#timer = setTimeout(() => void this.#look(), step.ms);
  }
}

export const idle = new Idle();
