import { and, asc, eq, gt, gte, inArray, isNotNull, isNull, or, type SQL } from 'drizzle-orm';
import { setImmediate } from 'node:timers/promises';
import type { Reader } from '../db/reader.ts';
import { noticing, sound, words } from '../records/damage.ts';
import type { Damage, StoredWords } from '../records/intact.ts';
import { parseJson, writeJson } from '../records/json.ts';
import { resources, resourceVersions } from '../records/tables.ts';

/** What is exported: one patient's record with what it refers to, a site's, or everything. */
export interface ExportScope {
  patientId?: string;
  /** With a patient: the site that keeps that record. */
  siteId?: string;
  /** Only these types; all where it is null. */
  types?: string[] | null;
  /** ISO instant: what was recorded from then on. */
  since?: string | null;
  /** Only what belongs to a patient. */
  ofPatients?: boolean;
  /** Every version, oldest first, instead of the current one. */
  history?: boolean;
}

/** Resources of one type as NDJSON has them: each the JSON text that is on record, digits and all. */
export interface ExportPart {
  type: string;
  lines: string[];
  /** What is no longer what was stored, and leaves with nobody. */
  damaged: Damage[];
}

/** Resources read at once: comparing them with their hashes keeps nobody waiting for long. */
const atOnce = 200;

/** The record, part by part, each type in one piece; what is there is never in memory all at once. */
export async function* exportRecord(reader: Reader, scope: ExportScope): AsyncGenerator<ExportPart> {
  const inScope = and(
    scope.patientId === undefined ? undefined : eq(resources.patientId, scope.patientId),
    scope.siteId === undefined ? undefined : eq(resources.siteId, scope.siteId),
    scope.types ? inArray(resources.type, scope.types) : undefined,
    scope.since ? gte(resources.lastUpdated, scope.since) : undefined,
    scope.ofPatients ? isNotNull(resources.patientId) : undefined,
  );
  const elsewhere = new Map<string, Set<string>>();
  for (const type of await typesIn(reader, inScope)) {
    for await (const part of partsOf(reader, scope, type, inScope)) {
      if (scope.patientId !== undefined) for (const line of part.lines) noteReferences(line, elsewhere);
      yield part;
    }
  }
  if (scope.patientId !== undefined) yield* referredTo(reader, scope, elsewhere);
}

async function typesIn(reader: Reader, inScope: SQL | undefined): Promise<string[]> {
  const rows = await reader
    .selectDistinct({ type: resources.type })
    .from(resources)
    .where(inScope)
    .orderBy(asc(resources.type));
  return rows.map(({ type }) => type);
}

interface Row extends StoredWords {
  versionId: number;
  patientId: string | null;
  recordedAt: string;
}

async function* partsOf(
  reader: Reader,
  { history = false }: ExportScope,
  type: string,
  inScope: SQL | undefined,
): AsyncGenerator<ExportPart> {
  const { id, versionId } = resourceVersions;
  // What has ended is in no current list; a history tells of it.
  const wanted = history
    ? eq(resourceVersions.id, resources.id)
    : and(eq(versionId, resources.versionId), eq(resources.deleted, false));
  let after: { id: string; versionId: number } | null = null;
  for (;;) {
    const beyond: SQL | undefined = after
      ? or(gt(id, after.id), and(eq(id, after.id), gt(versionId, after.versionId)))
      : undefined;
    const rows: Row[] = await reader
      .select({ ...words, patientId: resources.patientId, recordedAt: resourceVersions.recordedAt })
      .from(resourceVersions)
      .innerJoin(resources, and(eq(resources.type, resourceVersions.type), eq(resources.id, id)))
      .where(and(eq(resourceVersions.type, type), wanted, inScope, beyond))
      .orderBy(asc(id), asc(versionId))
      .limit(atOnce);
    if (rows.length === 0) return;
    const { value: readable, damaged } = await noticing(async () => sound(rows));
    yield { type, lines: readable.map((row) => (history ? withVersion(row) : row.json)), damaged };
    after = rows.at(-1)!;
    await setImmediate();
    if (rows.length < atOnce) return;
  }
}

/** Only a history says which version this is: otherwise what is exported is, to the letter, what is on record. */
function withVersion({ json, versionId, recordedAt }: Row): string {
  const resource = parseJson(json) as Record<string, unknown>;
  const meta = (resource.meta ?? {}) as Record<string, unknown>;
  return writeJson({ ...resource, meta: { ...meta, versionId: String(versionId), lastUpdated: recordedAt } });
}

/** As they stand in JSON text that this service wrote: within a string, quotation marks would be escaped. */
const reference = /"reference":"([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})"/g;

function noteReferences(json: string, into: Map<string, Set<string>>): void {
  for (const [, type, id] of json.matchAll(reference) as IterableIterator<[string, string, string]>) {
    const ids = into.get(type) ?? new Set();
    ids.add(id);
    into.set(type, ids);
  }
}

/** A practitioner of an organisation at a location: deeper than this nobody needs to go. */
const deepest = 4;

/** What a patient's record refers to and nobody's chart holds: practitioners, organisations, places, medicines. */
async function* referredTo(
  reader: Reader,
  scope: ExportScope,
  wanted: Map<string, Set<string>>,
): AsyncGenerator<ExportPart> {
  const given = new Set<string>();
  let looking = wanted;
  const found = new Map<string, ExportPart>();
  for (let depth = 0; depth < deepest && looking.size > 0; depth++) {
    const next = new Map<string, Set<string>>();
    for (const [type, ids] of looking) {
      const fresh = [...ids].filter((id) => !given.has(`${type}/${id}`));
      for (let from = 0; from < fresh.length; from += atOnce) {
        const part = fresh.slice(from, from + atOnce);
        for (const id of part) given.add(`${type}/${id}`);
        const isWanted = and(
          inArray(resources.id, part),
          isNull(resources.patientId),
          scope.siteId === undefined ? undefined : eq(resources.siteId, scope.siteId),
        );
        for await (const part of partsOf(reader, scope, type, isWanted)) {
          const before = found.get(type);
          if (before) {
            before.lines.push(...part.lines);
            before.damaged.push(...part.damaged);
          } else found.set(type, part);
          for (const line of part.lines) noteReferences(line, next);
        }
      }
    }
    looking = next;
  }
  yield* found.values();
}
