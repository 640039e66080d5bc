import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { EncounterDetail, EncounterSummary } from '../../shared/encounters/schema.ts';
import { presentStatuses } from '../../shared/encounters/status.ts';
import type { Reader } from '../db/reader.ts';
import { readBanner } from '../patients/chart.ts';
import { matches, toSummary, type Page } from '../patients/queries.ts';
import { encounters, patients } from '../records/tables.ts';
import { wards } from '../sites/tables.ts';

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

export interface EncounterFilter {
  siteId: string;
  /** Undefined: every status. */
  status: string | undefined;
  typed: string;
  /** Why somebody came is clinical. */
  withReason: boolean;
}

export async function listEncounters(
  reader: Reader,
  { siteId, status, typed, withReason }: EncounterFilter,
  { offset, limit }: Page,
): Promise<{ items: EncounterSummary[]; more: boolean }> {
  const rows = await reader
    .select({ encounter: encounters, patient: patients })
    .from(encounters)
    .innerJoin(patients, eq(patients.id, encounters.patientId))
    .where(
      and(
        eq(encounters.siteId, siteId),
        status === undefined ? undefined : eq(encounters.status, status),
        matches(typed),
      ),
    )
    .orderBy(desc(encounters.startAt), desc(encounters.id))
    .limit(limit + 1)
    .offset(offset);
  const items = rows.slice(0, limit).map((row) => toEncounterSummary(row, withReason));
  return { items, more: rows.length > limit };
}

export interface EncounterRow {
  encounter: typeof encounters.$inferSelect;
  patient: typeof patients.$inferSelect;
}

export const toEncounterSummary = (
  { encounter, patient }: EncounterRow,
  withReason: boolean,
): EncounterSummary => ({
  id: encounter.id,
  status: encounter.status,
  class: encounter.class,
  reason: withReason ? encounter.reason : null,
  siteId: encounter.siteId,
  wardId: encounter.wardId,
  bed: encounter.bed,
  startAt: encounter.startAt,
  endAt: encounter.endAt,
  patient: toSummary(patient),
});

/** The encounters of a ward whose patients are here now. */
export const presentOnWard = (
  reader: Reader,
  ward: { id: string; siteId: string },
): Promise<EncounterRow[]> =>
  reader
    .select({ encounter: encounters, patient: patients })
    .from(encounters)
    .innerJoin(patients, eq(patients.id, encounters.patientId))
    .where(
      and(
        eq(encounters.wardId, ward.id),
        eq(encounters.siteId, ward.siteId),
        inArray(encounters.status, presentStatuses),
      ),
    )
    .orderBy(encounters.startAt, encounters.id);

/** How many of a site's patients lie on each ward. */
export async function occupancy(reader: Reader, siteId: string): Promise<Map<string, number>> {
  const rows = await reader
    .select({ wardId: encounters.wardId, occupied: sql<number>`count(*)` })
    .from(encounters)
    .where(and(eq(encounters.siteId, siteId), inArray(encounters.status, presentStatuses)))
    .groupBy(encounters.wardId);
  return new Map(rows.flatMap(({ wardId, occupied }) => (wardId === null ? [] : [[wardId, occupied]])));
}

/** An encounter of this site with its patient's banner, or without for those who may not read the chart. */
export async function readEncounter(
  reader: Reader,
  id: string,
  { siteId, readsChart }: { siteId: string; readsChart: boolean },
): Promise<EncounterDetail | null> {
  const [row] = await reader
    .select({ encounter: encounters, patient: patients, wardName: wards.name })
    .from(encounters)
    .innerJoin(patients, eq(patients.id, encounters.patientId))
    .leftJoin(wards, and(eq(wards.id, encounters.wardId), eq(wards.siteId, encounters.siteId)))
    .where(and(eq(encounters.id, id), eq(encounters.siteId, siteId)));
  if (!row) return null;
  const summary = toEncounterSummary(row, readsChart);
  return {
    ...summary,
    wardName: row.wardName,
    banner: readsChart ? await readBanner(reader, summary.patient) : null,
  };
}
