import { listAt, referencedId, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { intact } from '../records/damage.ts';
import { parseJson } from '../records/json.ts';
import { readResource, readVersion } from '../records/recordStore.ts';
import { currentOf, seenVersions, withSubject, type Current } from '../records/subject.ts';
import { giveUsers, usersOf } from './accounts.ts';
import { mergeId, survivorOf, usersMoved } from './merge.ts';
import { placesOf } from './places.ts';
import { readPatient } from './record.ts';

export interface UnmergeRequest {
  /** The record that was given up. */
  loserId: string;
  reason: string;
  version: number;
}

interface Moved {
  type: string;
  id: string;
  /** Which the merge made. */
  versionId: number;
}

/**
 * Takes a merge back: what it moved, and nothing else, returns to where it was. Who was changed since keeps that change;
 * what was recorded since stays with the record that it was recorded in.
 */
export async function unmergePatients(
  deps: Deps,
  who: SignedIn,
  { loserId, reason, version }: UnmergeRequest,
  remember: Remember,
): Promise<Result<{ id: string; restored: number }, Refusal>> {
  const { reader } = deps;
  const { siteId } = who.user;
  const loser = await readPatient(reader, loserId, siteId);
  if (!loser) return no(refuse('not-found'));
  const survivorId = survivorOf(loser.resource);
  if (survivorId === null) return no(refuse('conflict', 'This record is not merged.'));
  if (loser.stored.versionId !== version)
    return no({ ...refuse('conflict'), more: { version: loser.stored.versionId } });
  const survivor = await readPatient(reader, survivorId, siteId);
  if (!survivor || survivorOf(survivor.resource) !== null)
    return no(
      refuse('conflict', 'The record that it was merged into was merged itself: take that back first.'),
    );
  const provenance = await readResource(reader, 'Provenance', mergeId({ id: loserId, version }));
  if (!provenance)
    return no(refuse('unprocessable', 'This merge was not made here and cannot be taken back here.'));

  const merging = parseJson(provenance.json) as Resource;
  const moved = movedBy(merging);
  // An account that was given another record since keeps it.
  const theirs = new Set(await usersOf(reader, survivorId));
  const userIds = usersMoved(merging).filter((id) => theirs.has(id));
  const current = await allOf(reader, moved);
  const restored: Resource[] = [];
  for (const { type, id, versionId } of moved) {
    const now = current.get(`${type}/${id}`);
    if (!now) continue;
    restored.push(await asBefore(reader, now, versionId, { survivorId, loserId }));
  }
  const at = deps.now();
  const places = await placesOf(reader, [loserId, survivorId]);
  const answer = {
    id: loserId,
    restored: restored.filter(({ resourceType }) => resourceType !== 'Patient').length,
  };
  const acted = await recordAct(
    deps,
    { ...recordedBy(who.user, at), reason, activity: 'patient-unmerged' },
    restored,
    {
      expect: seenVersions([...current.values()]),
      statements: () => [
        ...giveUsers(reader, userIds, { from: survivorId, to: loserId }),
        outboxRow(reader, at, 'patient:changed', { patientIds: [loserId, survivorId], ...places }),
        ...remember(200, answer),
      ],
      audit: () =>
        [loserId, survivorId].map((patientId) => ({
          action: 'patient:unmerged',
          outcome: 'success' as const,
          actor: actorOf(who),
          at,
          patientId,
          entity: `Provenance/${provenance.id}`,
          detail: { restored: answer.restored, users: userIds.length, from: survivorId, to: loserId },
        })),
    },
  );
  return acted.ok ? ok(answer) : no(refusalOf(acted.error));
}

const movedBy = (provenance: Resource): Moved[] =>
  listAt(provenance, 'target').flatMap((target) => {
    const [type, id, , versionId] = (textAt(target, 'reference') ?? '').split('/');
    return type && id && versionId ? [{ type, id, versionId: Number(versionId) }] : [];
  });

async function allOf(reader: Reader, moved: Moved[]): Promise<Map<string, Current>> {
  const found = new Map<string, Current>();
  const types = new Set(moved.map(({ type }) => type));
  const atOnce = 500;
  for (const type of types) {
    const ids = moved.filter((each) => each.type === type).map(({ id }) => id);
    for (let from = 0; from < ids.length; from += atOnce)
      for (const each of await currentOf(reader, type, ids.slice(from, from + atOnce)))
        found.set(`${type}/${each.resource.id}`, each);
  }
  return found;
}

/** As it stood before the merge; or, where somebody has changed it since, as it stands, about whom it was about. */
async function asBefore(
  reader: Reader,
  { resource, versionId }: Current,
  mergedVersion: number,
  { survivorId, loserId }: { survivorId: string; loserId: string },
): Promise<Resource> {
  const { resourceType: type, id } = resource;
  const before = await readVersion(reader, type, id, mergedVersion - 1);
  if (!before) throw new Error('A merge made the first version of a resource.');
  const earlier = parseJson(intact(before).json) as Resource;
  if (versionId === mergedVersion) return earlier;
  if (type !== 'Patient') return withSubject(resource, survivorId, loserId);
  return id === loserId ? earlier : withoutLoser(resource, earlier, loserId);
}

/** A survivor that was edited since keeps what was edited, and gives back what it took up. */
function withoutLoser(now: Resource, earlier: Resource, loserId: string): Resource {
  const had = (element: string): Set<string> =>
    new Set(listAt(earlier, element).map((each) => JSON.stringify(each)));
  const [numbers, names] = [had('identifier'), had('name')];
  return {
    ...now,
    identifier: listAt(now, 'identifier').filter(
      (each) => textAt(each, 'use') !== 'old' || numbers.has(JSON.stringify(each)),
    ),
    name: listAt(now, 'name').filter(
      (each) => !['old', 'temp'].includes(textAt(each, 'use') ?? '') || names.has(JSON.stringify(each)),
    ),
    link: listAt(now, 'link').filter((each) => referencedId(valueAt(each, 'other'), 'Patient') !== loserId),
  };
}
