import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { EncounterDetail, EncounterSummary, Incoming } from '../../shared/encounters/schema.ts';
import { presentStatuses } from '../../shared/encounters/status.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Reader } from '../db/reader.ts';
import { readBanner } from '../patients/chart.ts';
import { matches, toSummary, type Page } from '../patients/queries.ts';
import { parseJson } from '../records/json.ts';
import { readResource } from '../records/recordStore.ts';
import { encounters, patients, resources } from '../records/tables.ts';
import { wards } from '../sites/tables.ts';
import { ordersToReview } from './reviewQueries.ts';
import { staysOf } from './resource.ts';

/** What access decisions need to know of an encounter. */
export interface EncounterFacts {
  id: string;
  patientId: string;
  siteId: string;
  wardId: string | null;
  bed: string | null;
  status: string;
  class: string;
  startAt: string | null;
  plannedWardId: string | null;
  plannedBed: string | null;
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
      startAt: encounters.startAt,
      plannedWardId: encounters.plannedWardId,
      plannedBed: encounters.plannedBed,
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

/** The versions of some encounters; 0 stands for one of which no Encounter is on record. */
export async function versionsOf(reader: Reader, encounterIds: string[]): Promise<Map<string, number>> {
  if (encounterIds.length === 0) return new Map();
  const rows = await reader
    .select({ id: resources.id, versionId: resources.versionId })
    .from(resources)
    .where(and(eq(resources.type, 'Encounter'), inArray(resources.id, encounterIds)));
  return new Map(rows.map(({ id, versionId }) => [id, versionId]));
}

/** Those who are to come to a ward from elsewhere. */
export async function incomingTo(reader: Reader, ward: { id: string; siteId: string }): Promise<Incoming[]> {
  const rows = await reader
    .select({ encounter: encounters, patient: patients, fromWard: wards.name })
    .from(encounters)
    .innerJoin(patients, eq(patients.id, encounters.patientId))
    .leftJoin(wards, eq(wards.id, encounters.wardId))
    .where(
      and(
        eq(encounters.plannedWardId, ward.id),
        eq(encounters.siteId, ward.siteId),
        inArray(encounters.status, presentStatuses),
        ne(encounters.wardId, ward.id),
      ),
    )
    .orderBy(encounters.plannedBed, encounters.id);
  const versions = await versionsOf(
    reader,
    rows.map(({ encounter }) => encounter.id),
  );
  return rows.map(({ encounter, patient, fromWard }) => ({
    encounterId: encounter.id,
    version: versions.get(encounter.id) ?? 0,
    patient: toSummary(patient),
    fromWard,
    fromBed: encounter.bed,
    bed: encounter.plannedBed,
  }));
}

/** Where somebody is to be moved, with the ward's name. */
export async function plannedPlaces(
  reader: Reader,
  rows: Pick<EncounterRow['encounter'], 'id' | 'plannedWardId' | 'plannedBed'>[],
): Promise<Map<string, NonNullable<EncounterDetail['plannedTo']>>> {
  const planned = rows.flatMap(({ id, plannedWardId: wardId, plannedBed: bed }) =>
    wardId === null ? [] : [{ id, wardId, bed }],
  );
  if (planned.length === 0) return new Map();
  const named = await reader
    .select({ id: wards.id, name: wards.name })
    .from(wards)
    .where(inArray(wards.id, [...new Set(planned.map(({ wardId }) => wardId))]));
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return new Map(
    planned.map(({ id, wardId, bed }) => [id, { wardId, wardName: names.get(wardId) ?? null, bed }]),
  );
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
  const [stored, planned, review, banner] = await Promise.all([
    readResource(reader, 'Encounter', id),
    plannedPlaces(reader, [row.encounter]),
    ordersToReview(reader, readsChart ? [id] : []),
    readsChart ? readBanner(reader, summary.patient) : null,
  ]);
  return {
    ...summary,
    wardName: row.wardName,
    version: stored?.versionId ?? 0,
    plannedTo: planned.get(id) ?? null,
    plannedEndAt: row.encounter.plannedEndAt,
    stays: stored ? staysOf(parseJson(stored.json) as Resource) : [],
    ordersToReview: review.get(id) ?? null,
    banner,
  };
}
