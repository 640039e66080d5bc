import { createHash } from 'node:crypto';
import { and, eq, inArray, type SQL } from 'drizzle-orm';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow, type AuditActor } from '../audit/trail.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { countOutcomes, stage, type Outcome } from '../records/stage.ts';
import { resourceIdentifiers, resources as resourceRows } from '../records/tables.ts';
import { announceImport } from './announce.ts';
import { asSurvivors } from '../records/replaced.ts';
import type { Bundle } from './bundle.ts';
import { followMerges } from './followMerges.ts';
import { guardConditions, matchConditions } from './importConditions.ts';
import type { ImportDeps, ImportProblem } from './importReport.ts';
import { conditional, place, settle, wantedOf, type Known, type Unresolved, type Wanted } from './links.ts';

export interface ImportTarget {
  siteId: string;
  source: string;
  actor: AuditActor;
  /** What is committed with it or not at all: how far an import has come. */
  also?: (imported: ImportedBundle) => Statement[];
}

export interface ImportedBundle {
  outcomes: Outcome[];
  /** The same, by the index of the entry it is about. */
  byEntry: ReadonlyMap<number, Outcome>;
  unresolved: Unresolved[];
  /** How many resources went to the record into which their patient's was merged. */
  followed: number;
}

/** How often a bundle is staged again because somebody changed one of its resources meanwhile. */
const tries = 5;

/** Puts a whole bundle on record in one transaction, with its audit row and its announcement; or nothing of it. */
export async function importBundle(
  deps: ImportDeps,
  bundle: Bundle,
  { siteId, source, actor, also }: ImportTarget,
  progress: (stage: 'checking' | 'writing', done: number, entries: number) => void = () => {},
): Promise<Result<ImportedBundle, ImportProblem[]>> {
  const { reader, writer } = deps;
  for (let attempt = 0; attempt < tries; attempt++) {
    const at = deps.now();
    progress('checking', 0, bundle.entries.length);
    const matched = await matchConditions(reader, bundle, siteId);
    if (!matched.ok) return matched;
    const placed = place(bundle, source, new Map([...matched.value].map(([index, { id }]) => [index, id])));
    if (!placed.ok) return placed;
    const known = await readKnown(reader, wantedOf(placed.value, source));
    const settled = settle(placed.value, known, source);
    const { resources, merged, followed } = await followMerges(reader, settled.resources);
    const recording = { siteId, source, recordedBy: actor.userId ?? 'import', at };
    const staged = await stage(reader, resources, recording);
    if (!staged.ok) return no(placesOf(staged.error.keptElsewhere, placed.value.entries));
    const { statements } = staged.value;
    const outcomes = [...matched.value.values(), ...merged, ...staged.value.outcomes];
    const byName = new Map(outcomes.map((each) => [`${each.type}/${each.id}`, each]));
    const imported: ImportedBundle = {
      outcomes,
      byEntry: new Map([...placed.value.targets].map(([index, target]) => [index, byName.get(target)!])),
      unresolved: settled.unresolved,
      followed,
    };
    const counts = { ...countOutcomes(outcomes), ...(followed > 0 && { followed }) };
    const announcement = await announceImport(reader, staged.value.outcomes, resources, {
      at,
      source,
      siteId,
    });
    progress('writing', 0, bundle.entries.length);
    const committed = await writer.commit({
      statements: [
        ...statements,
        ...guardConditions(bundle, placed.value.targets, siteId),
        ...announcement,
        ...(also?.(imported) ?? []),
      ],
      chained: [
        auditRow({
          action: 'bundle:imported',
          outcome: 'success',
          actor,
          at,
          entity: nameOf(outcomes),
          detail: counts,
        }),
      ],
    });
    if (committed.ok) return ok(imported);
  }
  return no([{ place: '', message: 'Others keep changing the same resources. Try again.' }]);
}

/** Tells one bundle from another in the audit trail without naming a person. */
const nameOf = (outcomes: Outcome[]): string => {
  const ids = outcomes.map(({ type, id }) => `${type}/${id}`).join('\n');
  return `Bundle/${createHash('sha256').update(ids).digest('hex').slice(0, 32)}`;
};

function placesOf(
  keptElsewhere: { type: string; id: string }[],
  entries: { entry: { index: number; type: string }; id: string }[],
): ImportProblem[] {
  const indexes = new Map(entries.map(({ entry, id }) => [`${entry.type}/${id}`, entry.index]));
  return keptElsewhere.map(({ type, id }) => {
    const index = indexes.get(`${type}/${id}`);
    return {
      place: index === undefined ? `${type}/${id}` : `/entry/${index}`,
      message: 'Another site keeps this record.',
    };
  });
}

/** Ids asked about in one query. */
const atOnce = 500;

/** Of one identifier: records that were merged keep theirs. */
const mostMatches = 20;

async function readKnown(reader: Reader, wanted: Wanted): Promise<Known> {
  const byIdentifier = new Map<string, string>();
  for (const { type, system, value } of wanted.identifiers) {
    const rows = await reader
      .select({ id: resourceIdentifiers.id })
      .from(resourceIdentifiers)
      .where(
        and(
          eq(resourceIdentifiers.type, type),
          eq(resourceIdentifiers.system, system),
          eq(resourceIdentifiers.value, value),
        ),
      )
      .limit(mostMatches);
    const ids = rows.length === mostMatches ? [] : rows.map(({ id }) => id);
    const [only, ...others] = await asSurvivors(reader, type, ids);
    // Two matches answer nothing: a wrong link is worse than none.
    if (only !== undefined && others.length === 0)
      byIdentifier.set(conditional(type, system, value), `${type}/${only}`);
  }
  const found = new Set<string>();
  const seek = async (ids: string[], where: (part: string[]) => SQL | undefined): Promise<void> => {
    for (let from = 0; from < ids.length; from += atOnce) {
      const rows = await reader
        .select({ type: resourceRows.type, id: resourceRows.id })
        .from(resourceRows)
        .where(where(ids.slice(from, from + atOnce)));
      for (const { type, id } of rows) found.add(`${type}/${id}`);
    }
  };
  const targetTypes = new Set(wanted.targets.map(({ type }) => type));
  for (const type of targetTypes) {
    const ids = wanted.targets.filter((target) => target.type === type).map(({ id }) => id);
    await seek(ids, (part) => and(eq(resourceRows.type, type), inArray(resourceRows.id, part)));
  }
  const targets = new Set(found);
  found.clear();
  await seek(wanted.uuids, (part) => inArray(resourceRows.id, part));
  const byUuid = new Map<string, string>();
  for (const uuid of wanted.uuids) {
    const matches = [...found].filter((target) => target.endsWith(`/${uuid}`));
    if (matches.length === 1) byUuid.set(`urn:uuid:${uuid}`, matches[0]!);
  }
  return { byIdentifier, byUuid, targets };
}
