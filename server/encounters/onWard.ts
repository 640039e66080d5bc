import { and, eq, inArray } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { encounters } from '../records/tables.ts';

/** Encounter statuses in which a patient is on the ward or about to be. */
export const onWardStatuses = ['planned', 'arrived', 'triaged', 'in-progress', 'onleave'];

/** The encounters that a ward's board shows. */
export async function encountersOfWard(reader: Reader, wardId: string): Promise<string[]> {
  const rows = await reader
    .select({ id: encounters.id })
    .from(encounters)
    .where(and(eq(encounters.wardId, wardId), inArray(encounters.status, onWardStatuses)));
  return rows.map(({ id }) => id);
}
