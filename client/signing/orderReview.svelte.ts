import { createSubscriber, SvelteMap, SvelteSet } from 'svelte/reactivity';
import type * as Y from 'yjs';
import { draftOrders, orderContent, type DraftOrder } from '../../shared/documents/orders.ts';
import { readSignable } from '../../shared/orders/toFhir.ts';
import { canonicalJson, contentHash } from '../../shared/signing/content.ts';

export interface OrderRow {
  draft: DraftOrder;
  state: 'ready' | 'changed' | 'contested' | 'incomplete';
  selected: boolean;
}

const keyOf = (draft: DraftOrder): string => canonicalJson(orderContent(draft));

/** How many of a basket's drafts could be signed as they stand, and how many there are. */
export function signableCount(doc: Y.Doc): { can: number; all: number } {
  const drafts = draftOrders(doc);
  return {
    can: drafts.filter((draft) => !draft.contested && readSignable(draft).ok).length,
    all: drafts.length,
  };
}

/** A basket under somebody's eyes: an order that changes meanwhile must be read and chosen again. */
export class OrderReview {
  readonly #doc: Y.Doc;
  readonly #subscribe: () => void;
  /** What has been seen of each draft. */
  readonly #seen = new SvelteMap<string, string>();
  readonly #selected = new SvelteSet<string>();

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    const drafts = doc.getMap('drafts');
    this.#subscribe = createSubscriber((update) => {
      drafts.observeDeep(update);
      return () => drafts.unobserveDeep(update);
    });
    for (const draft of draftOrders(doc)) {
      this.#seen.set(draft.id, keyOf(draft));
      if (!draft.contested && readSignable(draft).ok) this.#selected.add(draft.id);
    }
  }

  get rows(): OrderRow[] {
    this.#subscribe();
    return draftOrders(this.#doc).map((draft) => {
      const changed = this.#seen.get(draft.id) !== keyOf(draft);
      const state = draft.contested
        ? 'contested'
        : !readSignable(draft).ok
          ? 'incomplete'
          : changed
            ? 'changed'
            : 'ready';
      return { draft, state, selected: state === 'ready' && this.#selected.has(draft.id) };
    });
  }

  get selected(): DraftOrder[] {
    return this.rows.filter(({ selected }) => selected).map(({ draft }) => draft);
  }

  /** Choosing is saying that it was read as it now stands. */
  toggle(draft: DraftOrder, selected: boolean): void {
    this.#seen.set(draft.id, keyOf(draft));
    if (selected) this.#selected.add(draft.id);
    else this.#selected.delete(draft.id);
  }

  async toSign(): Promise<{ id: string; contentHash: string }[]> {
    return Promise.all(
      this.selected.map(async (draft) => ({
        id: draft.id,
        contentHash: await contentHash(orderContent(draft)),
      })),
    );
  }
}
