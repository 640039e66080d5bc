import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql';
import { openConnection, type DatabaseLocation } from './location.ts';

/** Reads on the main thread, and builds the statements that the writer runs. It cannot write. */
export type Reader = LibSQLDatabase & { close(): void };

export async function openReader(location: DatabaseLocation): Promise<Reader> {
  const client = await openConnection(location, 'reader');
  return Object.assign(drizzle(client), { close: () => client.close() });
}
