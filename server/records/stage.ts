import { createHash } from 'node:crypto';
import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { canonicalJson } from '../../shared/signing/content.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { guardRows, statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { writeJson } from './json.ts';
import { project, type Projection } from './project.ts';
import { isCurrentVersion } from './recordStore.ts';
import { encounters, patients, resourceIdentifiers, resources, resourceVersions } from './tables.ts';

/** On whose account something is recorded. */
export interface Recording {
  siteId: string;
  source: string;
  recordedBy: string;
  at: Date;
}

/** What has to be committed for some resources to be on record, and what that will have changed. */
export interface Staged {
  statements: Statement[];
  /** One for each resource, in the order in which they came. */
  outcomes: Outcome[];
}

export interface Outcome {
  type: string;
  id: string;
  versionId: number;
  outcome: 'created' | 'updated' | 'unchanged';
}

export const countOutcomes = (outcomes: Outcome[]): Record<Outcome['outcome'], number> => {
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const { outcome } of outcomes) counts[outcome]++;
  return counts;
};

/** Resources that another site keeps, and that only it may change. */
export interface KeptElsewhere {
  keptElsewhere: { type: string; id: string }[];
}

interface Change {
  type: string;
  id: string;
  versionId: number;
  contentHash: string;
  resource: Resource;
  projection: Projection;
}

/** Rows of one statement: SQLite takes 32,766 parameters, and no row here has more than 13. */
const rowsAtOnce = 500;

function chunks<T>(items: T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += rowsAtOnce)
    parts.push(items.slice(from, from + rowsAtOnce));
  return parts;
}

/**
 * The statements that put resources on record: a new version of each that is not already there as it stands. The
 * commit answers `stale` when somebody changed one of them meanwhile; the caller then stages again. A resource must
 * not stand twice among `incoming`.
 */
export async function stage(
  reader: Reader,
  incoming: Resource[],
  recording: Recording,
): Promise<Result<Staged, KeptElsewhere>> {
  const heads = await readHeads(reader, incoming);
  const outcomes: Outcome[] = [];
  const changes: Change[] = [];
  const keptElsewhere: KeptElsewhere['keptElsewhere'] = [];
  for (const resource of incoming) {
    const target = { type: resource.resourceType, id: resource.id };
    const head = heads.get(`${target.type}/${target.id}`);
    const contentHash = createHash('sha256').update(canonicalJson(resource)).digest('hex');
    if (head?.contentHash === contentHash) {
      outcomes.push({ ...target, versionId: head.versionId, outcome: 'unchanged' });
      continue;
    }
    if (head && head.siteId !== recording.siteId) keptElsewhere.push(target);
    const versionId = (head?.versionId ?? 0) + 1;
    outcomes.push({ ...target, versionId, outcome: head ? 'updated' : 'created' });
    changes.push({ ...target, versionId, contentHash, resource, projection: project(resource) });
  }
  if (keptElsewhere.length === 0)
    keptElsewhere.push(...(await patientsElsewhere(reader, changes, recording.siteId)));
  if (keptElsewhere.length > 0) return no({ keptElsewhere });
  return ok({
    statements: [
      ...writeResources(reader, changes, recording),
      ...writeProjections(reader, changes, recording),
    ],
    outcomes,
  });
}

/** A site adds to the record of its own patients only; others' are met through a consult. */
async function patientsElsewhere(
  reader: Reader,
  changes: Change[],
  siteId: string,
): Promise<KeptElsewhere['keptElsewhere']> {
  const ids = [...new Set(changes.map(({ projection }) => projection.patientId).filter((id) => id !== null))];
  const found: KeptElsewhere['keptElsewhere'] = [];
  for (const part of chunks(ids)) {
    const rows = await reader
      .select({ id: patients.id })
      .from(patients)
      .where(and(inArray(patients.id, part), ne(patients.siteId, siteId)));
    found.push(...rows.map(({ id }) => ({ type: 'Patient', id })));
  }
  return found;
}

interface Head {
  versionId: number;
  siteId: string;
  contentHash: string;
}

/** What is on record now of these resources, by `Type/id`. */
async function readHeads(reader: Reader, incoming: Resource[]): Promise<Map<string, Head>> {
  const idsByType = new Map<string, string[]>();
  for (const { resourceType, id } of incoming) {
    idsByType.set(resourceType, idsByType.get(resourceType) ?? []);
    idsByType.get(resourceType)!.push(id);
  }
  const heads = new Map<string, Head>();
  for (const [type, ids] of idsByType) {
    for (const part of chunks(ids)) {
      const rows = await reader
        .select({
          id: resources.id,
          versionId: resources.versionId,
          siteId: resources.siteId,
          contentHash: resourceVersions.contentHash,
        })
        .from(resources)
        .innerJoin(resourceVersions, isCurrentVersion)
        .where(and(eq(resources.type, type), inArray(resources.id, part)));
      for (const { id, ...head } of rows) heads.set(`${type}/${id}`, head);
    }
  }
  return heads;
}

const incomingValue = (column: SQLiteColumn) => sql.raw(`excluded."${column.name}"`);

function writeResources(
  reader: Reader,
  changes: Change[],
  { siteId, source, recordedBy, at }: Recording,
): Statement[] {
  const recordedAt = at.toISOString();
  return chunks(changes).flatMap((part) => [
    // The current version moves on only from the one that was read: who comes second touches fewer rows than due.
    statement(
      reader
        .insert(resources)
        .values(
          part.map(({ type, id, versionId, projection }) => ({
            type,
            id,
            versionId,
            siteId,
            source,
            patientId: projection.patientId,
            encounterId: projection.encounterId,
            code: projection.code,
            occurredAt: projection.occurredAt,
            lastUpdated: recordedAt,
          })),
        )
        .onConflictDoUpdate({
          target: [resources.type, resources.id],
          set: {
            versionId: incomingValue(resources.versionId),
            patientId: incomingValue(resources.patientId),
            encounterId: incomingValue(resources.encounterId),
            code: incomingValue(resources.code),
            occurredAt: incomingValue(resources.occurredAt),
            lastUpdated: incomingValue(resources.lastUpdated),
          },
          setWhere: sql`${resources.versionId} = ${incomingValue(resources.versionId)} - 1`,
        }),
    ),
    guardRows(part.length),
    statement(
      reader.insert(resourceVersions).values(
        part.map(({ type, id, versionId, contentHash, resource }) => ({
          type,
          id,
          versionId,
          recordedAt,
          recordedBy,
          contentHash,
          json: writeJson(resource),
        })),
      ),
    ),
  ]);
}

function writeProjections(reader: Reader, changes: Change[], { siteId }: Recording): Statement[] {
  const statements: Statement[] = [];
  for (const { type, id } of changes.filter(({ versionId }) => versionId > 1)) {
    const ofResource = and(eq(resourceIdentifiers.type, type), eq(resourceIdentifiers.id, id));
    statements.push(statement(reader.delete(resourceIdentifiers).where(ofResource)));
  }
  const identifiers = changes.flatMap(({ type, id, projection }) =>
    projection.identifiers.map((identifier) => ({ type, id, ...identifier })),
  );
  for (const part of chunks(identifiers))
    statements.push(statement(reader.insert(resourceIdentifiers).values(part)));
  for (const { id, projection } of changes) {
    if (projection.patient) {
      const fields = projection.patient;
      const insert = reader.insert(patients).values({ id, siteId, ...fields });
      statements.push(statement(insert.onConflictDoUpdate({ target: patients.id, set: fields })));
    }
  }
  const stays = changes.flatMap(({ id, projection }) =>
    projection.encounter ? [{ id, siteId, ...projection.encounter }] : [],
  );
  for (const part of chunks(stays)) {
    const { id: _id, siteId: _siteId, ...columns } = encounterColumns;
    const set = Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, incomingValue(column)]),
    );
    const insert = reader.insert(encounters).values(part);
    statements.push(statement(insert.onConflictDoUpdate({ target: encounters.id, set })));
  }
  return statements;
}

const encounterColumns = {
  id: encounters.id,
  siteId: encounters.siteId,
  patientId: encounters.patientId,
  wardId: encounters.wardId,
  bed: encounters.bed,
  status: encounters.status,
  class: encounters.class,
  reason: encounters.reason,
  startAt: encounters.startAt,
  endAt: encounters.endAt,
};
