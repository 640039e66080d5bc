import { and, eq, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { guardRows, statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { insertRows } from './insertRows.ts';
import type { Projection } from './project.ts';
import type { Recording, Target } from './recording.ts';
import { indexStatements, unindexStatements } from './search/write.ts';
import { encounters, patients, resourceIdentifiers, resources, resourceVersions } from './tables.ts';

/** A version to be written. */
export interface Change extends Target {
  versionId: number;
  contentHash: string;
  /** Null for one that ends the resource: it keeps the json of the version before. */
  json: string | null;
  /** What it is found by; null when it ends. */
  current: { resource: Resource; projection: Projection } | null;
}

/** A recording whose zone has been looked up. */
export type Recorded = Omit<Recording, 'zone'> & { zone: string | null };

/** Rows of one statement: SQLite takes 32,766 parameters, and no row here has more than 20. */
const rowsAtOnce = 500;

export function chunks<T>(items: T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += rowsAtOnce)
    parts.push(items.slice(from, from + rowsAtOnce));
  return parts;
}

export const writeChanges = (reader: Reader, changes: Change[], recorded: Recorded): Statement[] => [
  ...writeResources(reader, changes, recorded),
  ...writeProjections(reader, changes, recorded),
  ...writeIndexes(changes),
];

function writeIndexes(changes: Change[]): Statement[] {
  const before = idsByType(changes.filter(({ versionId }) => versionId > 1));
  return [
    ...[...before].flatMap(([type, ids]) => unindexStatements(type, ids)),
    ...indexStatements(changes.flatMap(({ current }) => (current ? [current.resource] : []))),
  ];
}

export function idsByType(targets: readonly Target[]): Map<string, string[]> {
  const byType = new Map<string, string[]>();
  for (const { type, id } of targets) {
    const ids = byType.get(type);
    if (ids) ids.push(id);
    else byType.set(type, [id]);
  }
  return byType;
}

const incomingValue = (column: SQLiteColumn) => sql.raw(`excluded."${column.name}"`);

/** The current version moves on only from the one that was read: who comes second touches fewer rows than due. */
const movesOn = ` ON CONFLICT (type, id) DO UPDATE SET ${[
  resources.versionId,
  resources.patientId,
  resources.encounterId,
  resources.code,
  resources.occurredAt,
  resources.lastUpdated,
  resources.deleted,
]
  .map(({ name }) => `${name} = excluded.${name}`)
  .join(', ')} WHERE resources.version_id = excluded.version_id - 1`;

function writeResources(reader: Reader, changes: Change[], recorded: Recorded): Statement[] {
  const { siteId, source } = recorded;
  const lastUpdated = recorded.at.toISOString();
  return chunks(changes).flatMap((part) => [
    insertRows(
      resources,
      part.map(({ type, id, versionId, current }) => ({
        type,
        id,
        versionId,
        siteId,
        source,
        patientId: current?.projection.patientId ?? null,
        encounterId: current?.projection.encounterId ?? null,
        code: current?.projection.code ?? null,
        occurredAt: current?.projection.occurredAt ?? null,
        lastUpdated,
        deleted: current === null,
      })),
      movesOn,
    ),
    guardRows(part.length),
    ...writeVersions(reader, part, recorded),
  ]);
}

/** What ends keeps the words that it had, which only the database has at hand. */
function writeVersions(reader: Reader, changes: Change[], recorded: Recorded): Statement[] {
  const written = changes.flatMap((change) =>
    change.json === null ? [] : { ...versionRow(change, recorded), json: change.json },
  );
  const ended = changes.filter(({ json }) => json === null);
  return [
    ...(written.length > 0 ? [insertRows(resourceVersions, written)] : []),
    ...ended.map((change) =>
      statement(
        reader
          .insert(resourceVersions)
          .values({ ...versionRow(change, recorded), json: jsonBefore(reader, change) }),
      ),
    ),
  ];
}

const jsonBefore = (reader: Reader, { type, id, versionId }: Change) =>
  sql<string>`(${reader
    .select({ json: resourceVersions.json })
    .from(resourceVersions)
    .where(
      and(
        eq(resourceVersions.type, type),
        eq(resourceVersions.id, id),
        eq(resourceVersions.versionId, versionId - 1),
      ),
    )})`;

function versionRow(change: Change, recorded: Recorded) {
  const { type, id, versionId, contentHash, current } = change;
  const { at, occurredAt, recordedBy, siteId, source, receivedAt = at, zone, reason, activity } = recorded;
  return {
    type,
    id,
    versionId,
    recordedAt: at.toISOString(),
    recordedBy,
    contentHash,
    siteId,
    source,
    occurredAt: current?.projection.occurredAt ?? occurredAt?.toISOString() ?? null,
    receivedAt: receivedAt.toISOString(),
    zone,
    entererId: recorded.entererId ?? null,
    onBehalfOf: recorded.onBehalfOf ?? null,
    attesterId: recorded.attesterId ?? null,
    reason: reason ?? null,
    activity: activity ?? null,
    deleted: current === null,
  };
}

function writeProjections(reader: Reader, changes: Change[], { siteId }: Recorded): Statement[] {
  const statements: Statement[] = [];
  for (const { type, id } of changes.filter(({ versionId }) => versionId > 1)) {
    const ofResource = and(eq(resourceIdentifiers.type, type), eq(resourceIdentifiers.id, id));
    statements.push(statement(reader.delete(resourceIdentifiers).where(ofResource)));
  }
  for (const { type, id } of changes.filter(({ current }) => current === null)) {
    if (type === 'Patient') statements.push(statement(reader.delete(patients).where(eq(patients.id, id))));
    if (type === 'Encounter')
      statements.push(statement(reader.delete(encounters).where(eq(encounters.id, id))));
  }
  const identifiers = changes.flatMap(({ type, id, current }) =>
    (current?.projection.identifiers ?? []).map((identifier) => ({ type, id, ...identifier })),
  );
  for (const part of chunks(identifiers))
    statements.push(statement(reader.insert(resourceIdentifiers).values(part)));
  for (const { id, current } of changes) {
    if (current?.projection.patient) {
      const fields = current.projection.patient;
      const insert = reader.insert(patients).values({ id, siteId, ...fields });
      statements.push(statement(insert.onConflictDoUpdate({ target: patients.id, set: fields })));
    }
  }
  const stays = changes.flatMap(({ id, current: now }) =>
    now?.projection.encounter ? [{ id, siteId, ...now.projection.encounter }] : [],
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
  plannedWardId: encounters.plannedWardId,
  plannedBed: encounters.plannedBed,
  plannedEndAt: encounters.plannedEndAt,
};
