import { tick } from 'svelte';

/**
 * How tightly a line must be set for nothing of it to be clipped: it is shown in ever fewer words, a step at a time,
 * until it fits. Made while a component is made.
 */
export class Tightness {
  step = $state(0);
  /** To be bound to the line. */
  element = $state<HTMLElement | null>(null);
  width = $state(0);
  readonly #tightest: number;
  #fitting = 0;

  /** `content` is what the line shows: another may need more room, or less. */
  constructor(tightest: number, content: () => unknown) {
    this.#tightest = tightest;
    $effect(() => {
      void [this.width, content()];
      void this.#fit();
    });
    // Letters of the fallback face are wider: what did not fit with them may fit with ours.
    $effect(() => {
      const refit = (): void => void this.#fit();
      document.fonts.addEventListener('loadingdone', refit);
      return () => document.fonts.removeEventListener('loadingdone', refit);
    });
  }

  async #fit(): Promise<void> {
    this.#fitting += 1;
    const mine = this.#fitting;
    for (let step = 0; step <= this.#tightest; step += 1) {
      this.step = step;
      await tick();
      const { element } = this;
      if (mine !== this.#fitting || !element || element.scrollWidth <= element.clientWidth) return;
    }
  }
}
