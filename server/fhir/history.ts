import { and, desc, eq, gte, sql } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { words } from '../records/damage.ts';
import { resources, resourceVersions } from '../records/tables.ts';

/** A version with what a history tells of it. */
export interface PastVersion {
  type: string;
  id: string;
  versionId: number;
  patientId: string | null;
  recordedAt: string;
  deleted: boolean;
  json: string;
  contentHash: string;
}

/** Where a page ended. */
export type Cursor = [recordedAt: string, type: string, id: string, versionId: number];

export interface HistoryQuery {
  siteId: string;
  type?: string;
  id?: string;
  /** ISO instant; versions from then on. */
  since: string | null;
  after: Cursor | null;
  count: number;
}

/** Versions of a site's resources, newest first. One more than asked for says that there are more. */
export function readPast(
  reader: Reader,
  { siteId, type, id, since, after, count }: HistoryQuery,
): Promise<PastVersion[]> {
  const { recordedAt, versionId } = resourceVersions;
  const before =
    after &&
    sql`(${recordedAt}, ${resourceVersions.type}, ${resourceVersions.id}, ${versionId}) < (${after[0]}, ${after[1]}, ${after[2]}, ${after[3]})`;
  return reader
    .select({
      ...words,
      patientId: resources.patientId,
      recordedAt,
      deleted: resourceVersions.deleted,
    })
    .from(resourceVersions)
    .innerJoin(
      resources,
      and(eq(resources.type, resourceVersions.type), eq(resources.id, resourceVersions.id)),
    )
    .where(
      and(
        eq(resources.siteId, siteId),
        type === undefined ? undefined : eq(resourceVersions.type, type),
        id === undefined ? undefined : eq(resourceVersions.id, id),
        since === null ? undefined : gte(recordedAt, since),
        before ?? undefined,
      ),
    )
    .orderBy(desc(recordedAt), desc(resourceVersions.type), desc(resourceVersions.id), desc(versionId))
    .limit(count + 1);
}
