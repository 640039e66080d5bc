import { createHash } from 'node:crypto';
import type { MergePreview } from '../../shared/patients/demographics.ts';
import { systems } from '../../shared/patients/codes.ts';
import { identityOf } from '../../shared/patients/demographicsFhir.ts';
import { listAt, referencedId, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { matchOf } from '../../shared/patients/matching.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { mergeActivity } from '../records/replaced.ts';
import { compartmentOf, guardNothingLeft, seenVersions, withSubject } from '../records/subject.ts';
import { practitioner } from '../signing/fhir.ts';
import { giveUsers, usersOf } from './accounts.ts';
import { placesOf } from './places.ts';
import { countsOf, findPatient } from './queries.ts';
import { readPatient, type PatientRecord } from './record.ts';

export interface MergeRequest {
  loserId: string;
  survivorId: string;
  reason: string;
  /** Of the record that is given up. */
  version: number;
  /** Of the one that remains, where it was looked at. */
  intoVersion?: number | undefined;
}

interface Pair {
  loser: PatientRecord;
  survivor: PatientRecord;
}

/** Two records of this site that can become one; what is missing looks like what is another site's. */
async function readPair(
  reader: Reader,
  siteId: string,
  { loserId, survivorId }: Pick<MergeRequest, 'loserId' | 'survivorId'>,
): Promise<Result<Pair, Refusal>> {
  const [loser, survivor] = await Promise.all([
    readPatient(reader, loserId, siteId),
    readPatient(reader, survivorId, siteId),
  ]);
  if (!loser || !survivor) return no(refuse('not-found'));
  if (loserId === survivorId) return no(refuse('unprocessable', 'A record cannot be merged into itself.'));
  if (survivorOf(loser.resource) !== null || survivorOf(survivor.resource) !== null)
    return no(refuse('conflict', 'One of the two records was merged already.'));
  return ok({ loser, survivor });
}

/** Into whom a record was merged. */
export function survivorOf(patient: Resource): string | null {
  const link = listAt(patient, 'link').find((each) => textAt(each, 'type') === 'replaced-by');
  return referencedId(valueAt(link, 'other'), 'Patient');
}

export async function previewMerge(
  reader: Reader,
  siteId: string,
  ids: Pick<MergeRequest, 'loserId' | 'survivorId'>,
): Promise<Result<MergePreview, Refusal>> {
  const pair = await readPair(reader, siteId, ids);
  if (!pair.ok) return pair;
  const [loser, survivor, counts, places] = await Promise.all([
    findPatient(reader, ids.loserId, siteId),
    findPatient(reader, ids.survivorId, siteId),
    countsOf(reader, ids.loserId),
    placesOf(reader, [ids.loserId]),
  ]);
  if (!loser || !survivor) return no(refuse('not-found'));
  const { Patient: _patient, Provenance: _provenance, ...moving } = counts;
  const differs = (['name', 'birthDate', 'sex', 'nationalNumber'] as const).filter(
    (part) => loser[part] !== null && survivor[part] !== null && loser[part] !== survivor[part],
  );
  return ok({
    loser,
    survivor,
    version: pair.value.loser.stored.versionId,
    intoVersion: pair.value.survivor.stored.versionId,
    counts: moving,
    encountersNow: places.encounterIds.length,
    differs,
    match: matchOf(identityOf(pair.value.loser.resource), identityOf(pair.value.survivor.resource)),
  });
}

/** Two records of one person become one: all of the one moves to the other, and its number leads there. */
export async function mergePatients(
  deps: Deps,
  who: SignedIn,
  request: MergeRequest,
  remember: Remember,
): Promise<Result<{ id: string; moved: number }, Refusal>> {
  const { reader } = deps;
  const { loserId, survivorId, version, intoVersion, reason } = request;
  const pair = await readPair(reader, who.user.siteId, request);
  if (!pair.ok) return pair;
  const { loser, survivor } = pair.value;
  if (loser.stored.versionId !== version)
    return no({ ...refuse('conflict'), more: { version: loser.stored.versionId } });
  // Who it is that remains may have been corrected since: then it is looked at again whether they are one person.
  if (intoVersion !== undefined && survivor.stored.versionId !== intoVersion)
    return no({ ...refuse('conflict'), more: { intoVersion: survivor.stored.versionId } });
  const at = deps.now();
  const compartment = await compartmentOf(reader, loserId);
  const moved = compartment.map(({ resource }) => withSubject(resource, loserId, survivorId));
  const userIds = await usersOf(reader, loserId);
  const provenance = mergeProvenance({
    who,
    at,
    reason,
    survivor: { id: survivorId, version: survivor.stored.versionId + 1 },
    loser: { id: loserId, version: version + 1 },
    moved: compartment.map(({ resource, versionId }) => nameOfVersion(resource, versionId + 1)),
    userIds,
  });
  const expect = seenVersions(compartment)
    .set(`Patient/${loserId}`, version)
    .set(`Patient/${survivorId}`, survivor.stored.versionId);
  const places = await placesOf(reader, [loserId, survivorId]);
  const answer = { id: survivorId, moved: moved.length };
  const acted = await recordAct(
    deps,
    { ...recordedBy(who.user, at), reason, activity: mergeActivity },
    [
      ...moved,
      replaced(loser.resource, survivorId),
      replacing(survivor.resource, loser.resource, at),
      provenance,
    ],
    {
      expect,
      provenance: 'in-resources',
      statements: () => [
        guardNothingLeft(loserId),
        ...giveUsers(reader, userIds, { from: loserId, to: survivorId }),
        outboxRow(reader, at, 'patient:changed', { patientIds: [loserId, survivorId], ...places }),
        ...remember(200, answer),
      ],
      audit: () =>
        [loserId, survivorId].map((patientId) => ({
          action: 'patient:merged',
          outcome: 'success' as const,
          actor: actorOf(who),
          at,
          patientId,
          entity: `Provenance/${provenance.id}`,
          detail: { moved: moved.length, users: userIds.length, into: survivorId, from: loserId },
        })),
    },
  );
  return acted.ok ? ok(answer) : no(refusalOf(acted.error));
}

export const nameOfVersion = ({ resourceType, id }: Resource, versionId: number): string =>
  `${resourceType}/${id}/_history/${versionId}`;

const replaced = (loser: Resource, survivorId: string): Resource => ({
  ...loser,
  active: false,
  link: [...listAt(loser, 'link'), { other: { reference: `Patient/${survivorId}` }, type: 'replaced-by' }],
});

/** The survivor is found under every number and every name of the record that it takes up. */
function replacing(survivor: Resource, loser: Resource, at: Date): Resource {
  const kept = new Set(listAt(survivor, 'identifier').map((each) => JSON.stringify(identityOfNumber(each))));
  const numbers = listAt(loser, 'identifier')
    .filter((each) => !kept.has(JSON.stringify(identityOfNumber(each))))
    .map((each) => ({ ...(each as object), use: 'old' }));
  const names = listAt(loser, 'name')
    .filter((name) => !listAt(survivor, 'name').some((own) => sameName(own, name)))
    .map((name) =>
      textAt(name, 'use') === 'temp'
        ? { ...(name as object), period: { end: at.toISOString() } }
        : { ...(name as object), use: 'old' },
    );
  return {
    ...survivor,
    identifier: [...listAt(survivor, 'identifier'), ...numbers],
    name: [...listAt(survivor, 'name'), ...names],
    link: [...listAt(survivor, 'link'), { other: { reference: `Patient/${loser.id}` }, type: 'replaces' }],
  };
}

const identityOfNumber = (identifier: unknown): (string | null)[] => [
  textAt(identifier, 'system'),
  textAt(identifier, 'value'),
];
const sameName = (one: unknown, other: unknown): boolean =>
  textAt(one, 'family') === textAt(other, 'family') &&
  JSON.stringify(listAt(one, 'given')) === JSON.stringify(listAt(other, 'given'));

interface MergeFacts {
  who: SignedIn;
  at: Date;
  reason: string;
  survivor: { id: string; version: number };
  loser: { id: string; version: number };
  moved: string[];
  /** Accounts that showed the loser's record, and now show the survivor's. */
  userIds: string[];
}

/** What was moved by a merge: the list by which it can be taken back. */
function mergeProvenance({ who, at, reason, survivor, loser, moved, userIds }: MergeFacts): Resource {
  const targets = [
    `Patient/${survivor.id}/_history/${survivor.version}`,
    `Patient/${loser.id}/_history/${loser.version}`,
    ...moved,
  ];
  return {
    resourceType: 'Provenance',
    id: mergeId(loser),
    target: targets.map((reference) => ({ reference })),
    recorded: at.toISOString(),
    reason: [{ text: reason }],
    activity: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle', code: 'merge' }],
    },
    agent: [agentOf(who)],
    ...(userIds.length > 0 && {
      entity: userIds.map((value) => ({
        role: 'revision',
        what: { identifier: { system: systems.user, value } },
      })),
    }),
  };
}

/** The accounts that a merge has given to its survivor. */
export const usersMoved = (provenance: Resource): string[] =>
  listAt(provenance, 'entity').flatMap((each) => textAt(each, 'what', 'identifier', 'value') ?? []);

const agentOf = ({ user }: SignedIn): object => ({
  type: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }],
  },
  who: practitioner(user),
});

/** The Provenance of the merge by which a record came to its version: one record is given up once in a version. */
export function mergeId(loser: { id: string; version: number }): string {
  const hex = createHash('sha256')
    .update(`merge Patient/${loser.id}/_history/${loser.version}`)
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
