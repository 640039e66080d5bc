import { asc, eq } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { sites } from './tables.ts';

export interface SiteLine {
  id: string;
  name: string;
  label: string;
  timeZone: string;
}

const columns = { id: sites.id, name: sites.name, label: sites.label, timeZone: sites.timeZone };

export const listSites = (reader: Reader): Promise<SiteLine[]> =>
  reader.select(columns).from(sites).orderBy(asc(sites.rank), asc(sites.name));

export async function findSite(reader: Reader, id: string): Promise<SiteLine | null> {
  const [site] = await reader.select(columns).from(sites).where(eq(sites.id, id));
  return site ?? null;
}
