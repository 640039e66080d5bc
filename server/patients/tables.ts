import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { users } from '../auth/tables.ts';

/**
 * The words by which patients are found: those of `patients.searchText` and the digits of the birth date, each with
 * its patient. Triggers of the same migration keep it in step, so that whoever writes a patient need not think of it.
 */
export const patientWords = sqliteTable(
  'patient_words',
  {
    siteId: text('site_id').notNull(),
    word: text('word').notNull(),
    patientId: text('patient_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.word, table.patientId] })],
);

/** Up to when somebody has seen a chart: what was recorded later is new to them. */
export const chartLooks = sqliteTable(
  'chart_looks',
  {
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    patientId: text('patient_id').notNull(),
    /** ISO instant of the server's clock as of which the chart was shown. */
    seenUntil: text('seen_until').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.patientId] }),
    index('chart_looks_patient').on(table.patientId),
  ],
);
