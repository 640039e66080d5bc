import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Role } from '../../shared/access/capabilities.ts';
import { users } from '../auth/tables.ts';

/** What was signed, by whom and when. A row is never changed and never deleted; what follows is another row. */
export const signatures = sqliteTable(
  'signatures',
  {
    /** The act's id, which the seal in the document's log bears too. */
    id: text('id').primaryKey(),
    encounterId: text('encounter_id').notNull(),
    /** The room of the document. */
    document: text('document').notNull(),
    kind: text('kind').$type<'note' | 'orders'>().notNull(),
    /** Of a note its hash; of orders the hash over the hashes of all that were signed. */
    contentHash: text('content_hash').notNull(),
    signerId: text('signer_id')
      .notNull()
      .references(() => users.id),
    /** In which role they signed. */
    role: text('role').$type<Role>().notNull(),
    /** ISO instant of the server's clock, and the offset of the site's zone then. */
    at: text('at').notNull(),
    offset: text('offset').notNull(),
    /** RFC 8785 canonical JSON of each part as it was signed: what can be shown for ever as it was seen. */
    body: text('body').notNull(),
    /** JSON: part → the resource that it became. */
    resources: text('resources', { mode: 'json' }).$type<Readonly<Record<string, string>>>().notNull(),
    /** Who else must sign before it counts as final. */
    awaits: text('awaits').$type<'cosign'>(),
  },
  (table) => [
    index('signatures_document').on(table.document, table.at),
    index('signatures_encounter').on(table.encounterId),
  ],
);
