import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { sites } from '../sites/tables.ts';
import type { ImportProblem } from './importReport.ts';

/** Each run of an import; its report is its files'. */
export const imports = sqliteTable(
  'imports',
  {
    id: text('id').primaryKey(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    source: text('source').notNull(),
    /** SHA-256 of what was asked for: a run that was cut off is gone on with when the same is asked again. */
    asked: text('asked').notNull(),
    /** Who asked; null on the command line. */
    userId: text('user_id'),
    startedAt: text('started_at').notNull(),
    /** Null while it runs, and for good where it was cut off and never taken up again. */
    finishedAt: text('finished_at'),
    files: integer('files').notNull(),
  },
  (table) => [
    index('imports_site').on(table.siteId, table.startedAt),
    index('imports_asked').on(table.asked),
  ],
);

/** A file of a run: how far it has come, written in the transaction of what came so far. */
export const importFiles = sqliteTable(
  'import_files',
  {
    importId: text('import_id')
      .notNull()
      .references(() => imports.id),
    /** Its place among the run's files, from 1. */
    number: integer('number').notNull(),
    name: text('name').notNull(),
    /** SHA-256 of the file as it is on disk: a file that changed since begins again. */
    contentHash: text('content_hash').notNull(),
    outcome: text('outcome', { enum: ['running', 'stored', 'partly', 'refused'] }).notNull(),
    /** Lines of NDJSON that are dealt with. */
    lines: integer('lines').notNull(),
    created: integer('created').notNull(),
    updated: integer('updated').notNull(),
    unchanged: integer('unchanged').notNull(),
    /** Of all these, how many went to the record into which their patient's had been merged. */
    followed: integer('followed').notNull().default(0),
    /** Resources that were left out, and what was wrong with the file besides. */
    leftOut: integer('left_out').notNull(),
    problems: text('problems', { mode: 'json' }).$type<ImportProblem[]>().notNull(),
    /** References to nothing known, all of them counted and the first ones named. */
    unresolvedCount: integer('unresolved_count').notNull(),
    unresolved: text('unresolved', { mode: 'json' }).$type<ImportProblem[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.number] })],
);
