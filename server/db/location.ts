import { createClient, type Client, type InArgs, type InStatement } from '@libsql/client';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the database is: a file, or a libSQL server. The only module that knows the difference. */
export interface DatabaseLocation {
  /** `file:/absolute/path.db`, `libsql://…` or `http(s)://…` */
  url: string;
  authToken?: string | undefined;
}

/** How long a connection waits for another process's lock before it gives up, ms. */
export const busyTimeoutMs = 5_000;

/** Pages that the write-ahead log holds, 32 MB: the last page of a busy table is written back once for many commits. */
export const walPages = 8_000;
/** SQLite's own. */
export const pageBytes = 4_096;

export const writerPragmas = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  'PRAGMA secure_delete = ON',
  'PRAGMA foreign_keys = ON',
  `PRAGMA wal_autocheckpoint = ${walPages}`,
];

export const isFile = (location: DatabaseLocation): boolean => location.url.startsWith('file:');

/**
 * One connection, so that PRAGMAs hold for all that is run on it. `role` decides what it may do: a reader cannot write
 * by accident, wherever the database is.
 */
export async function openConnection(location: DatabaseLocation, role: 'writer' | 'reader'): Promise<Client> {
  if (!isFile(location)) {
    const { url, authToken } = location;
    const client = createClient({ url, ...(authToken === undefined ? {} : { authToken }) });
    return role === 'reader' ? onlyReading(client) : client;
  }
  const url = new URL(location.url);
  if (role === 'writer') mkdirSync(dirname(fileURLToPath(url)), { recursive: true, mode: 0o700 });
  const client = createClient({ url: location.url, concurrency: 1, timeout: busyTimeoutMs });
  const pragmas = role === 'writer' ? writerPragmas : ['PRAGMA query_only = ON'];
  for (const pragma of pragmas) await client.execute(pragma);
  return client;
}

/** A server keeps no PRAGMA from one request to the next: there, every read is a transaction that takes no write. */
function onlyReading(client: Client): Client {
  const execute = async (stmt: InStatement | string, args?: InArgs) => {
    const given = typeof stmt === 'string' && args !== undefined ? { sql: stmt, args } : stmt;
    const [result] = await client.batch([given], 'read');
    return result!;
  };
  const refuse = (): Promise<never> => Promise.reject(new Error('A reader cannot write.'));
  return {
    closed: client.closed,
    protocol: client.protocol,
    execute,
    batch: (stmts) => client.batch(stmts, 'read'),
    transaction: () => client.transaction('read'),
    executeMultiple: refuse,
    migrate: refuse,
    sync: () => client.sync(),
    reconnect: () => client.reconnect(),
    close: () => client.close(),
  };
}
