import { uuidv4 } from 'lib0/random';
import { ApiError, isApiError } from '../wire/api.ts';
import { confirmPassword } from './signingApi.ts';

export type SignFailure = 'conflict' | 'forbidden' | 'unreachable' | 'too-many' | 'other';

const failureOf = ({ code }: ApiError): SignFailure =>
  code === 'conflict' || code === 'forbidden' || code === 'unreachable' || code === 'too-many'
    ? code
    : 'other';

/**
 * The last step of a signature: asks for a password when the service does, and repeats an act that got no answer under
 * the same key. The screen says "signing" until the service has answered.
 */
export class Signer<Answer> {
  busy = $state(false);
  /** The service wants to know again who this is. */
  asksPassword = $state(false);
  passwordWrong = $state(false);
  failure = $state<SignFailure | null>(null);
  /** What the service says of it: what has changed, and by whom. */
  detail = $state<string | null>(null);

  #key = uuidv4();
  #keyFor: string | null = null;
  readonly #act: (key: string) => Promise<Answer>;

  constructor(act: (key: string) => Promise<Answer>) {
    this.#act = act;
  }

  /**
   * `what` names what is signed: something else is another act, with another key.
   * Gives the answer, or null when there is none. `reads` may find an answer in a refusal.
   */
  async sign(
    what: string,
    password: string,
    reads: (error: ApiError) => Answer | null,
  ): Promise<Answer | null> {
    if (this.busy) return null;
    if (this.#keyFor !== what) {
      this.#key = uuidv4();
      this.#keyFor = what;
    }
    this.busy = true;
    this.failure = null;
    this.detail = null;
    this.passwordWrong = false;
    try {
      if (this.asksPassword) {
        await confirmPassword(password);
        this.asksPassword = false;
      }
      return await this.#act(this.#key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { detail } = error;
      const read = reads(error);
      if (read !== null) return read;
      if (isApiError(error, 'reauthenticate')) this.asksPassword = true;
      else if (isApiError(error, 'credentials')) this.passwordWrong = true;
      else {
        this.failure = failureOf(error);
        this.detail = detail;
      }
      return null;
    } finally {
      this.busy = false;
    }
  }
}
