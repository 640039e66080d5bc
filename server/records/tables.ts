import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { sites } from '../sites/tables.ts';

/** The current version of every FHIR resource, with the few values that lists are read by. */
export const resources = sqliteTable(
  'resources',
  {
    type: text('type').notNull(),
    id: text('id').notNull(),
    versionId: integer('version_id').notNull(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    source: text('source').notNull(),
    /** The patient in whose compartment the resource is. */
    patientId: text('patient_id'),
    encounterId: text('encounter_id'),
    /** First coding's code of what the resource is about. */
    code: text('code'),
    /** When it happened, ISO instant in UTC. */
    occurredAt: text('occurred_at'),
    lastUpdated: text('last_updated').notNull(),
    /** Softly ended: its versions stay, nothing is found by it any more. */
    deleted: integer('deleted', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.type, table.id] }),
    index('resources_patient').on(table.patientId, table.type, table.occurredAt),
    index('resources_updated').on(table.type, table.lastUpdated, table.id),
  ],
);

/** Every version ever stored, never overwritten. */
export const resourceVersions = sqliteTable(
  'resource_versions',
  {
    type: text('type').notNull(),
    id: text('id').notNull(),
    versionId: integer('version_id').notNull(),
    recordedAt: text('recorded_at').notNull(),
    recordedBy: text('recorded_by').notNull(),
    /** SHA-256 of the canonical JSON of what came in, so that an import twice changes nothing. */
    contentHash: text('content_hash').notNull(),
    json: text('json').notNull(),
    /** Where and from whom; null on versions older than this column, as in all that follow. */
    siteId: text('site_id'),
    source: text('source'),
    /** When it happened, ISO instant in UTC. */
    occurredAt: text('occurred_at'),
    /** When this service got it, which for an act kept on a device is later than when it was recorded there. */
    receivedAt: text('received_at'),
    /** IANA zone in which the site's clocks were read. */
    zone: text('zone'),
    entererId: text('enterer_id'),
    onBehalfOf: text('on_behalf_of'),
    attesterId: text('attester_id'),
    reason: text('reason'),
    activity: text('activity'),
    /** A version that ends the resource; its json is what it said until then. */
    deleted: integer('deleted', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.type, table.id, table.versionId] }),
    // A history of a type or of everything is read from its newest version.
    index('resource_versions_recorded').on(table.recordedAt, table.type, table.id, table.versionId),
  ],
);

/** The business identifiers of current versions: what conditional references and later searches look up. */
export const resourceIdentifiers = sqliteTable(
  'resource_identifiers',
  {
    type: text('type').notNull(),
    id: text('id').notNull(),
    /** Empty where an identifier names no system. */
    system: text('system').notNull(),
    value: text('value').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.type, table.system, table.value, table.id] }),
    index('resource_identifiers_resource').on(table.type, table.id),
  ],
);

/** One row per Patient resource: what a search and a banner read. */
export const patients = sqliteTable(
  'patients',
  {
    id: text('id').primaryKey(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    family: text('family').notNull(),
    given: text('given').notNull(),
    prefix: text('prefix'),
    preferredName: text('preferred_name'),
    birthDate: text('birth_date'),
    sex: text('sex').notNull(),
    mrn: text('mrn'),
    nationalNumber: text('national_number'),
    /** A FHIR dateTime; `unknown` where only the fact is on record. */
    deceasedAt: text('deceased_at'),
    /** Names without accents, MRN and birth date, lower case, each word preceded by a space. */
    searchText: text('search_text').notNull(),
    /** Into whom this record was merged: it is no longer used, and leads there. */
    replacedBy: text('replaced_by'),
    /** Nobody knows yet who this is; the name is one that the site has given. */
    unidentified: integer('unidentified', { mode: 'boolean' }).notNull().default(false),
  },
  (table) => [
    index('patients_site_name').on(table.siteId, table.family, table.given),
    index('patients_mrn').on(table.mrn),
  ],
);

/** One row per Encounter resource: what the ward board and access decisions read. */
export const encounters = sqliteTable(
  'encounters',
  {
    id: text('id').primaryKey(),
    patientId: text('patient_id').notNull(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    wardId: text('ward_id'),
    bed: text('bed'),
    status: text('status').notNull(),
    class: text('class').notNull(),
    reason: text('reason'),
    startAt: text('start_at'),
    endAt: text('end_at'),
    /** Where the patient is to be moved, and when they are to go home. */
    plannedWardId: text('planned_ward_id'),
    plannedBed: text('planned_bed'),
    plannedEndAt: text('planned_end_at'),
  },
  (table) => [
    index('encounters_planned_ward').on(table.plannedWardId, table.status),
    index('encounters_site_status').on(table.siteId, table.status, table.startAt),
    index('encounters_patient').on(table.patientId, table.startAt),
    index('encounters_ward').on(table.wardId, table.status),
  ],
);
