import { ask, isApiError } from '../wire/api.ts';
import { failureWords, Sender } from '../wire/sender.ts';

/** An act for which the service may ask again who this is. */
export class Confirmed {
  busy = $state(false);
  asksPassword = $state(false);
  password = $state('');
  passwordWrong = $state(false);
  /** What the service said when it would not; empty where it said nothing that a person reads; null without failure. */
  failure = $state<string | null>(null);

  readonly #sender = new Sender();

  /** Whether it was done. */
  async run(act: (sender: Sender) => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = null;
    this.passwordWrong = false;
    try {
      if (this.asksPassword) {
        await ask('POST', '/api/session/confirm', { body: { password: this.password } });
        this.asksPassword = false;
      }
      await act(this.#sender);
      return true;
    } catch (error) {
      if (isApiError(error, 'reauthenticate')) this.asksPassword = true;
      else if (isApiError(error, 'credentials')) this.passwordWrong = true;
      else this.failure = failureWords(error, '');
      return false;
    } finally {
      this.busy = false;
    }
  }
}
