import { inArray } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { users } from './tables.ts';

/** What people who work here are called, by id; whoever is no user is left out. */
export async function usersNamed(reader: Reader, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await reader
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, ids));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
