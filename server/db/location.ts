import { createClient, type Client } from '@libsql/client';
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
const busyTimeoutMs = 5_000;

const isFile = (location: DatabaseLocation): boolean => location.url.startsWith('file:');

/**
 * One connection, so that PRAGMAs hold for all that is run on it. `role` decides what it may do: the reader of a
 * file cannot write by accident.
 */
export async function openConnection(location: DatabaseLocation, role: 'writer' | 'reader'): Promise<Client> {
  if (!isFile(location)) {
    return createClient({
      url: location.url,
      ...(location.authToken === undefined ? {} : { authToken: location.authToken }),
    });
  }
  const url = new URL(location.url);
  if (role === 'writer') mkdirSync(dirname(fileURLToPath(url)), { recursive: true, mode: 0o700 });
  const client = createClient({ url: location.url, concurrency: 1, timeout: busyTimeoutMs });
  if (role === 'writer') {
    await client.execute('PRAGMA journal_mode = WAL');
    await client.execute('PRAGMA synchronous = FULL');
    await client.execute('PRAGMA secure_delete = ON');
    await client.execute('PRAGMA foreign_keys = ON');
  } else {
    await client.execute('PRAGMA query_only = ON');
  }
  return client;
}
