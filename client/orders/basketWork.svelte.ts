import { isOrderable, type CatalogueItem, type OrderableItem } from '../../shared/orders/catalogue.ts';
import type { LiveDoc } from '../collab/liveDoc.svelte.ts';
import { sameOrder, type OrderContent, type OrderDraft, type Orders } from './orders.svelte.ts';

/** Where somebody is who has this order's form open. */
export const fieldOf = (orderId: string): string => `order/${orderId}`;

/** `ended`: it was signed, and is not in the basket any more. */
export type Meanwhile = 'changed' | 'removed' | 'ended';

/** What I am doing in the basket just now: one form at a time, which the others see as the place where I am. */
export class BasketWork {
  adding = $state.raw<OrderableItem | null>(null);
  /** An order as it was when its form was opened. */
  editing = $state.raw<OrderDraft | null>(null);
  #removedId = $state<string | null>(null);
  readonly #live: () => Pick<LiveDoc, 'present'>;
  readonly #orders: () => Orders;

  constructor(live: () => Pick<LiveDoc, 'present'>, orders: () => Orders) {
    this.#live = live;
    this.#orders = orders;
  }

  /** What I removed last, for as long as it is removed. */
  get lastRemoved(): OrderDraft | null {
    return this.#orders().removed.find(({ id }) => id === this.#removedId) ?? null;
  }

  /** What others did with the order while its form is open. */
  get meanwhile(): Meanwhile | null {
    const before = this.editing;
    if (!before) return null;
    const now = this.#orders().all.find(({ id }) => id === before.id);
    if (!now) return 'ended';
    if (now.removed) return 'removed';
    return sameOrder(before, now) ? null : 'changed';
  }

  start(item: CatalogueItem): void {
    if (!isOrderable(item)) return;
    this.editing = null;
    this.adding = item;
    this.#live().present({ field: fieldOf('new') });
  }

  edit(draft: OrderDraft): void {
    this.adding = null;
    this.editing = draft;
    this.#live().present({ field: fieldOf(draft.id) });
  }

  /** Closes the form, whichever it is. */
  stop(): void {
    this.adding = null;
    this.editing = null;
    this.#live().present({ field: null });
  }

  save(content: OrderContent): void {
    if (this.adding) this.#orders().add(this.adding.category, content);
    else if (this.editing) this.#orders().change(this.editing, content);
    this.stop();
  }

  remove({ id }: OrderDraft): void {
    this.#orders().remove(id);
    this.#removedId = id;
  }
}
