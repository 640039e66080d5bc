import type * as Y from 'yjs';
import { draftOrders, orderContent } from '../../shared/documents/orders.ts';
import { readSignable, type SignableOrder } from '../../shared/orders/toFhir.ts';
import type { OrdersToSign, RefusedOrder } from '../../shared/signing/schema.ts';
import { contentHashNow } from '../log/contentHash.ts';
import { whyRefused, type Why } from './refused.ts';

/** An order that may be signed as it stands. */
export interface Signable {
  order: SignableOrder;
  contentHash: string;
  view: object;
  /** Client ids under which it was written. */
  writtenBy: number[];
}

/** What of a basket can be signed, and why the rest cannot, at one moment. */
export interface Judged {
  signable: Map<string, Signable>;
  refused: RefusedOrder[];
  /** What the document tells of those that cannot. */
  why: Map<string, Why>;
}

/** Pure: each order on its own, in the order in which they were asked for. */
export function judgeOrders(doc: Y.Doc, asked: OrdersToSign['orders']): Judged {
  const drafts = new Map(draftOrders(doc).map((draft) => [draft.id, draft]));
  const signable: Judged['signable'] = new Map();
  const refused: RefusedOrder[] = [];
  const why: Judged['why'] = new Map();
  for (const { id, contentHash: seen } of asked) {
    const draft = drafts.get(id);
    if (!draft) {
      refused.push({ id, status: 404 });
      continue;
    }
    const view = orderContent(draft);
    const contentHash = contentHashNow(view);
    const order = readSignable(draft);
    if (draft.contested) refused.push({ id, status: 409, contentHash, contested: true });
    else if (contentHash !== seen) refused.push({ id, status: 409, contentHash });
    else if (!order.ok) refused.push({ id, status: 422, contentHash, errors: order.error });
    else signable.set(id, { order: order.value, contentHash, view, writtenBy: clientsOf(doc, id) });
  }
  for (const { id } of refused) {
    const reason = whyRefused(doc, id);
    if (reason) why.set(id, reason);
  }
  return { signable, refused, why };
}

/** Who made the draft and who set the values that it has now. */
function clientsOf(doc: Y.Doc, id: string): number[] {
  const draft = doc.getMap<Y.Map<unknown>>('drafts').get(id);
  if (!draft) return [];
  const items = [draft._item, ...draft._map.values()];
  return [...new Set(items.flatMap((item) => (item ? [item.id.client] : [])))];
}
