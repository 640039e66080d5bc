import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Reader } from '../../db/reader.ts';
import { sound, words } from '../../records/damage.ts';
import { isCurrentVersion } from '../../records/recordStore.ts';
import { resources, resourceVersions } from '../../records/tables.ts';
import type { Include, SearchRequest } from './request.ts';

export interface Target {
  type: string;
  id: string;
}

/** A current resource as an answer shows it. */
export interface Shown extends Target {
  versionId: number;
  recordedAt: string;
  json: string;
  patientId: string | null;
}

/** Resources included beside one page; a search that would bring more says that it did not. */
const includedAtMost = 1_000;
/** How often what was included is itself looked at. */
const roundsAtMost = 4;

export interface Included {
  targets: Target[];
  /** Whether there was more than an answer holds. */
  cut: boolean;
}

/** What the matches of a page point to, and what points to them, as far as it was asked for. */
export async function findIncluded(
  reader: Reader,
  siteId: string,
  matches: Target[],
  { includes, revIncludes }: Pick<SearchRequest, 'includes' | 'revIncludes'>,
): Promise<Included> {
  const seen = new Set(matches.map(nameOf));
  const targets: Target[] = [];
  let latest = matches;
  for (let round = 0; round < roundsAtMost && latest.length > 0; round++) {
    const asked = <T extends Include>(all: T[]): T[] => all.filter(({ iterate }) => round === 0 || iterate);
    const found = [
      ...(await Promise.all(asked(includes).map((each) => pointedTo(reader, siteId, latest, each)))),
      ...(await Promise.all(asked(revIncludes).map((each) => pointingTo(reader, siteId, latest, each)))),
    ].flat();
    latest = found.filter((target) => !seen.has(nameOf(target)) && seen.add(nameOf(target)));
    targets.push(...latest);
    if (targets.length >= includedAtMost) return { targets: targets.slice(0, includedAtMost), cut: true };
  }
  return { targets, cut: false };
}

const nameOf = ({ type, id }: Target): string => `${type}/${id}`;

const idsOf = (targets: Target[], type: string): string[] =>
  targets.filter((target) => target.type === type).map(({ id }) => id);

const listed = (ids: string[]): SQL => sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;

const numbers = (include: Include, targetType: string | null): SQL[] =>
  include.parameters.flatMap(({ branches }) =>
    branches.map((branch) => {
      const only = branch.targetType ?? targetType;
      return only === null ? sql`x.p = ${branch.p}` : sql`(x.p = ${branch.p} AND x.target_type = ${only})`;
    }),
  );

async function pointedTo(
  reader: Reader,
  siteId: string,
  from: Target[],
  include: Include,
): Promise<Target[]> {
  const ids = idsOf(from, include.from);
  if (ids.length === 0) return [];
  const rows = await reader.values<[string, string]>(
    sql`SELECT DISTINCT r.type, r.id FROM search_references x
      JOIN resources r ON r.type = x.target_type AND r.id = x.target_id AND r.site_id = ${siteId} AND r.deleted = 0
      WHERE x.id IN ${listed(ids)} AND (${sql.join(numbers(include, include.to), sql` OR `)})
      LIMIT ${includedAtMost}`,
  );
  return rows.map((row) => ({ type: String(row[0]), id: String(row[1]) }));
}

/** Asked of each type among the targets, since a reference names its target's type. */
async function pointingTo(reader: Reader, siteId: string, to: Target[], include: Include): Promise<Target[]> {
  const found: Target[] = [];
  for (const type of new Set(to.map((target) => target.type))) {
    if (include.to !== null && include.to !== type) continue;
    const branches = include.parameters.flatMap((parameter) => parameter.branches);
    for (const { p, targetType } of branches) {
      if (targetType !== undefined && targetType !== type) continue;
      const rows = await reader.values<[string]>(
        sql`SELECT DISTINCT r.id FROM search_references x
          JOIN resources r ON r.type = ${include.from} AND r.id = x.id AND r.site_id = ${siteId} AND r.deleted = 0
          WHERE x.p = ${p} AND x.target_id IN ${listed(idsOf(to, type))} AND x.target_type = ${type}
          LIMIT ${includedAtMost}`,
      );
      found.push(...rows.map((row) => ({ type: include.from, id: String(row[0]) })));
    }
  }
  return found;
}

/** Current resources that are as they were stored, in the order in which they are named. */
export async function readShown(reader: Reader, targets: Target[]): Promise<Shown[]> {
  const byName = new Map<string, Shown>();
  for (const type of new Set(targets.map((target) => target.type))) {
    const rows = await reader
      .select({
        ...words,
        recordedAt: resourceVersions.recordedAt,
        patientId: resources.patientId,
      })
      .from(resources)
      .innerJoin(resourceVersions, isCurrentVersion)
      .where(
        and(
          eq(resources.type, type),
          inArray(resources.id, idsOf(targets, type)),
          eq(resources.deleted, false),
        ),
      );
    for (const row of sound(rows)) byName.set(nameOf(row), row);
  }
  return targets.flatMap((target) => byName.get(nameOf(target)) ?? []);
}
