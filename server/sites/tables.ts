import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const sites = sqliteTable('sites', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** Short label shown beside the name: `A`, `B`. */
  label: text('label').notNull(),
  /** IANA zone in which this site's clocks are read. */
  timeZone: text('time_zone').notNull(),
  rank: integer('rank').notNull(),
});

export const wards = sqliteTable(
  'wards',
  {
    id: text('id').primaryKey(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    name: text('name').notNull(),
    specialty: text('specialty'),
    /** JSON: `[{ name, beds: string[] }]`, in walking order. */
    bays: text('bays', { mode: 'json' }).$type<{ name: string; beds: string[] }[]>().notNull(),
    rank: integer('rank').notNull(),
  },
  (table) => [index('wards_site').on(table.siteId)],
);

/** Beds that cannot be given just now. A bed without a row is free, or somebody lies in it (see `encounters`). */
export const bedStates = sqliteTable(
  'bed_states',
  {
    wardId: text('ward_id')
      .notNull()
      .references(() => wards.id),
    bed: text('bed').notNull(),
    state: text('state').$type<'cleaning' | 'blocked'>().notNull(),
    since: text('since').notNull(),
    recordedBy: text('recorded_by').notNull(),
  },
  (table) => [primaryKey({ columns: [table.wardId, table.bed] })],
);

/** Numbers that a site gives out, each once: of records, and of people whose name nobody knows yet. */
export const siteSequences = sqliteTable(
  'site_sequences',
  {
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    kind: text('kind').$type<'mrn' | 'alias'>().notNull(),
    next: integer('next').notNull(),
  },
  (table) => [primaryKey({ columns: [table.siteId, table.kind] })],
);
