/** Fewer letters would find everything. */
const least = 2;
const pauseMs = 160;

/** One is the other with letters added: what was found for it is on the way to what is wanted. */
const isOnTheWay = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one);

/** How the question after what was typed stands. */
export interface Asked {
  isError: boolean;
  isFetching: boolean;
  /** The answer is still that to other words. */
  isPlaceholderData?: boolean;
}

/** What somebody types to find something, and what is sought once they pause. Made while a component is made. */
export class Typing {
  typed = $state('');
  /** Follows what is typed. */
  sought = $state('');
  readonly words = $derived(this.typed.trim());
  readonly isEnough = $derived(this.sought.length >= least);

  constructor(first = '') {
    this.typed = first;
    this.sought = first.trim();
    $effect(() => {
      const next = this.words;
      if (next === this.sought) return undefined;
      const timer = setTimeout(() => {
        this.sought = next;
      }, pauseMs);
      return () => clearTimeout(timer);
    });
  }

  /** Of what was found, what may be shown: nothing once somebody has begun anew. */
  shown<T>(found: readonly T[] = []): readonly T[] {
    return this.words.length >= least && this.isEnough && isOnTheWay(this.words, this.sought) ? found : [];
  }

  /** What is shown was found for other words: Enter must never choose from it. */
  isBehind({ isPlaceholderData = false }: Asked): boolean {
    return this.words !== this.sought || isPlaceholderData;
  }

  /** For a query whose key ends in `sought`: what was found stays while the next words are sought, unless they begin anew. */
  readonly keep = <T>(
    previous: T | undefined,
    before: { queryKey: readonly unknown[] } | undefined,
  ): T | undefined => {
    const was = before?.queryKey.at(-1);
    return typeof was === 'string' && isOnTheWay(this.sought, was) ? previous : undefined;
  };

  phase(asked: Asked, found: number): 'idle' | 'searching' | 'failed' | 'none' | 'found' {
    if (this.words.length < least) return 'idle';
    const behind = this.isBehind(asked);
    if (asked.isError && !behind) return 'failed';
    if (found > 0) return 'found';
    return behind || asked.isFetching ? 'searching' : 'none';
  }
}
