import { and, desc, eq, inArray, or } from 'drizzle-orm';
import type { Recorded } from '../../shared/lists/interpret.ts';
import { toState } from '../../shared/lists/interpret.ts';
import { lists } from '../../shared/lists/lists.ts';
import { listNames, type ListName } from '../../shared/lists/names.ts';
import type { ListState, ListsAnswer, RecordedBy } from '../../shared/lists/wire.ts';
import { listAt, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import { intact, sound, words } from '../records/damage.ts';
import { parseJson } from '../records/json.ts';
import { isCurrentVersion } from '../records/recordStore.ts';
import { resources, resourceVersions } from '../records/tables.ts';

const columns = {
  ...words,
  occurredAt: resourceVersions.occurredAt,
  at: resourceVersions.recordedAt,
  by: users.name,
  reason: resourceVersions.reason,
  deleted: resourceVersions.deleted,
  source: resources.source,
  siteId: resources.siteId,
};
type Row = {
  [K in keyof typeof columns]: K extends 'versionId' ? number : K extends 'deleted' ? boolean : string | null;
} & {
  [K in 'type' | 'id' | 'contentHash' | 'json' | 'at']: string;
};

const recordedOf = ({ at, by, source, siteId, reason }: Row): RecordedBy => ({
  at,
  by,
  source: source === siteId ? null : source,
  reason,
});

const toRecorded = (row: Row): Recorded => ({
  resource: parseJson(row.json) as Resource,
  version: row.versionId,
  occurredAt: row.occurredAt,
  recorded: recordedOf(row),
});

const wanted = (names: readonly ListName[]) => {
  const kinds = names.map((name) => lists[name]);
  const whole = kinds.filter(({ codes }) => codes === undefined).map(({ resourceType }) => resourceType);
  return or(
    inArray(resources.type, whole),
    ...kinds.flatMap(({ codes, resourceType }) =>
      codes ? [and(eq(resources.type, resourceType), inArray(resources.code, [...codes]))] : [],
    ),
  );
};

/** The resources of some lists of a patient, as they stand. */
export async function readEntries(
  reader: Reader,
  patientId: string,
  names: readonly ListName[],
): Promise<Recorded[]> {
  const rows = await reader
    .select(columns)
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .leftJoin(users, eq(users.id, resourceVersions.recordedBy))
    .where(and(eq(resources.patientId, patientId), eq(resources.deleted, false), wanted(names)));
  return sound(rows).map(toRecorded);
}

/** Every list of a patient, as it stands. */
export async function readLists(reader: Reader, patientId: string): Promise<ListsAnswer> {
  const all = await readEntries(reader, patientId, listNames);
  const reviews = await readReviews(reader, patientId);
  const states = listNames.map((name): [ListName, ListState] => [
    name,
    toState(name, all, reviews.get(name)?.reviewed ?? null),
  ]);
  return { lists: Object.fromEntries(states) as Record<ListName, ListState> };
}

/** One resource of a patient's list, also one that says that there is none; null for what belongs elsewhere. */
export async function readEntry(
  reader: Reader,
  patientId: string,
  list: ListName,
  id: string,
): Promise<Recorded | null> {
  const { resourceType, belongs } = lists[list];
  const [row] = await reader
    .select(columns)
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .leftJoin(users, eq(users.id, resourceVersions.recordedBy))
    .where(
      and(
        eq(resources.type, resourceType),
        eq(resources.id, id),
        eq(resources.patientId, patientId),
        eq(resources.deleted, false),
      ),
    );
  const found = row ? toRecorded(intact(row)) : null;
  return found && belongs(found.resource) ? found : null;
}

/** Its versions, newest first. */
export async function readVersions(
  reader: Reader,
  resourceType: string,
  id: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<Recorded[]> {
  const rows = await reader
    .select({ ...columns, source: resourceVersions.source, siteId: resourceVersions.siteId })
    .from(resourceVersions)
    .leftJoin(users, eq(users.id, resourceVersions.recordedBy))
    .where(and(eq(resourceVersions.type, resourceType), eq(resourceVersions.id, id)))
    .orderBy(desc(resourceVersions.versionId))
    .limit(limit)
    .offset(offset);
  return sound(rows).map(toRecorded);
}

/** `identifier` of the List resource that keeps the reviews of one of a patient's lists. */
export const reviewSystem = 'https://cochart.dev/fhir/list-review';

interface Review {
  resource: Resource;
  version: number;
  reviewed: { at: string; by: string | null };
}

export async function readReviews(reader: Reader, patientId: string): Promise<Map<string, Review>> {
  const rows = await reader
    .select(columns)
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .leftJoin(users, eq(users.id, resourceVersions.recordedBy))
    .where(and(eq(resources.patientId, patientId), eq(resources.type, 'List'), eq(resources.deleted, false)));
  return new Map(
    sound(rows).flatMap((row): [string, Review][] => {
      const resource = parseJson(row.json) as Resource;
      const ours = listAt(resource, 'identifier').find((each) => textAt(each, 'system') === reviewSystem);
      const list = textAt(ours, 'value');
      if (list === null) return [];
      const by = row.by ?? textAt(valueAt(resource, 'source'), 'display');
      return [[list, { resource, version: row.versionId, reviewed: { at: row.at, by } }]];
    }),
  );
}
