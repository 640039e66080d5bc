import { inArray } from 'drizzle-orm';
import type { Origin } from '../../shared/patients/chartViews.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { readResource, type StoredResource } from '../records/recordStore.ts';
import { sourceNames } from './onRecord.ts';

/** Who says so: site, source, person and time. Null for another patient's resource, and for one that is not there. */
export async function readOrigin(
  reader: Reader,
  patientId: string,
  type: string,
  id: string,
): Promise<Origin | null> {
  const stored = await readResource(reader, type, id);
  return stored && stored.patientId === patientId ? originOf(reader, stored) : null;
}

export async function originOf(
  reader: Reader,
  { siteId, source, recordedBy, recordedAt, versionId }: StoredResource,
): Promise<Origin> {
  const sites = await sourceNames(reader);
  const people = await namesOf(reader, [recordedBy]);
  return {
    site: sites.get(siteId) ?? siteId,
    source: sites.get(source) ?? source,
    by: people.get(recordedBy) ?? null,
    recordedAt,
    versionId,
  };
}

/** The names of those who work here, by id; an import has none. */
export async function namesOf(reader: Reader, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await reader
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, [...new Set(ids)]));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
