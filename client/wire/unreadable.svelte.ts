import { SvelteMap } from 'svelte/reactivity';

/** Typed by the shared constant, written out here as the other headers are. */
const header: typeof import('../../shared/wire/unreadable.ts').unreadableHeader = 'Cochart-Unreadable';

interface Missing {
  /** `Type/id`. */
  names: string[];
  /** On which screen it was asked, counted from the first. */
  screen: number;
}

/** What answers lacked because it is damaged on record. An answer stands until the same is asked again. */
class Unreadable {
  readonly #missing = new SvelteMap<string, Missing>();
  #screen = $state(0);

  hear(url: string, headers: Pick<Headers, 'get'>): void {
    const path = URL.canParse(url) ? new URL(url).pathname : url;
    const said = headers.get(header);
    if (said !== null) this.#missing.set(path, { names: said.split(','), screen: this.#screen });
    else if (this.#missing.has(path)) this.#missing.delete(path);
  }

  /** Another screen is shown. */
  turn(): void {
    this.#screen++;
  }

  /** How many resources are missing from what was asked on this screen, or ever about one of these. */
  count(ids: readonly string[]): number {
    return this.#names(ids).size;
  }

  /** Whether a resource of a type is: without it, "none" and "not recorded" mean nothing. */
  lacks(type: string, ids: readonly string[] = []): boolean {
    return [...this.#names(ids)].some((name) => name.startsWith(`${type}/`));
  }

  #names(ids: readonly string[]): Set<string> {
    return new Set(
      [...this.#missing].flatMap(([path, { names, screen }]) =>
        screen === this.#screen || ids.some((id) => path.includes(id)) ? names : [],
      ),
    );
  }

  clear(): void {
    this.#missing.clear();
  }
}

export const unreadable = new Unreadable();
