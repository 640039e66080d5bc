import { createSubscriber, SvelteMap, SvelteSet } from 'svelte/reactivity';
import type * as Y from 'yjs';
import {
  draftOrders,
  orderCategories,
  orderContent,
  type DraftOrder,
} from '../../shared/documents/orders.ts';
import { orderSentence, readOrder } from '../../shared/orders/summary.ts';
import { readSignable } from '../../shared/orders/toFhir.ts';
import { canonicalJson, contentHash } from '../../shared/signing/content.ts';

export interface OrderRow {
  draft: DraftOrder;
  state: 'ready' | 'changed' | 'contested' | 'incomplete';
  selected: boolean;
}

/** As the basket lists them: by category, then by name. */
const inOrder = (doc: Y.Doc): DraftOrder[] =>
  draftOrders(doc)
    .map((draft) => ({ draft, name: orderSentence(readOrder(draft.category, draft.detail)).toLowerCase() }))
    .sort(
      (a, b) =>
        orderCategories.indexOf(a.draft.category) - orderCategories.indexOf(b.draft.category) ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    )
    .map(({ draft }) => draft);

const keyOf = (draft: DraftOrder): string => canonicalJson(orderContent(draft));

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
    return inOrder(this.#doc).map((draft) => {
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
