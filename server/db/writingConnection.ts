import type { Client, InStatement } from '@libsql/client';
import Database from 'libsql';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Statement } from './batch.ts';
import {
  busyTimeoutMs,
  isFile,
  openConnection,
  pageBytes,
  walPages,
  writerPragmas,
  type DatabaseLocation,
} from './location.ts';

/** What the Writer does with its connection. */
export interface WritingConnection {
  /** Commits statements whole, or throws. @returns how many rows each of them touched */
  batch(statements: readonly Statement[]): Promise<number[]>;
  /** The first row, if there is one. */
  first(sql: string): Promise<Record<string, unknown> | null>;
  close(): void;
}

/**
 * The Writer's connection, after `migrate` has brought the schema up to date on it.
 * @param toStay it will write for long: what makes each commit shorter is worth doing first
 */
export async function openWriting(
  location: DatabaseLocation,
  migrate: (client: Client) => Promise<void>,
  toStay = false,
): Promise<WritingConnection> {
  const client = await openConnection(location, 'writer');
  await migrate(client);
  if (!isFile(location)) return throughClient(client);
  client.close();
  const path = fileURLToPath(location.url);
  const database = new Database(path, { timeout: busyTimeoutMs });
  for (const pragma of writerPragmas) database.exec(pragma);
  if (toStay) growLog(database, path);
  return straight(database);
}

/**
 * Gives the write-ahead log its size at once, with a transaction that is rolled back: a commit that makes the file longer
 * waits for the disk to note the new length as well. Without the room it is left as it is.
 */
function growLog(database: Database.Database, path: string): void {
  const missing = walPages * pageBytes - (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  if (missing <= 0) return;
  try {
    database.exec(
      `BEGIN IMMEDIATE; CREATE TABLE room (bytes); INSERT INTO room VALUES (zeroblob(${missing}))`,
    );
    database.exec('ROLLBACK');
    // The first commit waits for the disk to have all of it: better this one than somebody's.
    const { user_version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    database.exec(`PRAGMA user_version = ${user_version}`);
  } catch {
    // The disk is full, or the file may not grow: whoever writes next is told.
    if (database.inTransaction) database.exec('ROLLBACK');
  }
}

const throughClient = (client: Client): WritingConnection => ({
  async batch(statements) {
    const written = statements.map(({ sql, params }) => ({ sql, args: params }) as InStatement);
    return (await client.batch(written, 'write')).map(({ rowsAffected }) => rowsAffected);
  },
  first: async (sql) => (await client.execute(sql)).rows[0] ?? null,
  close: () => client.close(),
});

/** Texts of statements that are kept prepared; the log's few are what this is for. */
const maxPrepared = 256;

/**
 * A file without the client between: that one prepares each statement anew and asks whether it gives rows by having
 * an exception thrown, which costs more than the insert itself.
 */
function straight(database: Database.Database): WritingConnection {
  const prepared = new Map<string, Database.Statement>();
  const prepare = (sql: string): Database.Statement => {
    const known = prepared.get(sql);
    if (known) return known;
    if (prepared.size >= maxPrepared) prepared.clear();
    const statement = database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  const run = ({ sql, params }: Statement): number => prepare(sql).run(params.map(bindable)).changes;
  return {
    // Asynchronous only in its face, so that a fault is a rejection here as it is with a server.
    async batch(statements) {
      try {
        // One alone is a transaction by itself.
        if (statements.length === 1) return [run(statements[0]!)];
        prepare('BEGIN IMMEDIATE').run();
        const touched = statements.map(run);
        prepare('COMMIT').run();
        return touched;
      } catch (error) {
        // One that failed may not have been reset, and would keep the next transaction from ending.
        prepared.clear();
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    first: async (sql) => (database.prepare(sql).get() as Record<string, unknown> | undefined) ?? null,
    close: () => database.close(),
  };
}

/** @throws for what SQLite has no type for, which it would store as something else */
function bindable(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('A number is not finite.');
  if (value === undefined) throw new TypeError('A parameter is undefined.');
  return value;
}
