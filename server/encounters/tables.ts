import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { users } from '../auth/tables.ts';

/** Who cares for the patient in an encounter. Membership ends; its row stays. */
export const careTeam = sqliteTable(
  'care_team',
  {
    encounterId: text('encounter_id').notNull(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id),
    since: text('since').notNull(),
    until: text('until'),
  },
  (table) => [
    primaryKey({ columns: [table.encounterId, table.userId, table.since] }),
    index('care_team_user').on(table.userId),
  ],
);
