import { and, desc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import type { ChartChanges } from '../../shared/patients/chartViews.ts';
import { describedTypes } from '../../shared/patients/describe.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { sound, words } from '../records/damage.ts';
import { isCurrentVersion } from '../records/recordStore.ts';
import { resources, resourceVersions } from '../records/tables.ts';
import { describeAll } from './onRecord.ts';
import { namesOf } from './origin.ts';
import { chartLooks } from './tables.ts';

/** Shown of what changed; the number of all of it is always told. */
const most = 200;

/**
 * What is stamped with a time is committed a little later. What came this shortly before a look may not have been in
 * sight: it stays new, rather than never having been new.
 */
const committingMs = 5_000;

/** What others have recorded of a patient since somebody said that they have seen the chart. */
export async function readChanges(
  reader: Reader,
  patientId: string,
  userId: string,
  now: Date,
): Promise<ChartChanges> {
  const asOf = new Date(now.getTime() - committingMs).toISOString();
  const seenUntil = await seenUntilOf(reader, patientId, userId);
  if (seenUntil === null) return { seenUntil, asOf, total: 0, items: [] };
  const since = and(
    eq(resources.patientId, patientId),
    inArray(resources.type, describedTypes),
    eq(resources.deleted, false),
    gt(resources.lastUpdated, seenUntil),
    ne(resourceVersions.recordedBy, userId),
  );
  const rows = await reader
    .select({
      ...words,
      patientId: resources.patientId,
      source: resources.source,
      recordedAt: resourceVersions.recordedAt,
      recordedBy: resourceVersions.recordedBy,
      occurredAt: resources.occurredAt,
      total: sql<number>`count(*) OVER ()`,
    })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(since)
    .orderBy(desc(resourceVersions.recordedAt), desc(resources.occurredAt))
    .limit(most);
  const records = sound(rows).map(({ json, ...facts }) => ({
    ...facts,
    resource: JSON.parse(json) as Resource,
  }));
  const people = await namesOf(
    reader,
    records.map(({ recordedBy }) => recordedBy),
  );
  return {
    seenUntil,
    asOf,
    total: rows[0]?.total ?? 0,
    items: (await describeAll(reader, records)).map(({ item, record }) => ({
      ...item,
      what: record.versionId === 1 ? 'new' : 'changed',
      recordedAt: record.recordedAt,
      by: people.get(record.recordedBy) ?? null,
    })),
  };
}

async function seenUntilOf(reader: Reader, patientId: string, userId: string): Promise<string | null> {
  const [look] = await reader
    .select({ seenUntil: chartLooks.seenUntil })
    .from(chartLooks)
    .where(and(eq(chartLooks.userId, userId), eq(chartLooks.patientId, patientId)));
  return look?.seenUntil ?? null;
}

/** Remembers up to when somebody has seen a chart. A look that arrives late never takes back a later one. */
export const rememberLook = (
  reader: Reader,
  patientId: string,
  userId: string,
  seenUntil: string,
): Statement =>
  statement(
    reader
      .insert(chartLooks)
      .values({ userId, patientId, seenUntil })
      .onConflictDoUpdate({
        target: [chartLooks.userId, chartLooks.patientId],
        set: { seenUntil: sql`max(${chartLooks.seenUntil}, excluded.seen_until)` },
      }),
  );
