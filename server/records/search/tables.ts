import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/*
 * What current resources are found by, one table for each way of comparing. `p` is the number of an indexed path
 * (`definitions.ts`), which names the resource's type too; several search parameters can share a path. The rows are
 * derived from the resources alone and can be made again (`reindex.ts`). All tables are WITHOUT ROWID (see the
 * migration), so that the primary key is the row, in the order in which a search reads it.
 */

export const searchTokens = sqliteTable(
  'search_tokens',
  {
    p: integer('p').notNull(),
    /** Lower case for coded values, as written for business identifiers; empty for a concept of words only. */
    code: text('code').notNull(),
    id: text('id').notNull(),
    /** Empty where a value names none. */
    system: text('system').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.p, table.code, table.id, table.system] }),
    index('search_tokens_resource').on(table.id, table.p),
  ],
);

export const searchStrings = sqliteTable(
  'search_strings',
  {
    p: integer('p').notNull(),
    /** Folded: no accents, no punctuation, lower case. */
    value: text('value').notNull(),
    id: text('id').notNull(),
    exact: text('exact').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.p, table.value, table.id, table.exact] }),
    index('search_strings_resource').on(table.id, table.p),
  ],
);

export const searchDates = sqliteTable(
  'search_dates',
  {
    p: integer('p').notNull(),
    /** First and last millisecond since 1970 that the value covers. */
    start: integer('start').notNull(),
    end: integer('end').notNull(),
    id: text('id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.p, table.start, table.end, table.id] }),
    index('search_dates_resource').on(table.id, table.p),
  ],
);

export const searchReferences = sqliteTable(
  'search_references',
  {
    p: integer('p').notNull(),
    /** The id, or the whole address of what is not kept here. */
    targetId: text('target_id').notNull(),
    id: text('id').notNull(),
    /** Empty with an address. */
    targetType: text('target_type').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.p, table.targetId, table.id, table.targetType] }),
    index('search_references_resource').on(table.id, table.p),
  ],
);

export const searchQuantities = sqliteTable(
  'search_quantities',
  {
    p: integer('p').notNull(),
    low: real('low').notNull(),
    high: real('high').notNull(),
    id: text('id').notNull(),
    /** Empty where a value names none, as are code and unit. */
    system: text('system').notNull(),
    code: text('code').notNull(),
    unit: text('unit').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.p, table.low, table.high, table.id, table.system, table.code, table.unit] }),
    index('search_quantities_resource').on(table.id, table.p),
  ],
);

/** Two values that belong together: what was measured, and its result. */
export const searchComposites = sqliteTable(
  'search_composites',
  {
    p: integer('p').notNull(),
    code: text('code').notNull(),
    /** Of a quantity; of a date in ms since 1970; 0 for words and codes. */
    low: real('low').notNull(),
    high: real('high').notNull(),
    id: text('id').notNull(),
    system: text('system').notNull(),
    /** The second value's code, or its folded words. */
    value: text('value').notNull(),
    valueSystem: text('value_system').notNull(),
    unit: text('unit').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [
        table.p,
        table.code,
        table.low,
        table.high,
        table.id,
        table.system,
        table.value,
        table.valueSystem,
        table.unit,
      ],
    }),
    index('search_composites_resource').on(table.id, table.p),
  ],
);

/** How far the indexes above have been made, and by which rules; one row. */
export const searchIndexState = sqliteTable('search_index_state', {
  id: integer('id').primaryKey(),
  version: integer('version').notNull(),
  /** The last resource that was indexed; null when all are. */
  type: text('type'),
  resourceId: text('resource_id'),
});
