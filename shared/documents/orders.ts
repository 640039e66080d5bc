import * as Y from 'yjs';
import { isJsonObject, isOneOf, isShortText, orNull, type Shape, type ValueEntry } from './shape.ts';

export const orderCategories = [
  'medication',
  'laboratory',
  'imaging',
  'nursing',
  'diet',
  'therapy',
  'consult',
] as const;
export type OrderCategory = (typeof orderCategories)[number];

const value = (accepts: (value: unknown) => boolean, more: Partial<ValueEntry> = {}): ValueEntry => ({
  type: 'value',
  accepts,
  by: 'anyone',
  ...more,
});

/** Root `drafts`: orderId → draft; root `contested` is the server's. */
export const ordersRoots: Record<string, Shape> = {
  drafts: {
    type: 'map',
    each: {
      type: 'shared',
      by: 'anyone',
      shape: {
        type: 'map',
        keys: {
          category: value(isOneOf(...orderCategories), { once: true }),
          detail: value(orNull(isJsonObject), { contested: true }),
          indication: value(orNull(isShortText)),
          priority: value(orNull(isOneOf('routine', 'urgent', 'stat')), { contested: true }),
          note: value(orNull(isShortText)),
          removed: value(isOneOf(true, false, null)),
          ended: value(isJsonObject, { by: 'server' }),
        },
      },
    },
  },
  contested: { type: 'map', each: value(isJsonObject, { by: 'server' }) },
};

export interface DraftOrder {
  id: string;
  category: OrderCategory;
  detail: unknown;
  indication: string | null;
  priority: string | null;
  note: string | null;
  contested: boolean;
}

const isMarker = (held: unknown): boolean => typeof held === 'object' && held !== null && 'contested' in held;

/** Drafts that are neither ended nor removed, in the order of their ids. */
export function draftOrders(doc: Y.Doc): DraftOrder[] {
  return [...doc.getMap<Y.Map<unknown>>('drafts').entries()]
    .filter(([, draft]) => draft.get('removed') !== true && !draft.has('ended'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, draft]) => ({
      id,
      category: draft.get('category') as OrderCategory,
      detail: draft.get('detail') ?? null,
      indication: (draft.get('indication') as string | undefined) ?? null,
      priority: (draft.get('priority') as string | undefined) ?? null,
      note: (draft.get('note') as string | undefined) ?? null,
      contested: isMarker(draft.get('detail')) || isMarker(draft.get('priority')),
    }));
}

/** The signable view of one draft: what is ordered, nothing about who is editing it. */
export const orderContent = ({ id, category, detail, indication, priority, note }: DraftOrder): object => ({
  id,
  category,
  detail,
  indication,
  priority: priority ?? 'routine',
  note,
});

/** What a draft becomes by its signature; its key stays, so that a late edit can still be understood. */
export interface EndedOrder {
  /** `MedicationRequest/…` or `ServiceRequest/…`. */
  resource: string;
  contentHash: string;
}

/** The server's: ends drafts that have been signed. One that is ended already stays as it is. */
export function endDrafts(doc: Y.Doc, ended: Readonly<Record<string, EndedOrder>>): void {
  const drafts = doc.getMap<Y.Map<unknown>>('drafts');
  doc.transact(() => {
    for (const [id, value] of Object.entries(ended)) {
      const draft = drafts.get(id);
      if (draft && !draft.has('ended')) draft.set('ended', value);
    }
  });
}
