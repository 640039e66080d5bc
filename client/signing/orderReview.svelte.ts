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
  /** What is not as it was when it was read; null where all of it is new. */
  changed: Field[] | null;
  /** Client ids under which that was set. */
  changedBy: number[];
}

const fields = ['detail', 'priority', 'indication', 'note'] as const;
type Field = (typeof fields)[number];

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

/** What a signature would name, field by field. */
const contentOf = (draft: DraftOrder): Seen => orderContent(draft) as Seen;
type Seen = Record<Field, unknown>;

/** Null: it was not there to be seen. */
const changedIn = (seen: Seen | undefined, now: Seen): Field[] | null =>
  seen === undefined
    ? null
    : fields.filter((field) => canonicalJson({ is: seen[field] }) !== canonicalJson({ is: now[field] }));

/** A basket under somebody's eyes: an order that changes meanwhile must be read and chosen again. */
export class OrderReview {
  readonly #doc: Y.Doc;
  readonly #subscribe: () => void;
  /** What has been seen of each draft. */
  readonly #seen = new SvelteMap<string, Seen>();
  readonly #selected = new SvelteSet<string>();

  constructor(doc: Y.Doc) {
    this.#doc = doc;
    const drafts = doc.getMap('drafts');
    this.#subscribe = createSubscriber((update) => {
      drafts.observeDeep(update);
      return () => drafts.unobserveDeep(update);
    });
    for (const draft of draftOrders(doc)) {
      this.#seen.set(draft.id, contentOf(draft));
      if (!draft.contested && readSignable(draft).ok) this.#selected.add(draft.id);
    }
  }

  get rows(): OrderRow[] {
    this.#subscribe();
    return inOrder(this.#doc).map((draft) => {
      const changed = changedIn(this.#seen.get(draft.id), contentOf(draft));
      const state = draft.contested
        ? 'contested'
        : !readSignable(draft).ok
          ? 'incomplete'
          : changed === null || changed.length > 0
            ? 'changed'
            : 'ready';
      return {
        draft,
        state,
        selected: state === 'ready' && this.#selected.has(draft.id),
        changed,
        changedBy: this.#settersOf(draft.id, changed),
      };
    });
  }

  #settersOf(id: string, changed: readonly Field[] | null): number[] {
    const draft = this.#doc.getMap<Y.Map<unknown>>('drafts').get(id);
    return [...new Set((changed ?? fields).flatMap((field) => draft?._map.get(field)?.id.client ?? []))];
  }

  get selected(): DraftOrder[] {
    return this.rows.filter(({ selected }) => selected).map(({ draft }) => draft);
  }

  /** Choosing is saying that it was read as it now stands. */
  toggle(draft: DraftOrder, selected: boolean): void {
    this.#seen.set(draft.id, contentOf(draft));
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
