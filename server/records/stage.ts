import { createHash } from 'node:crypto';
import { and, eq, inArray, ne } from 'drizzle-orm';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { canonicalJson } from '../../shared/signing/content.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { findSite } from '../sites/queries.ts';
import { guardFiledTo } from './filing.ts';
import { writeJson } from './json.ts';
import { project } from './project.ts';
import { provenancesOf } from './provenance.ts';
import type { NotStaged, Outcome, Recording, StageOptions, Target } from './recording.ts';
import { isCurrentVersion } from './recordStore.ts';
import { guardNotMerged } from './replaced.ts';
import { staysTypes } from './subject.ts';
import { patients, resources, resourceVersions } from './tables.ts';
import { chunks, idsByType, writeChanges, type Change } from './write.ts';

export type { Outcome } from './recording.ts';

/** What has to be committed for some resources to be on record, and what that will have changed. */
export interface Staged {
  statements: Statement[];
  /** One for each resource, in the order in which they came; then one for each that was to be removed. */
  outcomes: Outcome[];
  /** Whose records this adds to. */
  about: string[];
}

export const countOutcomes = (
  outcomes: Outcome[],
): Record<Exclude<Outcome['outcome'], 'deleted'>, number> => {
  const counts = { created: 0, updated: 0, unchanged: 0, deleted: 0 };
  for (const { outcome } of outcomes) counts[outcome]++;
  const { deleted: _deleted, ...others } = counts;
  return others;
};

/**
 * The statements that put resources on record: a new version of each that is not already there as it stands, and a
 * Provenance for what is new. The commit answers `stale` when somebody changed one of them meanwhile; the caller then
 * stages again. A resource must not stand twice among `incoming` and `remove`.
 */
export async function stage(
  reader: Reader,
  incoming: Resource[],
  recording: Recording,
  { expect = new Map(), remove = [], provenance = 'written', filed = [] }: StageOptions = {},
): Promise<Result<Staged, NotStaged>> {
  const targets = incoming.map(({ resourceType, id }) => ({ type: resourceType, id }));
  const heads = await readHeads(reader, [...targets, ...remove]);
  const changed = changedSince(expect, await withHeadsOf(reader, heads, expect));
  if (changed.length > 0) return no({ keptElsewhere: [], changed });
  const { outcomes, changes } = compare(incoming, heads);
  const ends = compareEnds(remove, heads);
  const all = [...changes, ...ends.changes];
  const elsewhere = await keptElsewhere(reader, all, heads, recording.siteId);
  if (elsewhere.length > 0) return no({ keptElsewhere: elsewhere, changed: [] });
  const own = [...outcomes, ...ends.outcomes];
  if (provenance === 'written') all.push(...provenanceChanges(own, all, recording));
  const zone = recording.zone ?? (await findSite(reader, recording.siteId))?.timeZone ?? null;
  const statements = writeChanges(reader, all, { ...recording, zone });
  const about = patientsOf(all);
  return ok({
    statements: [
      ...statements,
      ...(about.length > 0 ? [guardNotMerged(about)] : []),
      ...filed.map(guardFiledTo),
    ],
    outcomes: own,
    about,
  });
}

/** Whose records these changes add to. */
const patientsOf = (changes: Change[]): string[] => [
  ...new Set(
    changes.flatMap(({ type, current }) =>
      staysTypes.includes(type) ? [] : (current?.projection.patientId ?? []),
    ),
  ),
];

/** What of the incoming is new, compared with what is on record. */
function compare(incoming: Resource[], heads: Map<string, Head>): { outcomes: Outcome[]; changes: Change[] } {
  const outcomes: Outcome[] = [];
  const changes: Change[] = [];
  for (const resource of incoming) {
    const target = { type: resource.resourceType, id: resource.id };
    const head = heads.get(nameOf(target));
    const contentHash = hashOf(resource);
    if (head && !head.deleted && head.contentHash === contentHash) {
      outcomes.push({ ...target, versionId: head.versionId, outcome: 'unchanged' });
      continue;
    }
    const versionId = (head?.versionId ?? 0) + 1;
    outcomes.push({ ...target, versionId, outcome: head && !head.deleted ? 'updated' : 'created' });
    changes.push(changeOf(resource, versionId, contentHash));
  }
  return { outcomes, changes };
}

const hashOf = (resource: Resource): string =>
  createHash('sha256').update(canonicalJson(resource)).digest('hex');

const changeOf = (resource: Resource, versionId: number, contentHash = hashOf(resource)): Change => ({
  type: resource.resourceType,
  id: resource.id,
  versionId,
  contentHash,
  json: writeJson(resource),
  current: { resource, projection: project(resource) },
});

/** What is to end: it keeps the words it had, and loses its place in every list. */
function compareEnds(
  remove: readonly Target[],
  heads: Map<string, Head>,
): { outcomes: Outcome[]; changes: Change[] } {
  const outcomes: Outcome[] = [];
  const changes: Change[] = [];
  for (const target of remove) {
    const head = heads.get(nameOf(target));
    if (!head || head.deleted) {
      outcomes.push({ ...target, versionId: head?.versionId ?? 0, outcome: 'unchanged' });
      continue;
    }
    const versionId = head.versionId + 1;
    outcomes.push({ ...target, versionId, outcome: 'deleted' });
    changes.push({ ...target, versionId, contentHash: head.contentHash, json: null, current: null });
  }
  return { outcomes, changes };
}

function provenanceChanges(outcomes: Outcome[], changes: Change[], recording: Recording): Change[] {
  const patientIds = new Set(changes.flatMap(({ current }) => current?.projection.patientId ?? []));
  // It belongs to a patient only when it is about nobody else: it names the records of all.
  const patientId = patientIds.size === 1 ? [...patientIds][0]! : null;
  return provenancesOf(outcomes, recording).map((resource) => {
    const change = changeOf(resource, 1);
    return { ...change, current: { resource, projection: { ...project(resource), patientId } } };
  });
}

const changedSince = (
  expect: ReadonlyMap<string, number>,
  heads: Map<string, Head>,
): (Target & { versionId: number })[] =>
  [...expect].flatMap(([name, expected]) => {
    const head = heads.get(name);
    const versionId = head && !head.deleted ? head.versionId : 0;
    return versionId === expected ? [] : [{ ...targetOf(name), versionId }];
  });

const nameOf = ({ type, id }: Target): string => `${type}/${id}`;

function targetOf(name: string): Target {
  const [type = '', id = ''] = name.split('/');
  return { type, id };
}

/** What is expected of others than those that change is asked too. */
async function withHeadsOf(
  reader: Reader,
  heads: Map<string, Head>,
  expect: ReadonlyMap<string, number>,
): Promise<Map<string, Head>> {
  const others = [...expect.keys()].filter((name) => !heads.has(name)).map(targetOf);
  return others.length === 0 ? heads : new Map([...heads, ...(await readHeads(reader, others))]);
}

async function keptElsewhere(
  reader: Reader,
  changes: Change[],
  heads: Map<string, Head>,
  siteId: string,
): Promise<Target[]> {
  const elsewhere = changes
    .filter((change) => (heads.get(nameOf(change))?.siteId ?? siteId) !== siteId)
    .map(({ type, id }) => ({ type, id }));
  return elsewhere.length > 0 ? elsewhere : patientsElsewhere(reader, changes, siteId);
}

/** A site adds to the record of its own patients only; others' are met through a consult. */
async function patientsElsewhere(reader: Reader, changes: Change[], siteId: string): Promise<Target[]> {
  const ids = [...new Set(changes.flatMap(({ current }) => current?.projection.patientId ?? []))];
  const found: Target[] = [];
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
  deleted: boolean;
}

/** What is on record now of these resources, by `Type/id`. */
async function readHeads(reader: Reader, targets: Target[]): Promise<Map<string, Head>> {
  const heads = new Map<string, Head>();
  for (const [type, ids] of idsByType(targets)) {
    for (const part of chunks(ids)) {
      const rows = await reader
        .select({
          id: resources.id,
          versionId: resources.versionId,
          siteId: resources.siteId,
          deleted: resources.deleted,
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
