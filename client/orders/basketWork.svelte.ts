import { isOrderable, type CatalogueItem, type OrderableItem } from '../../shared/orders/catalogue.ts';
import type { LiveDoc } from '../collab/liveDoc.svelte.ts';
import type { OrderContent, OrderDraft, Orders } from './orders.svelte.ts';

/** Where somebody is who has this order's form open. */
export const fieldOf = (orderId: string): string => `order/${orderId}`;

/** What I am doing in the basket just now: one form at a time, which the others see as the place where I am. */
export class BasketWork {
  adding = $state.raw<OrderableItem | null>(null);
  /** An order, and its detail when its form was opened. */
  editing = $state.raw<{ id: string; detail: unknown } | null>(null);
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

  start(item: CatalogueItem): void {
    if (!isOrderable(item)) return;
    this.editing = null;
    this.adding = item;
    this.#live().present({ field: fieldOf('new') });
  }

  edit({ id, detail }: OrderDraft): void {
    this.adding = null;
    this.editing = { id, detail };
    this.#live().present({ field: fieldOf(id) });
  }

  /** Closes the form, whichever it is. */
  stop(): void {
    this.adding = null;
    this.editing = null;
    this.#live().present({ field: null });
  }

  save(content: OrderContent): void {
    if (this.adding) this.#orders().add(this.adding.category, content);
    else if (this.editing) this.#orders().change(this.editing.id, content);
    this.stop();
  }

  remove({ id }: OrderDraft): void {
    this.#orders().remove(id);
    this.#removedId = id;
  }
}
