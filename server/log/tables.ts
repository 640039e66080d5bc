import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export type EntryKind = 'update' | 'seal' | 'unseal' | 'snapshot';

/** The ordered log that *is* the document: every accepted change, never changed afterwards. */
export const documentLog = sqliteTable(
  'document_log',
  {
    document: text('document').notNull(),
    epoch: integer('epoch').notNull(),
    seq: integer('seq').notNull(),
    kind: text('kind').$type<EntryKind>().notNull(),
    userId: text('user_id').notNull(),
    deviceId: text('device_id').notNull(),
    /** Yjs client id under which the change was made; null for entries that are not updates. */
    lease: integer('lease'),
    /** ISO instant, the server's clock. */
    at: text('at').notNull(),
    /** Yjs update, version 1, the server's own encoding; JSON for the other kinds. */
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
    hash: blob('hash', { mode: 'buffer' }).notNull(),
    prevHash: blob('prev_hash', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.document, table.epoch, table.seq] })],
);

/** Whose client id is whose. A client id belongs to the first user and device that used it in a document. */
export const documentLeases = sqliteTable(
  'document_leases',
  {
    document: text('document').notNull(),
    epoch: integer('epoch').notNull(),
    clientId: integer('client_id').notNull(),
    userId: text('user_id').notNull(),
    deviceId: text('device_id').notNull(),
    since: text('since').notNull(),
  },
  (table) => [primaryKey({ columns: [table.document, table.epoch, table.clientId] })],
);

/** A folded prefix of the log: a cache that can be thrown away, checked by its hash before use. */
export const documentSnapshots = sqliteTable(
  'document_snapshots',
  {
    document: text('document').notNull(),
    epoch: integer('epoch').notNull(),
    /** The last entry folded in, and its hash. */
    seq: integer('seq').notNull(),
    logHash: blob('log_hash', { mode: 'buffer' }).notNull(),
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
    /** Of `bytes`, so that a large document can be handed out without being read; null in old rows. */
    stateVector: blob('state_vector', { mode: 'buffer' }),
    hash: blob('hash', { mode: 'buffer' }).notNull(),
    at: text('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.document, table.epoch, table.seq] })],
);

/** Refused updates, kept with their reason until their author or a supervisor has dealt with them. */
export const quarantine = sqliteTable(
  'quarantine',
  {
    /** Rows of one quarantine share an id: a connection's first refused update and all that followed. */
    id: text('id').notNull(),
    part: integer('part').notNull(),
    document: text('document').notNull(),
    epoch: integer('epoch').notNull(),
    userId: text('user_id').notNull(),
    deviceId: text('device_id').notNull(),
    reason: text('reason').notNull(),
    at: text('at').notNull(),
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
    /** When its author, or a supervisor, put it back or let it go. */
    settledAt: text('settled_at'),
    settledBy: text('settled_by'),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.part] }),
    index('quarantine_document').on(table.document),
    index('quarantine_user').on(table.userId),
  ],
);

/**
 * Text that was accepted and is in the document no more, though nobody named it in a deletion: typed into a paragraph
 * that somebody else deleted or joined meanwhile, or set at the same moment as another's. Its author gets it back.
 */
export const rescues = sqliteTable(
  'rescues',
  {
    id: text('id').primaryKey(),
    document: text('document').notNull(),
    epoch: integer('epoch').notNull(),
    /** The entry with which the text was lost. */
    seq: integer('seq').notNull(),
    /** Whose text it is, and from which device. */
    userId: text('user_id').notNull(),
    deviceId: text('device_id').notNull(),
    /** Path of the container: `sections/<id>/body`, `drafts/<id>/note`; null when that is gone too. */
    place: text('place'),
    text: text('text').notNull(),
    at: text('at').notNull(),
    /** When its author, or a supervisor, put it back or let it go. */
    settledAt: text('settled_at'),
    settledBy: text('settled_by'),
  },
  (table) => [
    index('rescues_user').on(table.userId, table.settledAt),
    index('rescues_document').on(table.document),
  ],
);
