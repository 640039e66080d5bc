import { and, asc, eq } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { sites, wards } from './tables.ts';

export type Ward = Omit<typeof wards.$inferSelect, 'rank'> & { siteName: string };

const columns = {
  id: wards.id,
  siteId: wards.siteId,
  name: wards.name,
  specialty: wards.specialty,
  bays: wards.bays,
  siteName: sites.name,
};

/** A site's wards in their order. */
export const listWards = (reader: Reader, siteId: string): Promise<Ward[]> =>
  reader
    .select(columns)
    .from(wards)
    .innerJoin(sites, eq(sites.id, wards.siteId))
    .where(eq(wards.siteId, siteId))
    .orderBy(asc(wards.rank), asc(wards.name));

/** A ward of this site; null for another site's and for one that does not exist. */
export async function findWard(reader: Reader, id: string, siteId: string): Promise<Ward | null> {
  const [ward] = await reader
    .select(columns)
    .from(wards)
    .innerJoin(sites, eq(sites.id, wards.siteId))
    .where(and(eq(wards.id, id), eq(wards.siteId, siteId)));
  return ward ?? null;
}
