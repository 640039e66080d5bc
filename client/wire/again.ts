/** What goes on by itself when the same person signs in again after their session had ended, or else is given up. */
interface Waiting {
  goOn: () => void;
  giveUp: () => void;
}

const waiting = new Set<Waiting>();

/** Gives how to stop waiting for it. */
export function onSignedInAgain(goOn: () => void, giveUp: () => void = () => {}): () => void {
  const one = { goOn, giveUp };
  waiting.add(one);
  return () => void waiting.delete(one);
}

export function signedInAgain(): void {
  for (const { goOn } of waiting) goOn();
}

/** This person has left: nothing of theirs goes on, least of all in the name of whoever signs in next. */
export function forgetWhoWaits(): void {
  const gone = [...waiting];
  waiting.clear();
  for (const { giveUp } of gone) giveUp();
}

/** Until what was closed with a session that a newer one has replaced is tried again. */
const againMs = 500;

/**
 * Goes on after an end that was only that of the session before, whenever the news of it came.
 * @param goesOn whether the session that there is now goes on
 */
export class LateNews {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(
    private readonly goesOn: () => Promise<boolean>,
    private readonly goOn: () => void,
  ) {}

  async heard(): Promise<void> {
    if (!(await this.goesOn()) || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.goOn, againMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
