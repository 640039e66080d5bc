import { eq, inArray, sql } from 'drizzle-orm';
import type * as Y from 'yjs';
import type { RefusedOrder } from '../../shared/signing/schema.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { holdersOf } from '../signing/queries.ts';
import { signatures } from '../signing/tables.ts';

/** What of a basket's document tells why an order in it is not signed. */
export type Why =
  | { what: 'contested'; fields: Field[]; userIds: string[] }
  /** Client ids under which its values, or its removal, were set. */
  | { what: 'changed' | 'removed'; setBy: number[] }
  | { what: 'signed' };

const fieldWords = { detail: 'what is ordered', priority: 'the priority' } as const;
type Field = keyof typeof fieldWords;
const fields = Object.keys(fieldWords) as Field[];

/** Pure: what can be said of a draft that is not as its signer saw it; null of what was never there. */
export function whyRefused(doc: Y.Doc, id: string): Why | null {
  const draft = doc.getMap<Y.Map<unknown>>('drafts').get(id);
  if (!draft) return null;
  if (draft.has('ended')) return { what: 'signed' };
  const setBy = (keys: readonly string[]): number[] => [
    ...new Set(keys.flatMap((key) => draft._map.get(key)?.id.client ?? [])),
  ];
  if (draft.get('removed') === true) return { what: 'removed', setBy: setBy(['removed']) };
  const contested = fields.filter((field) => markerIn(draft.get(field)) !== null);
  if (contested.length === 0) return { what: 'changed', setBy: setBy([...draft.keys()]) };
  const kept = doc.getMap('contested');
  const userIds = contested.flatMap((field) => settersIn(kept.get(markerIn(draft.get(field))!)));
  return { what: 'contested', fields: contested, userIds: [...new Set(userIds)] };
}

const markerIn = (held: unknown): string | null =>
  typeof held === 'object' && held !== null && 'contested' in held ? String(held.contested) : null;

function settersIn(kept: unknown): string[] {
  const { values } = (kept ?? {}) as { values?: unknown };
  return Array.isArray(values)
    ? values.flatMap((each: unknown) => {
        const { user } = (each ?? {}) as { user?: unknown };
        return typeof user === 'string' ? [user] : [];
      })
    : [];
}

/** The same refusals, each with what has changed and by whom, for its signer to read. */
export async function withWords(
  reader: Reader,
  room: string,
  refused: readonly RefusedOrder[],
  why: ReadonlyMap<string, Why>,
): Promise<RefusedOrder[]> {
  return Promise.all(
    refused.map(async (order) => {
      const reason = why.get(order.id);
      // What is missing in an order stands in its own errors.
      const detail = reason && order.status !== 422 ? await sentenceOf(reader, room, order.id, reason) : null;
      return detail === null ? order : { ...order, detail };
    }),
  );
}

async function sentenceOf(reader: Reader, room: string, id: string, why: Why): Promise<string | null> {
  switch (why.what) {
    case 'contested': {
      const by = byWords(await namesOf(reader, why.userIds));
      return `Two values stand for ${why.fields.map((field) => fieldWords[field]).join(' and ')}${by}. Somebody must choose.`;
    }
    case 'changed': {
      const names = await holderNames(reader, room, why.setBy);
      return names.length === 0 ? null : `It has changed. What it says now was written${byWords(names)}.`;
    }
    case 'removed':
      return `It was taken out of the basket${byWords(await holderNames(reader, room, why.setBy))}.`;
    case 'signed': {
      const names = await signerOf(reader, room, id);
      return names.length === 0 ? null : `It is signed already${byWords(names)}.`;
    }
  }
}

const byWords = (names: readonly string[]): string =>
  names.length === 0 ? '' : ` by ${new Intl.ListFormat('en-GB').format(names)}`;

async function holderNames(reader: Reader, room: string, clientIds: readonly number[]): Promise<string[]> {
  const holders = await holdersOf(reader, room, clientIds);
  return [...new Map([...holders.values()].map(({ id, name }) => [id, name])).values()].toSorted();
}

async function namesOf(reader: Reader, userIds: string[]): Promise<string[]> {
  const rows = await reader
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, userIds));
  return userIds.flatMap((id) => rows.find((row) => row.id === id)?.name ?? []);
}

async function signerOf(reader: Reader, room: string, id: string): Promise<string[]> {
  const rows = await reader
    .select({ name: users.name })
    .from(signatures)
    .innerJoin(users, eq(users.id, signatures.signerId))
    .where(
      sql`${signatures.document} = ${room} AND EXISTS (
        SELECT 1 FROM json_each(${signatures.resources}) WHERE json_each.key = ${id})`,
    );
  return rows.map(({ name }) => name);
}
