import { and, count, desc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { interpretPregnancy, measureCodes } from '../../shared/lists/measures.ts';
import { systems } from '../../shared/patients/codes.ts';
import { listAt, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { presentStatuses } from '../../shared/encounters/status.ts';
import { lookAlikesAmong, type LookAlike } from '../../shared/patients/lookAlike.ts';
import { listName } from '../../shared/patients/patient.ts';
import type { Banner, EncounterLine, PatientSummary } from '../../shared/patients/schema.ts';
import { parsePatientQuery } from '../../shared/patients/search.ts';
import { sound, words } from '../records/damage.ts';
import { isCurrentVersion, readMany } from '../records/recordStore.ts';
import type { Reader } from '../db/reader.ts';
import { encounters, patients, resources, resourceVersions } from '../records/tables.ts';
import { wards } from '../sites/tables.ts';

type PatientRow = typeof patients.$inferSelect;

const sexes = ['male', 'female', 'other'] as const;

export function toSummary(row: Omit<PatientRow, 'searchText'>): PatientSummary {
  return {
    id: row.id,
    family: row.family,
    given: row.given,
    name: listName(row.family, row.given),
    prefix: row.prefix,
    preferredName: row.preferredName,
    birthDate: row.birthDate,
    sex: sexes.find((sex) => sex === row.sex) ?? 'unknown',
    mrn: row.mrn,
    nationalNumber: row.nationalNumber,
    deceasedAt: row.deceasedAt,
    siteId: row.siteId,
    ...(row.unidentified && { unidentified: true }),
  };
}

/** What a search asks of a patient's row; undefined when nothing was typed. */
export function matches(typed: string): SQL | undefined {
  const { words, birthDates } = parsePatientQuery(typed);
  return and(
    // Words hold letters and digits only, so nothing in them is a wildcard.
    ...words.map((word) => sql`${patients.searchText} LIKE ${`% ${word}%`}`),
    ...birthDates.map((date) => eq(patients.birthDate, date)),
  );
}

export interface Page {
  offset: number;
  limit: number;
}

/** A patient of this site; null for another site's and for one that does not exist. */
export async function findPatient(
  reader: Reader,
  id: string,
  siteId: string,
): Promise<PatientSummary | null> {
  const [row] = await reader
    .select()
    .from(patients)
    .where(and(eq(patients.id, id), eq(patients.siteId, siteId)));
  return row ? toSummary(row) : null;
}

/** Whether a record was merged into another one, and takes nothing up any more. */
export async function isReplaced(reader: Reader, id: string): Promise<boolean> {
  const [row] = await reader
    .select({ replacedBy: patients.replacedBy })
    .from(patients)
    .where(eq(patients.id, id));
  return row !== undefined && row.replacedBy !== null;
}

/** A patient's encounters, newest first. `withReason`: why somebody came is clinical. */
export async function encountersOf(
  reader: Reader,
  patient: PatientSummary,
  withReason: boolean,
): Promise<EncounterLine[]> {
  const rows = await reader
    .select({ encounter: encounters, wardName: wards.name })
    .from(encounters)
    .leftJoin(wards, and(eq(wards.id, encounters.wardId), eq(wards.siteId, encounters.siteId)))
    .where(and(eq(encounters.patientId, patient.id), eq(encounters.siteId, patient.siteId)))
    .orderBy(sql`${encounters.status} <> 'in-progress'`, desc(encounters.startAt));
  const inError = rows.filter(({ encounter }) => encounter.status === 'entered-in-error');
  const traces = new Set(
    (
      await readMany(
        reader,
        'Encounter',
        inError.map(({ encounter }) => encounter.id),
      )
    )
      .filter(isTrace)
      .map(({ id }) => id),
  );
  return rows.map(({ encounter, wardName }) => ({
    ...(traces.has(encounter.id) && { movedAway: true }),
    id: encounter.id,
    class: encounter.class,
    status: encounter.status,
    reason: withReason ? encounter.reason : null,
    startAt: encounter.startAt,
    endAt: encounter.endAt,
    wardName,
    bed: encounter.bed,
  }));
}

/** What a refiling leaves where an encounter was filed in error. */
const isTrace = (encounter: Resource): boolean =>
  listAt(valueAt(encounter, 'meta'), 'tag').some((tag) => textAt(tag, 'system') === systems.trace);

/** Where the patient lies now. */
export async function locationOf(
  reader: Reader,
  patient: PatientSummary,
): Promise<{ wardId: string; ward: string; bed: string | null } | null> {
  const [row] = await reader
    .select({ wardId: wards.id, ward: wards.name, bed: encounters.bed })
    .from(encounters)
    .innerJoin(wards, and(eq(wards.id, encounters.wardId), eq(wards.siteId, encounters.siteId)))
    .where(and(eq(encounters.patientId, patient.id), inArray(encounters.status, presentStatuses)))
    .orderBy(desc(encounters.startAt))
    .limit(1);
  return row ?? null;
}

/** In which ways somebody else on this ward could be taken for this patient. */
export async function lookAlikesOnWard(
  reader: Reader,
  patient: PatientSummary,
  wardId: string,
): Promise<LookAlike[]> {
  const others = await reader
    .selectDistinct({
      id: patients.id,
      family: patients.family,
      given: patients.given,
      birthDate: patients.birthDate,
    })
    .from(encounters)
    .innerJoin(patients, eq(patients.id, encounters.patientId))
    .where(and(eq(encounters.wardId, wardId), inArray(encounters.status, presentStatuses)));
  return lookAlikesAmong(patient, others);
}

/** How much is on record of each type. */
export async function countsOf(reader: Reader, patientId: string): Promise<Record<string, number>> {
  const rows = await reader
    .select({ type: resources.type, count: count() })
    .from(resources)
    .where(eq(resources.patientId, patientId))
    .groupBy(resources.type);
  return Object.fromEntries(rows.map(({ type, count }) => [type, count]));
}

/** Of each of these patients what was last said of a pregnancy, where it says that there is or may be one. */
export async function pregnanciesOf(
  reader: Reader,
  patientIds: readonly string[],
): Promise<Map<string, Banner['pregnancy']>> {
  const rows = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(
      and(
        inArray(resources.patientId, [...patientIds]),
        eq(resources.type, 'Observation'),
        eq(resources.code, measureCodes.pregnancy),
        eq(resources.deleted, false),
      ),
    );
  const read = sound(rows);
  return new Map(
    patientIds.map((id) => [
      id,
      interpretPregnancy(
        read.flatMap(({ patientId, json }) => (patientId === id ? [JSON.parse(json) as Resource] : [])),
      ),
    ]),
  );
}
