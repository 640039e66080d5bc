import { and, inArray } from 'drizzle-orm';
import { presentStatuses } from '../../shared/encounters/status.ts';
import type { Reader } from '../db/reader.ts';
import { encounters } from '../records/tables.ts';

/** Where some patients are now: the encounters and boards that show them. */
export async function placesOf(
  reader: Reader,
  patientIds: string[],
): Promise<{ encounterIds: string[]; wardIds: string[] }> {
  const rows = await reader
    .select({ id: encounters.id, wardId: encounters.wardId })
    .from(encounters)
    .where(and(inArray(encounters.patientId, patientIds), inArray(encounters.status, presentStatuses)));
  return {
    encounterIds: rows.map(({ id }) => id),
    wardIds: [...new Set(rows.flatMap(({ wardId }) => wardId ?? []))],
  };
}
