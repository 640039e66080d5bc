import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { NoteKind } from '../../shared/notes/kinds.ts';
import { users } from '../auth/tables.ts';

/** That a note exists, its kind and its author are facts; its text lives in the document log. */
export const notes = sqliteTable(
  'notes',
  {
    id: text('id').primaryKey(),
    encounterId: text('encounter_id').notNull(),
    kind: text('kind').$type<NoteKind>().notNull(),
    templateId: text('template_id'),
    title: text('title').notNull(),
    status: text('status').$type<'draft' | 'signed'>().notNull(),
    authorId: text('author_id')
      .notNull()
      .references(() => users.id),
    createdAt: text('created_at').notNull(),
  },
  (table) => [index('notes_encounter').on(table.encounterId, table.createdAt)],
);
