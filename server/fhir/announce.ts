import { and, inArray } from 'drizzle-orm';
import { presentStatuses } from '../../shared/encounters/status.ts';
import { lists } from '../../shared/lists/lists.ts';
import { listNames, type ListName } from '../../shared/lists/names.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { project, type Projection } from '../records/project.ts';
import type { Outcome } from '../records/recording.ts';
import { encounters } from '../records/tables.ts';
import { chunks } from '../records/write.ts';

/** A resource as it was, and as it shall be; null for nothing. */
export interface Written {
  before: Resource | null;
  after: Resource | null;
}

interface Seen extends Projection {
  resource: Resource;
}

interface Place {
  id: string;
  patientId: string;
  wardId: string | null;
  isPresent: boolean;
}

const both = ({ before, after }: Written): Seen[] =>
  [before, after].flatMap((resource) => (resource ? [{ resource, ...project(resource) }] : []));

/** Empty for what had ended and still has. */
const nameOf = ({ before, after }: Written): string => {
  const resource = after ?? before;
  return resource ? `${resource.resourceType}/${resource.id}` : '';
};

/** The lists of a chart on which a resource stands. */
const listsOf = (resource: Resource): ListName[] =>
  listNames.filter(
    (name) => lists[name].resourceType === resource.resourceType && lists[name].belongs(resource),
  );

/** These tell what became of others, which are announced by themselves. */
const silent = new Set(['Provenance', 'AuditEvent']);

/**
 * What the screens are told when these have been written, as the service's own acts tell it. Where patients lie is
 * looked up before; what has become of each resource is known only when it has been staged.
 */
export async function announcer(
  reader: Reader,
  at: Date,
  written: Written[],
): Promise<(outcomes: Outcome[]) => Statement[]> {
  const seen = written.flatMap(both);
  const places = await placesOf(reader, {
    patientIds: seen.flatMap(({ patientId }) => patientId ?? []),
    encounterIds: seen.flatMap(({ encounterId }) => encounterId ?? []),
  });
  return (outcomes) => {
    const changed = new Set(
      outcomes.filter(({ outcome }) => outcome !== 'unchanged').map(({ type, id }) => `${type}/${id}`),
    );
    const now = written.filter((each) => changed.has(nameOf(each))).flatMap(both);
    return [
      ...charts(reader, at, now, places),
      ...observed(reader, at, now, places),
      ...moved(reader, at, now, places),
      ...known(reader, at, now, places),
    ];
  };
}

/** Entries of lists, and whatever else a chart shows and no other event tells of. */
function charts(reader: Reader, at: Date, seen: Seen[], places: Place[]): Statement[] {
  const changed = new Map<string, Set<ListName>>();
  for (const { resource, patientId, encounterId } of seen) {
    const { resourceType: type } = resource;
    if (patientId === null || type === 'Patient' || type === 'Encounter' || silent.has(type)) continue;
    const names = listsOf(resource);
    if (type === 'Observation' && names.length === 0 && encounterId !== null) continue;
    changed.set(patientId, new Set([...(changed.get(patientId) ?? []), ...names]));
  }
  return [...changed].map(([patientId, names]) => {
    const here = places.filter((place) => place.patientId === patientId && place.isPresent);
    return outboxRow(reader, at, 'chart:changed', {
      patientId,
      lists: [...names],
      wardId: here.find(({ wardId }) => wardId !== null)?.wardId ?? null,
      encounterIds: here.map(({ id }) => id),
    });
  });
}

function observed(reader: Reader, at: Date, seen: Seen[], places: Place[]): Statement[] {
  const observations = seen.filter(({ resource }) => resource.resourceType === 'Observation');
  const ids = new Set(observations.map(({ encounterId }) => encounterId));
  return places
    .filter(({ id }) => ids.has(id))
    .map(({ id, wardId }) => outboxRow(reader, at, 'observations:recorded', { encounterId: id, wardId }));
}

function moved(reader: Reader, at: Date, seen: Seen[], places: Place[]): Statement[] {
  const stays = seen.filter(({ encounter }) => encounter !== null);
  if (stays.length === 0) return [];
  const encounterIds = new Set(stays.map(({ resource: { id } }) => id));
  const wardIds = [
    ...places.filter(({ id }) => encounterIds.has(id)).map(({ wardId }) => wardId),
    ...stays.map(({ encounter }) => encounter!.wardId),
  ];
  return [
    outboxRow(reader, at, 'encounter:moved', { encounterIds: [...encounterIds], wardIds: distinct(wardIds) }),
  ];
}

function known(reader: Reader, at: Date, seen: Seen[], places: Place[]): Statement[] {
  const people = seen.filter(({ resource }) => resource.resourceType === 'Patient');
  if (people.length === 0) return [];
  const patientIds = new Set(people.map(({ resource: { id } }) => id));
  const here = places.filter(({ patientId, isPresent }) => isPresent && patientIds.has(patientId));
  return [
    outboxRow(reader, at, 'patient:changed', {
      patientIds: [...patientIds],
      encounterIds: here.map(({ id }) => id),
      wardIds: distinct(here.map(({ wardId }) => wardId)),
    }),
  ];
}

/** One event for all that an import has brought: whose charts show more now, and which boards show them. */
export async function announceImport(
  reader: Reader,
  outcomes: Outcome[],
  resources: Resource[],
  { at, source, siteId }: { at: Date; source: string; siteId: string },
): Promise<Statement[]> {
  const changed = new Set(
    outcomes.filter(({ outcome }) => outcome !== 'unchanged').map(({ type, id }) => `${type}/${id}`),
  );
  if (changed.size === 0) return [];
  const seen = resources
    .filter(({ resourceType, id }) => changed.has(`${resourceType}/${id}`))
    .map((resource) => project(resource));
  const patientIds = [...new Set(seen.flatMap(({ patientId }) => patientId ?? []))];
  const stays = seen.flatMap(({ encounter, encounterId }) =>
    encounter ? [{ id: encounterId!, ...encounter }] : [],
  );
  const before = await placesOf(reader, { patientIds, encounterIds: stays.map(({ id }) => id) });
  const here = before.filter(({ isPresent }) => isPresent);
  const coming = stays.filter(({ status }) => presentStatuses.includes(status));
  return [
    outboxRow(reader, at, 'records:imported', {
      source,
      siteId,
      patientIds,
      encounterIds: [...new Set([...here, ...coming].map(({ id }) => id))],
      wardIds: distinct([...here, ...coming].map(({ wardId }) => wardId)),
    }),
  ];
}

const distinct = (wardIds: (string | null)[]): string[] => [...new Set(wardIds.flatMap((id) => id ?? []))];

/** Encounters as they are now: those named, and where some patients are present. */
async function placesOf(
  reader: Reader,
  { patientIds, encounterIds }: { patientIds: string[]; encounterIds: string[] },
): Promise<Place[]> {
  const { id, patientId, wardId, status } = encounters;
  const found = new Map<string, Place>();
  const asked = [
    ...chunks([...new Set(patientIds)]).map((part) =>
      and(inArray(patientId, part), inArray(status, presentStatuses)),
    ),
    ...chunks([...new Set(encounterIds)]).map((part) => inArray(id, part)),
  ];
  for (const condition of asked) {
    const rows = await reader.select({ id, patientId, wardId, status }).from(encounters).where(condition);
    for (const { status: now, ...row } of rows)
      found.set(row.id, { ...row, isPresent: presentStatuses.includes(now) });
  }
  return [...found.values()];
}
