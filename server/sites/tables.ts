import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

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
