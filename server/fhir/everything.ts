import { and, asc, eq, gte, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { words } from '../records/damage.ts';
import { isCurrentVersion } from '../records/recordStore.ts';
import { resources, resourceVersions } from '../records/tables.ts';

export interface CurrentResource {
  type: string;
  id: string;
  versionId: number;
  patientId: string | null;
  recordedAt: string;
  contentHash: string;
  json: string;
}

export type EverythingCursor = [type: string, id: string];

export interface EverythingQuery {
  siteId: string;
  /** Whose compartment: a patient's, or an encounter's. */
  of: { patientId: string } | { encounterId: string };
  types: string[] | null;
  /** Recorded from then on. */
  since: string | null;
  /** Happened between; what names no time is never outside. */
  start: string | null;
  end: string | null;
  after: EverythingCursor | null;
  count: number;
}

const current = {
  ...words,
  patientId: resources.patientId,
  recordedAt: resourceVersions.recordedAt,
};

/** What is on record of a patient or of an encounter, by type and id. One more than asked for says that there are more. */
export function readEverything(
  reader: Reader,
  { siteId, of, types, since, start, end, after, count }: EverythingQuery,
): Promise<CurrentResource[]> {
  const { occurredAt } = resources;
  return reader
    .select(current)
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(
      and(
        'patientId' in of ? eq(resources.patientId, of.patientId) : eq(resources.encounterId, of.encounterId),
        eq(resources.siteId, siteId),
        eq(resources.deleted, false),
        types === null ? undefined : inArray(resources.type, types),
        since === null ? undefined : gte(resourceVersions.recordedAt, since),
        start === null ? undefined : or(isNull(occurredAt), gte(occurredAt, start)),
        end === null ? undefined : or(isNull(occurredAt), lte(occurredAt, end)),
        after === null ? undefined : sql`(${resources.type}, ${resources.id}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(asc(resources.type), asc(resources.id))
    .limit(count + 1);
}

/** Current resources of a site by type and id: whom and what others point to. */
export async function readNamed(
  reader: Reader,
  siteId: string,
  named: readonly { type: string; id: string }[],
): Promise<CurrentResource[]> {
  const idsByType = new Map<string, string[]>();
  for (const { type, id } of named) idsByType.set(type, [...(idsByType.get(type) ?? []), id]);
  const found: CurrentResource[] = [];
  for (const [type, ids] of idsByType) {
    found.push(
      ...(await reader
        .select(current)
        .from(resources)
        .innerJoin(resourceVersions, isCurrentVersion)
        .where(
          and(
            eq(resources.type, type),
            inArray(resources.id, ids),
            eq(resources.siteId, siteId),
            eq(resources.deleted, false),
          ),
        )),
    );
  }
  return found;
}
