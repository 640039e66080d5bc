import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Domain events, written in the act's transaction and announced after it. */
export const outbox = sqliteTable(
  'outbox',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: text('at').notNull(),
    event: text('event').notNull(),
    payload: text('payload').notNull(),
    deliveredAt: text('delivered_at'),
  },
  (table) => [index('outbox_pending').on(table.deliveredAt, table.id)],
);
