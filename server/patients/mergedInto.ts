import { and, eq, inArray } from 'drizzle-orm';
import { listAt, referencedId, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import type { MergedRecord } from '../../shared/patients/demographics.ts';
import type { Reader } from '../db/reader.ts';
import { patients, resources } from '../records/tables.ts';
import { toSummary } from './queries.ts';

/** The records that were merged into this one, each with the version from which that can be taken back. */
export async function mergedInto(reader: Reader, survivor: Resource): Promise<MergedRecord[]> {
  const ids = listAt(survivor, 'link')
    .filter((link) => textAt(link, 'type') === 'replaces')
    .flatMap((link) => referencedId(valueAt(link, 'other'), 'Patient') ?? []);
  if (ids.length === 0) return [];
  const rows = await reader
    .select({ patient: patients, version: resources.versionId })
    .from(patients)
    .innerJoin(resources, and(eq(resources.type, 'Patient'), eq(resources.id, patients.id)))
    .where(and(inArray(patients.id, ids), eq(patients.replacedBy, survivor.id)));
  return rows.map(({ patient, version }) => ({ patient: toSummary(patient), version }));
}
