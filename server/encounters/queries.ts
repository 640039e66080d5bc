import { eq } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { encounters } from '../records/tables.ts';

/** What access decisions need to know of an encounter. */
export interface EncounterFacts {
  id: string;
  patientId: string;
  siteId: string;
  wardId: string | null;
  bed: string | null;
  status: string;
  class: string;
}

export async function findEncounter(reader: Reader, id: string): Promise<EncounterFacts | null> {
  const [row] = await reader
    .select({
      id: encounters.id,
      patientId: encounters.patientId,
      siteId: encounters.siteId,
      wardId: encounters.wardId,
      bed: encounters.bed,
      status: encounters.status,
      class: encounters.class,
    })
    .from(encounters)
    .where(eq(encounters.id, id));
  return row ?? null;
}
