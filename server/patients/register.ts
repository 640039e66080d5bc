import type { PossibleMatch, Registration } from '../../shared/patients/demographics.ts';
import { writeDemographics } from '../../shared/patients/demographicsFhir.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { recordedBy, refusalOf } from '../records/act.ts';
import { stage } from '../records/stage.ts';
import { takeMrn } from '../sites/sequences.ts';
import { findMatches } from './matches.ts';
import { mrnIdentifier } from './record.ts';

export interface Registered {
  id: string;
  mrn: string;
}

/** How often a number is taken anew because somebody else registered at the same moment. */
const tries = 20;

/** Puts somebody on record, unless they look like somebody who is there and nobody has said that they are not. */
export async function registerPatient(
  deps: Deps,
  who: SignedIn,
  { demographics, distinctFrom }: Registration,
  remember: Remember,
): Promise<Result<Registered, Refusal>> {
  const { reader } = deps;
  const { user } = who;
  const id = deps.newId();
  const patient = writeDemographics({ resourceType: 'Patient', id, active: true }, demographics);
  const at = deps.now();
  for (let attempt = 0; attempt < tries; attempt++) {
    // The number first: whoever is registered after it was read takes it away, and then all are compared again.
    const { mrn, statements } = await takeMrn(reader, user.siteId);
    const matches = await findMatches(reader, user.siteId, patient);
    const unseen = notSeen(matches, distinctFrom);
    if (unseen) return no(unseen);
    const own = [mrnIdentifier(user.siteId, mrn), ...((patient.identifier as object[] | undefined) ?? [])];
    const resource: Resource = { ...patient, identifier: own };
    const recording = { ...recordedBy(user, at), activity: 'patient-registered', ...why(distinctFrom) };
    const staged = await stage(reader, [resource], recording);
    if (!staged.ok) return no(refusalOf(staged.error));
    const answer = { id, mrn };
    const committed = await deps.writer.commit({
      statements: [
        ...statements,
        ...staged.value.statements,
        outboxRow(reader, at, 'patient:changed', { patientIds: [id], encounterIds: [], wardIds: [] }),
        ...remember(201, answer),
      ],
      chained: [
        auditRow({
          action: 'patient:registered',
          outcome: 'success',
          actor: actorOf(who),
          at,
          patientId: id,
          entity: `Patient/${id}`,
          detail: { alike: matches.length, ...(distinctFrom && { distinct: distinctFrom.reason }) },
        }),
      ],
    });
    if (committed.ok) return ok(answer);
  }
  return no(refuse('unavailable'));
}

/** Those who look like this person and whom nobody has looked at: the answer names them. */
export function notSeen(
  matches: PossibleMatch[],
  distinctFrom: Registration['distinctFrom'],
): Refusal | null {
  const seen = new Set(distinctFrom?.patientIds);
  if (matches.every(({ patient }) => seen.has(patient.id))) return null;
  return {
    ...refuse('conflict', 'There are records that may be of the same person.'),
    more: { duplicates: matches },
  };
}

/** The decision that they are two people, as the version keeps it. */
export const why = (distinctFrom: Registration['distinctFrom']): { reason?: string } =>
  distinctFrom
    ? { reason: ['Not the same person', distinctFrom.reason, distinctFrom.text].filter(Boolean).join(': ') }
    : {};
