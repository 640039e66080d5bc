import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { findPatient, isReplaced } from '../patients/queries.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { recordedIn, seenVersions, withSubject } from '../records/subject.ts';
import { readAt, type Changed } from './change.ts';
import type { EncounterFacts } from './queries.ts';
import { traceOf } from './resource.ts';

export interface Refiling {
  toPatientId: string;
  reason: string;
  version: number;
}

/**
 * An encounter that was filed to the wrong patient goes to the right one, with everything recorded in it, as new
 * versions. Its documents keep their rooms, which bear the encounter's id, and what was signed keeps its hash, which
 * covers what was written and not whose it is. Where it was filed an entry stays that says so, and not whose it is now.
 */
export async function refileEncounter(
  deps: Deps,
  who: SignedIn,
  encounter: EncounterFacts,
  { toPatientId, reason, version }: Refiling,
  remember: Remember,
): Promise<Result<Changed, Refusal>> {
  const { reader } = deps;
  const to = await findPatient(reader, toPatientId, encounter.siteId);
  if (!to || (await isReplaced(reader, toPatientId))) return no(refuse('not-found'));
  if (toPatientId === encounter.patientId)
    return no(refuse('unprocessable', 'The encounter is filed to this patient already.'));
  const before = await readAt(reader, encounter, version);
  if (!before.ok) return before;
  const inEncounter = await recordedIn(reader, encounter.id);
  const moved = inEncounter.map(({ resource }) => withSubject(resource, encounter.patientId, toPatientId));
  const trace: Resource = traceOf(before.value, deps.newId());
  const at = deps.now();
  const answer = { version: version + 1 };
  const wardIds = encounter.wardId === null ? [] : [encounter.wardId];
  const acted = await recordAct(
    deps,
    { ...recordedBy(who.user, at), reason, activity: 'encounter-refiled' },
    [...moved, trace],
    {
      expect: seenVersions(inEncounter),
      statements: () => [
        guardNothingNew(encounter.id, inEncounter.length),
        outboxRow(reader, at, 'patient:changed', {
          patientIds: [encounter.patientId, toPatientId],
          encounterIds: [encounter.id],
          wardIds,
        }),
        ...remember(200, answer),
      ],
      audit: () =>
        [encounter.patientId, toPatientId].map((patientId) => ({
          action: 'encounter:refiled',
          outcome: 'success' as const,
          actor: actorOf(who),
          at,
          patientId,
          encounterId: encounter.id,
          entity: patientId === toPatientId ? `Encounter/${encounter.id}` : `Encounter/${trace.id}`,
          detail: { moved: moved.length, arrived: patientId === toPatientId },
        })),
    },
  );
  return acted.ok ? ok(answer) : no(refusalOf(acted.error));
}

/** What was recorded while this was prepared would stay behind: then it is prepared again. */
const guardNothingNew = (encounterId: string, known: number): Statement => ({
  sql: `INSERT INTO guard (ok) VALUES ((SELECT count(*) FROM resources WHERE encounter_id = ? AND deleted = 0
    AND type NOT IN ('Provenance', 'AuditEvent', 'Patient')) = ?)`,
  params: [encounterId, known],
});
