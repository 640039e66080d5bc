import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Append-only and hash-chained: the writer stamps `seq`, `prevHash` and `hash`; triggers abort UPDATE and DELETE. */
export const audit = sqliteTable(
  'audit',
  {
    seq: integer('seq').primaryKey(),
    at: text('at').notNull(),
    /** `noun:verb`, for example `session:created`, `chart:opened`, `access:refused`. */
    action: text('action').notNull(),
    outcome: text('outcome').$type<'success' | 'refused' | 'failure'>().notNull(),
    userId: text('user_id'),
    role: text('role'),
    siteId: text('site_id'),
    deviceId: text('device_id'),
    patientId: text('patient_id'),
    encounterId: text('encounter_id'),
    /** What was touched: `Type/id`, a room or a route; never text from a chart. */
    entity: text('entity'),
    /** JSON of facts about the act, without PHI. */
    detail: text('detail'),
    prevHash: blob('prev_hash', { mode: 'buffer' }).notNull(),
    hash: blob('hash', { mode: 'buffer' }).notNull(),
  },
  (table) => [
    index('audit_patient').on(table.patientId, table.seq),
    index('audit_user').on(table.userId, table.seq),
    index('audit_action').on(table.action, table.seq),
  ],
);
