import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The answer an act gave, written in the act's transaction, so that the same key twice is one act. */
export const idempotentAnswers = sqliteTable(
  'idempotent_answers',
  {
    userId: text('user_id').notNull(),
    key: text('key').notNull(),
    /** Method, path and SHA-256 of the body: the same key for something else is refused. */
    request: text('request').notNull(),
    status: integer('status').notNull(),
    body: text('body').notNull(),
    at: text('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.key] })],
);
