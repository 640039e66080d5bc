import { uuidv4 } from 'lib0/random';
import { createSubscriber } from 'svelte/reactivity';
import * as Y from 'yjs';
import { orderCategories, type OrderCategory } from '../../shared/documents/orders.ts';
import type { OrderPriority } from '../../shared/orders/schema.ts';
import { contestedAt, type Contested } from '../collab/contested.ts';

/** One draft as the basket shows it. */
export interface OrderDraft {
  id: string;
  category: OrderCategory;
  detail: unknown;
  indication: string | null;
  priority: OrderPriority;
  note: string | null;
  removed: boolean;
  contestedDetail: Contested | null;
  contestedPriority: Contested | null;
}

/** What a form sets. */
export interface OrderContent {
  detail: object;
  indication: string | null;
  priority: OrderPriority;
  note: string | null;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const priorityOf = (value: unknown): OrderPriority =>
  value === 'urgent' || value === 'stat' ? value : 'routine';

/** Reads one draft; null for one that the server has ended or that is not an order. */
function readDraft(id: string, draft: unknown, contested: Y.Map<unknown>): OrderDraft | null {
  if (!(draft instanceof Y.Map) || draft.has('ended')) return null;
  const category = orderCategories.find((known) => known === draft.get('category'));
  if (!category) return null;
  return {
    id,
    category,
    detail: draft.get('detail') ?? null,
    indication: text(draft.get('indication')),
    priority: priorityOf(draft.get('priority')),
    note: text(draft.get('note')),
    removed: draft.get('removed') === true,
    contestedDetail: contestedAt(contested, draft.get('detail')),
    contestedPriority: contestedAt(contested, draft.get('priority')),
  };
}

function displayOf({ detail, contestedDetail }: OrderDraft): string {
  const held = contestedDetail?.values[0]?.value ?? detail;
  const display = (held as { code?: { display?: unknown } } | null)?.code?.display;
  return typeof display === 'string' ? display.toLowerCase() : '';
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byName = (a: OrderDraft, b: OrderDraft): number =>
  compare(displayOf(a), displayOf(b)) || compare(a.id, b.id);

/** Whether the person before whom these stand would be shown the same. */
export const sameOrder = (a: OrderDraft, b: OrderDraft): boolean =>
  sameContent([a.detail, a.priority, a.indication, a.note], [b.detail, b.priority, b.indication, b.note]);

export const sameContent = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The order basket over its shared document. */
export class Orders {
  readonly #doc: Y.Doc;
  readonly #drafts: Y.Map<Y.Map<unknown>>;
  readonly #contested: Y.Map<unknown>;
  readonly #subscribe: () => void;

  constructor(doc: Y.Doc) {
    const drafts = doc.getMap<Y.Map<unknown>>('drafts');
    const contested = doc.getMap('contested');
    this.#doc = doc;
    this.#drafts = drafts;
    this.#contested = contested;
    this.#subscribe = createSubscriber((update) => {
      drafts.observeDeep(update);
      contested.observe(update);
      return () => {
        drafts.unobserveDeep(update);
        contested.unobserve(update);
      };
    });
  }

  get all(): OrderDraft[] {
    this.#subscribe();
    return [...this.#drafts].flatMap(([id, draft]) => readDraft(id, draft, this.#contested) ?? []);
  }

  /** By name, so that the list stands alike on every screen and no line moves when another one is changed. */
  get drafts(): OrderDraft[] {
    return this.all.filter(({ removed }) => !removed).sort(byName);
  }

  get removed(): OrderDraft[] {
    return this.all.filter(({ removed }) => removed);
  }

  /**
   * Categories that have drafts, in the order of the basket.
   * @param open whose form is open: it stands where it was, also when it is not a draft any more
   */
  groupsWith(open: OrderDraft | null): { category: OrderCategory; drafts: OrderDraft[] }[] {
    const here = this.drafts;
    const isGone = open !== null && here.every(({ id }) => id !== open.id);
    const drafts = isGone ? [...here, open].sort(byName) : here;
    return orderCategories
      .map((category) => ({ category, drafts: drafts.filter((draft) => draft.category === category) }))
      .filter((group) => group.drafts.length > 0);
  }

  /** Adds a draft in one transaction: a key that holds a shared type is created once. */
  add(category: OrderCategory, content: OrderContent): string {
    const id = uuidv4();
    this.#doc.transact(() => {
      const draft = new Y.Map<unknown>();
      draft.set('category', category);
      draft.set('detail', content.detail);
      draft.set('priority', content.priority);
      if (content.indication !== null) draft.set('indication', content.indication);
      if (content.note !== null) draft.set('note', content.note);
      this.#drafts.set(id, draft);
    });
    return id;
  }

  /**
   * Sets what somebody changed who had this before them, and nothing else: an untouched key must not look like a
   * decision, and what others set meanwhile in another field stays. An order that was removed comes back with it.
   */
  change({ id, ...before }: OrderDraft, content: OrderContent): void {
    const draft = this.#drafts.get(id);
    if (!draft) return;
    this.#doc.transact(() => {
      for (const key of ['detail', 'priority', 'indication', 'note'] as const)
        if (!sameContent(before[key], content[key])) draft.set(key, content[key]);
      if (draft.get('removed') === true) draft.set('removed', false);
    });
  }

  /** Settles a disagreement: the value that is used from now on. */
  choose(id: string, key: 'detail' | 'priority', value: unknown): void {
    this.#drafts.get(id)?.set(key, value);
  }

  remove(id: string): void {
    this.#drafts.get(id)?.set('removed', true);
  }

  restore(id: string): void {
    this.#drafts.get(id)?.set('removed', false);
  }
}
