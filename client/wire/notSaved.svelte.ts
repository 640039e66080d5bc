import { SvelteSet } from 'svelte/reactivity';

/** What one part of the screen holds that is on record nowhere yet. */
export interface NotSaved {
  /** In words that name nobody: they stand on a locked screen too. */
  what: string;
  /** Gone with its page, as a form is; what else there is goes on being sent. */
  isForm?: true;
}

/** Says what it holds just now, null for nothing; read like any other state. */
type Teller = () => NotSaved | null;

/** All that this screen would lose if it were closed, or if whose it is signed out. */
class NotSavedHere {
  readonly #tellers = new SvelteSet<Teller>();

  get all(): NotSaved[] {
    return [...this.#tellers].flatMap((teller) => teller() ?? []);
  }

  /** What is lost by going to another page. */
  get forms(): NotSaved[] {
    return this.all.filter(({ isForm }) => isForm);
  }

  /** Returns how to stop. */
  tell(teller: Teller): () => void {
    this.#tellers.add(teller);
    return () => void this.#tellers.delete(teller);
  }

  /** Told for as long as there is something: what was written goes on being sent when its page is gone. */
  tellUntilSaved(teller: Teller): void {
    const stop = this.tell(teller);
    // Later: while a page is being taken down nothing can be watched.
    queueMicrotask(() => {
      const watch = $effect.root(() => {
        $effect(() => {
          if (teller() !== null) return;
          stop();
          queueMicrotask(watch);
        });
      });
    });
  }

  /** Whose screen this was has left: nothing of it is here any more. */
  clear(): void {
    this.#tellers.clear();
  }
}

export const notSaved = new NotSavedHere();
