import { and, desc, eq, inArray } from 'drizzle-orm';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Reader } from '../db/reader.ts';
import { intact, sound, words } from './damage.ts';
import { resources, resourceVersions } from './tables.ts';

/** One version of a resource with the facts of its recording. */
export interface StoredVersion {
  type: string;
  id: string;
  versionId: number;
  recordedAt: string;
  recordedBy: string;
  /** SHA-256 of the canonical JSON of what was stored: see `intact.ts`. */
  contentHash: string;
  /** As it was stored: `1.50` is still `1.50` here, which `JSON.parse` would make 1.5. */
  json: string;
  /** Null, as all that follow, on versions from before these were kept. */
  siteId: string | null;
  source: string | null;
  /** Instants in UTC; `occurredAt` is null where the resource names no time. */
  occurredAt: string | null;
  receivedAt: string | null;
  zone: string | null;
  entererId: string | null;
  onBehalfOf: string | null;
  attesterId: string | null;
  reason: string | null;
  activity: string | null;
  /** A version that ended the resource; `json` is what it said until then. */
  deleted: boolean;
}

/** The current version, and where it belongs. */
export interface StoredResource extends StoredVersion {
  siteId: string;
  source: string;
  patientId: string | null;
  encounterId: string | null;
}

const version = {
  type: resourceVersions.type,
  id: resourceVersions.id,
  versionId: resourceVersions.versionId,
  recordedAt: resourceVersions.recordedAt,
  recordedBy: resourceVersions.recordedBy,
  contentHash: resourceVersions.contentHash,
  json: resourceVersions.json,
  siteId: resourceVersions.siteId,
  source: resourceVersions.source,
  occurredAt: resourceVersions.occurredAt,
  receivedAt: resourceVersions.receivedAt,
  zone: resourceVersions.zone,
  entererId: resourceVersions.entererId,
  onBehalfOf: resourceVersions.onBehalfOf,
  attesterId: resourceVersions.attesterId,
  reason: resourceVersions.reason,
  activity: resourceVersions.activity,
  deleted: resourceVersions.deleted,
};

export const isCurrentVersion = and(
  eq(resourceVersions.type, resources.type),
  eq(resourceVersions.id, resources.id),
  eq(resourceVersions.versionId, resources.versionId),
);

/** What is on record now; null also for what has ended. @throws Damaged */
export async function readResource(reader: Reader, type: string, id: string): Promise<StoredResource | null> {
  const head = await readHead(reader, type, id);
  return head === null || head.deleted ? null : intact(head);
}

/** The newest version, which may be the one that ended the resource. */
export async function readHead(reader: Reader, type: string, id: string): Promise<StoredResource | null> {
  const [row] = await reader
    .select({
      ...version,
      siteId: resources.siteId,
      source: resources.source,
      patientId: resources.patientId,
      encounterId: resources.encounterId,
    })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(and(eq(resources.type, type), eq(resources.id, id)));
  return row ?? null;
}

export async function readVersion(
  reader: Reader,
  type: string,
  id: string,
  versionId: number,
): Promise<StoredVersion | null> {
  const [row] = await reader
    .select(version)
    .from(resourceVersions)
    .where(
      and(
        eq(resourceVersions.type, type),
        eq(resourceVersions.id, id),
        eq(resourceVersions.versionId, versionId),
      ),
    );
  return row ?? null;
}

/** Every version that is as it was stored, newest first. */
export const readHistory = async (reader: Reader, type: string, id: string): Promise<StoredVersion[]> =>
  sound(
    await reader
      .select(version)
      .from(resourceVersions)
      .where(and(eq(resourceVersions.type, type), eq(resourceVersions.id, id)))
      .orderBy(desc(resourceVersions.versionId)),
  );

/** The current resources of some types that belong to a patient, newest first. */
export async function readOfPatient(reader: Reader, patientId: string, types: string[]): Promise<Resource[]> {
  const rows = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(and(eq(resources.patientId, patientId), inArray(resources.type, types)))
    .orderBy(desc(resources.occurredAt));
  return sound(rows).map(({ json }) => JSON.parse(json) as Resource);
}

/** Current resources by id; those that are not there are left out. */
export async function readMany(reader: Reader, type: string, ids: string[]): Promise<Resource[]> {
  if (ids.length === 0) return [];
  const rows = await reader
    .select({ ...words, patientId: resources.patientId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(and(eq(resources.type, type), inArray(resources.id, ids), eq(resources.deleted, false)));
  return sound(rows).map(({ json }) => JSON.parse(json) as Resource);
}
