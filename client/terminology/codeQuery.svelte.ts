import type { CatalogueCategory, CatalogueItem } from '../../shared/orders/catalogue.ts';
import { ApiError } from '../wire/api.ts';
import { searchCodes } from './terminologyApi.ts';

const settleMs = 120;
/** Fewer letters would find everything. */
const least = 2;

export const codeKey = ({ system, code }: CatalogueItem): string => `${system}|${code}`;

/** What is found for what somebody types, once they pause. Made while a component is made. */
export class CodeQuery {
  found = $state.raw<CatalogueItem[]>([]);
  phase = $state<'idle' | 'searching' | 'done' | 'failed'>('idle');

  /** `wanted` is what is sought, empty while nothing is; `isShown` leaves out what cannot be chosen here. */
  constructor(
    wanted: () => string,
    category: () => CatalogueCategory | null,
    private readonly isShown: (item: CatalogueItem) => boolean = () => true,
  ) {
    $effect(() => {
      const words = wanted();
      const within = category();
      if (words.length < least) {
        this.found = [];
        this.phase = 'idle';
        return undefined;
      }
      const abort = new AbortController();
      const timer = setTimeout(() => void this.#look(words, within, abort.signal), settleMs);
      return () => {
        clearTimeout(timer);
        abort.abort();
      };
    });
  }

  async #look(words: string, category: CatalogueCategory | null, signal: AbortSignal): Promise<void> {
    this.phase = 'searching';
    try {
      this.found = (await searchCodes(words, category, signal)).filter(this.isShown);
      this.phase = 'done';
    } catch (error) {
      if (error instanceof ApiError) this.phase = 'failed';
      else if (!signal.aborted) throw error;
    }
  }
}
