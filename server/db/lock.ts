import { createClient, LibsqlError, type Client } from '@libsql/client';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The right to be the only writer of a data folder. */
export interface Lock {
  release(): void;
}

/** A lock lives as long as its connection: one that nothing refers to would be collected, and the lock with it. */
const held = new Set<Client>();

/**
 * Takes the writer's lock of a data folder, or answers null when another process has it. It is an open transaction on
 * a database of its own: the operating system ends that with the process, however the process dies.
 */
export async function takeLock(dataFolder: string): Promise<Lock | null> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const url = pathToFileURL(join(dataFolder, 'lock.db')).href;
  const client = createClient({ url, concurrency: 1, timeout: 0 });
  try {
    await client.transaction('write');
  } catch (error) {
    client.close();
    if (error instanceof LibsqlError && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
  held.add(client);
  return {
    release: () => {
      if (held.delete(client)) client.close();
    },
  };
}
