import { can, type Actor } from '../access/can.ts';
import type { NoteKind } from '../notes/kinds.ts';
import { carePlanRoots } from './carePlan.ts';
import { noteRoots } from './note.ts';
import { ordersRoots, type OrderCategory } from './orders.ts';
import type { DocumentKind } from './room.ts';
import type { Shape } from './shape.ts';

/** What the rules of a document depend on besides who asks. */
export interface DocumentSubject {
  siteId: string;
  /** Of a note. */
  noteKind: NoteKind | null;
  noteAuthorId: string | null;
  sealed: boolean;
}

export type DocumentAccess =
  | { mode: 'write'; /** Null: all categories. */ orderCategories: readonly OrderCategory[] | null }
  | { mode: 'read'; reason: 'role' | 'sealed' | 'not-your-note' | 'app-too-old' };

/** One kind of document: what it may contain and who may do what with it. The registry is the whole truth. */
export interface DocumentType {
  kind: DocumentKind;
  /** Version of the keys and nodes below; an older client must not edit. */
  schema: number;
  roots: Readonly<Record<string, Shape>>;
  /** Null: no such room for this actor. */
  access(actor: Actor, subject: DocumentSubject): DocumentAccess | null;
}

const write: DocumentAccess = { mode: 'write', orderCategories: null };
const readOnly: DocumentAccess = { mode: 'read', reason: 'role' };

export const registry: Record<DocumentKind, DocumentType> = {
  note: {
    kind: 'note',
    schema: 1,
    roots: noteRoots,
    access(actor, { siteId, noteKind, noteAuthorId, sealed }) {
      if (!can(actor, 'chart:read', { siteId }) || noteKind === null) return null;
      if (sealed) return { mode: 'read', reason: 'sealed' };
      if (!can(actor, `note:write:${noteKind}`, { siteId })) return readOnly;
      // An addendum hangs on a signed note and speaks for its author alone.
      if (noteKind === 'addendum' && noteAuthorId !== actor.id)
        return { mode: 'read', reason: 'not-your-note' };
      return write;
    },
  },
  orders: {
    kind: 'orders',
    schema: 1,
    roots: ordersRoots,
    access(actor, { siteId }) {
      if (!can(actor, 'chart:read', { siteId })) return null;
      if (can(actor, 'orders:propose', { siteId })) return write;
      if (can(actor, 'orders:propose-therapy', { siteId }))
        return { mode: 'write', orderCategories: ['therapy'] };
      return readOnly;
    },
  },
  'care-plan': {
    kind: 'care-plan',
    schema: 1,
    roots: carePlanRoots,
    access(actor, { siteId }) {
      if (!can(actor, 'chart:read', { siteId })) return null;
      return can(actor, 'care-plan:write', { siteId }) ? write : readOnly;
    },
  },
};
