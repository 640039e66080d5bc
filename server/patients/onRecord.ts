import { and, desc, eq, inArray, isNull, lte, or } from 'drizzle-orm';
import { describe } from '../../shared/patients/describe.ts';
import type { ChartItem } from '../../shared/patients/chartViews.ts';
import { severalSources, type Sourced } from '../../shared/patients/duplicates.ts';
import { conceptText, type Resource, valueAt } from '../../shared/patients/fhirValue.ts';
import { referencedMedications } from '../../shared/patients/medicines.ts';
import type { Reader } from '../db/reader.ts';
import { sound, words } from '../records/damage.ts';
import { isCurrentVersion, readMany } from '../records/recordStore.ts';
import { resources, resourceVersions } from '../records/tables.ts';
import { listSites } from '../sites/queries.ts';

/** A current resource of a patient with the facts of its recording. */
export interface OnRecord extends Sourced {
  versionId: number;
  recordedAt: string;
  recordedBy: string;
  /** When it happened, ISO instant in UTC; null where it names no time. */
  occurredAt: string | null;
}

/** The newest `most` current resources of some types, newest first; up to an instant, if one is given. */
export async function readOnRecord(
  reader: Reader,
  patientId: string,
  types: readonly string[],
  { most = 20_000, before }: { most?: number; before?: string } = {},
): Promise<OnRecord[]> {
  const rows = await reader
    .select({
      ...words,
      patientId: resources.patientId,
      source: resources.source,
      recordedAt: resourceVersions.recordedAt,
      recordedBy: resourceVersions.recordedBy,
      occurredAt: resources.occurredAt,
    })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(
      and(
        eq(resources.patientId, patientId),
        inArray(resources.type, [...types]),
        eq(resources.deleted, false),
        before === undefined
          ? undefined
          : or(lte(resources.occurredAt, before), isNull(resources.occurredAt)),
      ),
    )
    .orderBy(desc(resources.occurredAt), resources.type, resources.id)
    .limit(most);
  const names = await sourceNames(reader);
  return sound(rows).map(({ json, source, versionId, recordedAt, recordedBy, occurredAt }) => ({
    versionId,
    recordedAt,
    recordedBy,
    occurredAt,
    source: names.get(source) ?? source,
    resource: JSON.parse(json) as Resource,
  }));
}

/** A source that is a site is called by its name. */
export const sourceNames = async (reader: Reader): Promise<Map<string, string>> =>
  new Map((await listSites(reader)).map(({ id, name }) => [id, name]));

/** The names of the medicines that requests and statements point to, by the Medication's id. */
export async function medicineNames(
  reader: Reader,
  records: readonly OnRecord[],
): Promise<Map<string, string>> {
  const ids = referencedMedications(records.map(({ resource }) => resource));
  const medications = await readMany(reader, 'Medication', ids);
  return new Map(medications.map((each) => [each.id, conceptText(valueAt(each, 'code')) ?? '']));
}

/** Each record with its line in the chart; those that have nothing to say are left out. */
export async function describeAll(
  reader: Reader,
  records: readonly OnRecord[],
): Promise<{ item: ChartItem; record: OnRecord }[]> {
  const names = await medicineNames(reader, records);
  return records.flatMap((record) => {
    const [medication] = referencedMedications([record.resource]);
    const item = describe(record.resource, medication === undefined ? null : names.get(medication));
    return item === null ? [] : [{ item, record }];
  });
}

/** Folds what several sources say alike into its first: shown once, with its sources. */
export function foldedItems(described: readonly { item: ChartItem; record: OnRecord }[]): ChartItem[] {
  const several = severalSources(described.map(({ record }) => record));
  return described.flatMap(({ item }) => {
    const known = several.get(`${item.type}/${item.id}`);
    if (known === undefined) return [item];
    return known.isKept ? [{ ...item, ...(known.sources && { sources: known.sources }) }] : [];
  });
}
