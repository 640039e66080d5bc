import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { CatalogueCategory } from '../../shared/orders/catalogue.ts';

/**
 * One version of a code system, value set or concept map. It is filled while `loading`, becomes `current` in one step,
 * and is `replaced` until its rows have been taken away. Of each address at most one is current.
 */
export const terminologyReleases = sqliteTable(
  'terminology_releases',
  {
    id: integer('id').primaryKey(),
    kind: text('kind').$type<'system' | 'value-set' | 'concept-map'>().notNull(),
    /** The canonical address by which codings name it. */
    url: text('url').notNull(),
    version: text('version'),
    title: text('title').notNull(),
    /** What its concepts are found as; null: only when the system is named. */
    category: text('category').$type<CatalogueCategory>(),
    /** In which form it came, and under which file name. */
    format: text('format').notNull(),
    source: text('source').notNull(),
    /** SHA-256 of what was read, so that loading it again changes nothing. */
    digest: text('digest').notNull(),
    /** The notice under which it may be used. */
    notice: text('notice'),
    /** Why a value set cannot be expanded here; null when it can. */
    incomplete: text('incomplete'),
    entries: integer('entries').notNull(),
    status: text('status').$type<'loading' | 'current' | 'replaced'>().notNull(),
    loadedAt: text('loaded_at').notNull(),
  },
  (table) => [index('terminology_releases_url').on(table.url, table.status)],
);

/** Concepts of code systems. The words that they are found by are in the FTS5 table `concept_words`, under the same id. */
export const concepts = sqliteTable(
  'concepts',
  {
    /** Says where a concept stands among those that match equally well; see `placeOf`. */
    id: integer('id').primaryKey(),
    releaseId: integer('release_id').notNull(),
    code: text('code').notNull(),
    /** The code in small letters, without dots and dashes, as people type it. */
    codeKey: text('code_key').notNull(),
    display: text('display').notNull(),
    /** RxNorm's term type; ICD-10-CM's `billable` or `header`. */
    kind: text('kind'),
    active: integer('active', { mode: 'boolean' }).notNull(),
    /** Other names, a JSON array. */
    also: text('also').notNull(),
  },
  (table) => [
    uniqueIndex('concepts_code').on(table.releaseId, table.code),
    index('concepts_code_key').on(table.releaseId, table.codeKey),
  ],
);

/** How concepts of one system are related: `from` has the relation to `to`. */
export const conceptRelations = sqliteTable(
  'concept_relations',
  {
    releaseId: integer('release_id').notNull(),
    fromCode: text('from_code').notNull(),
    relation: text('relation').notNull(),
    toCode: text('to_code').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.releaseId, table.fromCode, table.relation, table.toCode] }),
    index('concept_relations_to').on(table.releaseId, table.toCode, table.relation),
  ],
);

/** What a value set includes or excludes: one code, all codes of a system (no code), or another value set (no system). */
export const valueSetMembers = sqliteTable(
  'value_set_members',
  {
    releaseId: integer('release_id').notNull(),
    position: integer('position').notNull(),
    excluded: integer('excluded', { mode: 'boolean' }).notNull(),
    system: text('system'),
    code: text('code'),
    display: text('display'),
    valueSet: text('value_set'),
  },
  (table) => [
    primaryKey({ columns: [table.releaseId, table.position] }),
    index('value_set_members_code').on(table.releaseId, table.system, table.code),
  ],
);

export const conceptMapElements = sqliteTable(
  'concept_map_elements',
  {
    releaseId: integer('release_id').notNull(),
    position: integer('position').notNull(),
    sourceSystem: text('source_system').notNull(),
    sourceCode: text('source_code').notNull(),
    targetSystem: text('target_system'),
    targetCode: text('target_code'),
    targetDisplay: text('target_display'),
    equivalence: text('equivalence').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.releaseId, table.position] }),
    index('concept_map_elements_source').on(table.sourceSystem, table.sourceCode),
  ],
);
