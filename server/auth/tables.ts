import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Role } from '../../shared/access/capabilities.ts';
import { sites } from '../sites/tables.ts';

export const users = sqliteTable('users', {
  id: text('id').primaryKey(),
  username: text('username').notNull().unique(),
  name: text('name').notNull(),
  role: text('role').$type<Role>().notNull(),
  siteId: text('site_id')
    .notNull()
    .references(() => sites.id),
  /** Only for role `patient`: the Patient whose released record this user may read. */
  patientId: text('patient_id'),
  /** argon2id, PHC string. */
  passwordHash: text('password_hash').notNull(),
  disabledAt: text('disabled_at'),
  createdAt: text('created_at').notNull(),
});

export const sessions = sqliteTable(
  'sessions',
  {
    /** Lower-case hex SHA-256 of the token in the cookie; the token itself is never stored. */
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    deviceId: text('device_id').notNull(),
    createdAt: integer('created_at', { mode: 'timestamp_ms' }).notNull(),
    /** Idle lifetime: slides with what the user does, never past `endsAt`. */
    expiresAt: integer('expires_at', { mode: 'timestamp_ms' }).notNull(),
    /** Absolute lifetime. */
    endsAt: integer('ends_at', { mode: 'timestamp_ms' }).notNull(),
    /** When the person last proved who they are; signing asks for a recent proof. */
    confirmedAt: integer('confirmed_at', { mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('sessions_user').on(table.userId)],
);
