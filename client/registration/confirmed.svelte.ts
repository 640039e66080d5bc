import { ask, isApiError } from '../wire/api.ts';

/** An act for which the service may ask again who this is. What got no answer is sent again under the same key. */
export class Confirmed {
  busy = $state(false);
  asksPassword = $state(false);
  password = $state('');
  passwordWrong = $state(false);
  /** What the service said when it would not; empty where it said nothing that a person reads; null without failure. */
  failure = $state<string | null>(null);

  #key = crypto.randomUUID();

  /** Whether it was done. */
  async run(act: (idempotencyKey: string) => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    this.passwordWrong = false;
    try {
      if (this.asksPassword) {
        await ask('POST', '/api/session/confirm', { body: { password: this.password } });
        this.asksPassword = false;
      }
      await act(this.#key);
      return true;
    } catch (error) {
      if (isApiError(error, 'reauthenticate')) this.asksPassword = true;
      else if (isApiError(error, 'credentials')) this.passwordWrong = true;
      else {
        this.failure = (isApiError(error) && error.detail) || '';
        if (!isApiError(error, 'unreachable')) this.#key = crypto.randomUUID();
      }
      return false;
    } finally {
      this.busy = false;
    }
  }
}
