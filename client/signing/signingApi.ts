import type { NoteLine } from '../../shared/notes/schema.ts';
import type { OrdersAnswer, RefusedOrder, Signature } from '../../shared/signing/schema.ts';
import { ask, isApiError } from '../wire/api.ts';

const encounterPath = (encounterId: string): string => `/api/encounters/${encodeURIComponent(encounterId)}`;
const notePath = (encounterId: string, noteId: string): string =>
  `${encounterPath(encounterId)}/notes/${encodeURIComponent(noteId)}`;

export interface NoteFacts extends NoteLine {
  contentHash: string;
  authors: { id: string; name: string; role: string }[];
}

export const loadNote = (encounterId: string, noteId: string): Promise<NoteFacts> =>
  ask('GET', notePath(encounterId, noteId));

/** The same key twice is one signature. */
export const signNote = (
  encounterId: string,
  noteId: string,
  contentHash: string,
  idempotencyKey: string,
): Promise<{ signature: Signature }> =>
  ask('POST', `${notePath(encounterId, noteId)}/sign`, { body: { contentHash }, idempotencyKey });

export const signOrders = (
  encounterId: string,
  orders: { id: string; contentHash: string }[],
  idempotencyKey: string,
): Promise<OrdersAnswer> =>
  ask('POST', `${encounterPath(encounterId)}/orders/sign`, { body: { orders }, idempotencyKey });

export const confirmPassword = (password: string): Promise<unknown> =>
  ask('POST', '/api/session/confirm', { body: { password } });

/** The orders that an answer refused one by one; null for a refusal of something else. */
export function refusedOrders(error: unknown): RefusedOrder[] | null {
  if (!isApiError(error)) return null;
  const { refused } = error.problem;
  return Array.isArray(refused) ? (refused as RefusedOrder[]) : null;
}
