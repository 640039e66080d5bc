import type { z } from 'zod';
import { can } from '../../shared/access/can.ts';
import type { encounterDraft } from '../../shared/encounters/schema.ts';
import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { findPatient } from '../patients/queries.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { findWard } from '../sites/wards.ts';
import { careTeam } from './tables.ts';

/** Opens an encounter for a patient of the actor's site; whoever may chart in it joins its care team. */
export async function openEncounter(
  deps: Deps,
  who: SignedIn,
  draft: z.infer<typeof encounterDraft>,
  remember: Remember,
): Promise<Result<{ id: string }, Refusal>> {
  const { reader } = deps;
  const { user } = who;
  const patient = await findPatient(reader, draft.patientId, user.siteId);
  if (!patient) return no(refuse('not-found'));
  const ward = draft.wardId === undefined ? null : await findWard(reader, draft.wardId, user.siteId);
  if (draft.wardId !== undefined && !ward) return no(refuse('not-found'));

  const id = deps.newId();
  const at = deps.now();
  const encounter = encounterResource({ id, patientId: patient.id, class: draft.class, ward, at });
  const joins = can(user, 'chart:read', { siteId: user.siteId });
  const membership = { encounterId: id, userId: user.id, since: at.toISOString() };
  const recorded = await recordAct(deps, recordedBy(user, at), [encounter], {
    statements: () => [
      ...(joins ? [statement(reader.insert(careTeam).values(membership))] : []),
      outboxRow(reader, at, 'encounter:opened', { encounterId: id, wardId: ward?.id ?? null }),
      ...remember(201, { id }),
    ],
    audit: () => [
      {
        action: 'encounter:created',
        outcome: 'success',
        actor: actorOf(who),
        at,
        patientId: patient.id,
        encounterId: id,
      },
    ],
  });
  return recorded.ok ? ok({ id }) : no(refusalOf(recorded.error));
}

interface NewEncounter {
  id: string;
  patientId: string;
  class: string;
  ward: { id: string; name: string } | null;
  at: Date;
}

const encounterResource = ({ id, patientId, class: code, ward, at }: NewEncounter): Resource => ({
  resourceType: 'Encounter',
  id,
  status: 'in-progress',
  class: { system: systems.actCode, code },
  subject: { reference: `Patient/${patientId}` },
  period: { start: at.toISOString() },
  ...(ward && {
    location: [
      {
        location: { identifier: { system: systems.ward, value: ward.id }, display: ward.name },
        status: 'active',
      },
    ],
  }),
});
