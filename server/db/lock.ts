import { createClient, LibsqlError, type Transaction } from '@libsql/client';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The right to be the only writer of a data folder. */
export interface Lock {
  release(): void;
}

/** A lock lives as long as its transaction: one that nothing refers to would be collected, and the lock with it. */
const held = new Set<Transaction>();

/**
 * Takes the writer's lock of a data folder, or answers null when another process has it. It is an open transaction on
 * a database of its own: the operating system ends that with the process, however the process dies.
 */
export async function takeLock(dataFolder: string): Promise<Lock | null> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const url = pathToFileURL(join(dataFolder, 'lock.db')).href;
  const client = createClient({ url, concurrency: 1, timeout: 0 });
  try {
    const transaction = await client.transaction('write');
    held.add(transaction);
    return {
      release: () => {
        if (!held.delete(transaction)) return;
        // Closing the client alone would leave the transaction open until its statements are collected.
        transaction.close();
        client.close();
      },
    };
  } catch (error) {
    client.close();
    if (error instanceof LibsqlError && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
}
