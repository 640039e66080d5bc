import { saving, type SaveState } from './saveState.ts';

/** "Saved" waits for this long a pause in typing. */
const calmMs = 400;

/**
 * What the screen says of a save state: "Saved" waits until typing pauses, or it would come and go with every key, and
 * all that depends on it with it. It never comes early. To be made where a component is.
 */
export class CalmSave<State extends SaveState | null> {
  #settling = $state(false);
  readonly #now: () => State;
  readonly #shown: State | SaveState = $derived.by(() => {
    const now = this.#now();
    return now?.kind === 'saved' && this.#settling ? saving : now;
  });

  constructor(now: () => State) {
    this.#now = now;
    $effect(() => {
      const kind = now()?.kind;
      if (kind === 'saving') this.#settling = true;
      else if (kind === 'saved') {
        const timer = setTimeout(() => (this.#settling = false), calmMs);
        return () => clearTimeout(timer);
      } else this.#settling = false;
      return undefined;
    });
  }

  get shown(): State | SaveState {
    return this.#shown;
  }
}
