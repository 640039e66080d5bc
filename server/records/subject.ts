import { and, eq, inArray, notInArray } from 'drizzle-orm';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { intact, words } from './damage.ts';
import { parseJson } from './json.ts';
import { isCurrentVersion } from './recordStore.ts';
import { resources, resourceVersions } from './tables.ts';

/** A resource as it is stored now, and its version. */
export interface Current {
  versionId: number;
  resource: Resource;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The same resource, about somebody else: every reference to the one patient names the other. */
export function withSubject(resource: Resource, fromId: string, toId: string): Resource {
  const named = new RegExp(`^(.*/)?Patient/${fromId.replaceAll('.', '\\.')}(/_history/[A-Za-z0-9.-]+)?$`);
  const rewrite = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rewrite);
    // A decimal that keeps its digits is an object of its own kind, and stays what it is.
    if (!isPlain(value)) return value;
    const entries = Object.entries(value).map(([key, each]): [string, unknown] =>
      key === 'reference' && typeof each === 'string' && named.test(each)
        ? [key, `Patient/${toId}`]
        : [key, rewrite(each)],
    );
    const rewritten: Record<string, unknown> = Object.fromEntries(entries);
    // What stood beside the reference was the other's name.
    if (rewritten['reference'] !== value['reference']) delete rewritten['display'];
    return rewritten;
  };
  return rewrite(resource) as Resource;
}

/** These say what was done to records of the past: they name what they named. */
export const staysTypes: readonly string[] = ['Provenance', 'AuditEvent', 'Patient'];

const toCurrent = ({ versionId, json }: { versionId: number; json: string }): Current => ({
  versionId,
  resource: parseJson(json) as Resource,
});

/** All that is on record of a patient, but the Patient itself. */
export async function compartmentOf(reader: Reader, patientId: string): Promise<Current[]> {
  const rows = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(
      and(
        eq(resources.patientId, patientId),
        eq(resources.deleted, false),
        notInArray(resources.type, [...staysTypes]),
      ),
    );
  return rows.map(intact).map(toCurrent);
}

/** The batch is rolled back when something of a patient was recorded while all of it was being given to another. */
export const guardNothingLeft = (patientId: string): Statement => ({
  sql: `INSERT INTO guard (ok) VALUES (NOT EXISTS (SELECT 1 FROM resources WHERE patient_id = ? AND deleted = 0
    AND type NOT IN (SELECT value FROM json_each(?))))`,
  params: [patientId, JSON.stringify(staysTypes)],
});

/** An Encounter and all that was recorded in it. */
export async function recordedIn(reader: Reader, encounterId: string): Promise<Current[]> {
  const rows = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(
      and(
        eq(resources.encounterId, encounterId),
        eq(resources.deleted, false),
        notInArray(resources.type, [...staysTypes]),
      ),
    );
  return rows.map(intact).map(toCurrent);
}

/** Resources of one type by id, as they are now. */
export async function currentOf(reader: Reader, type: string, ids: string[]): Promise<Current[]> {
  if (ids.length === 0) return [];
  const rows = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(and(eq(resources.type, type), eq(resources.deleted, false), inArray(resources.id, ids)));
  return rows.map(intact).map(toCurrent);
}

/** By `Type/id`, the versions that an act has seen. */
export const seenVersions = (seen: readonly Current[]): Map<string, number> =>
  new Map(seen.map(({ resource, versionId }) => [`${resource.resourceType}/${resource.id}`, versionId]));
