import { isOrderable, type CatalogueItem, type OrderableItem } from '../../shared/orders/catalogue.ts';
import type { LiveDoc } from '../collab/liveDoc.svelte.ts';
import { fieldsOf, type OrderFields } from './orderForm.ts';
import { sameContent, sameOrder, type OrderContent, type OrderDraft, type Orders } from './orders.svelte.ts';
import { startFields } from './suggestions.ts';

/** Where somebody is who has this order's form open. */
export const fieldOf = (orderId: string): string => `order/${orderId}`;

/** `ended`: it was signed, and is not in the basket any more. */
export type Meanwhile = 'changed' | 'removed' | 'ended';

/** What I am doing in the basket just now: one form at a time, which the others see as the place where I am. */
export class BasketWork {
  adding = $state.raw<OrderableItem | null>(null);
  /** An order as it was when its form was opened. */
  editing = $state.raw<OrderDraft | null>(null);
  /** What is entered in the form. Held here: it outlives a document that is loaded anew. */
  fields = $state<OrderFields | null>(null);
  /** What the form began with. */
  begun = $state.raw<OrderFields | null>(null);
  #isWanted = $state(false);
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

  get isTouched(): boolean {
    return !sameContent(this.fields, this.begun);
  }

  /** Another form was wanted while this one holds what is in no basket: it is finished first. */
  get comesFirst(): boolean {
    return this.#isWanted && this.isTouched;
  }

  start(item: CatalogueItem): void {
    if (!isOrderable(item)) return;
    if (!this.#open(startFields(item), fieldOf('new'))) return;
    this.editing = null;
    this.adding = item;
  }

  edit(draft: OrderDraft): void {
    if (!this.#open(fieldsOf(draft.detail, draft), fieldOf(draft.id))) return;
    this.adding = null;
    this.editing = draft;
  }

  #open(begun: OrderFields, place: string): boolean {
    this.#isWanted = this.isTouched;
    if (this.#isWanted) return false;
    this.begun = begun;
    this.fields = { ...begun };
    this.#live().present({ field: place });
    return true;
  }

  /** Closes the form, whichever it is. */
  stop(): void {
    this.adding = null;
    this.editing = null;
    this.fields = null;
    this.begun = null;
    this.#isWanted = false;
    this.#live().present({ field: null });
  }

  /** One key is soon pressed: what was entered is not thrown away for it. */
  escape(): void {
    if (this.isTouched) this.#isWanted = true;
    else this.stop();
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
