import type { z } from 'zod';
import { can } from '../../shared/access/can.ts';
import type { encounterDraft } from '../../shared/encounters/schema.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { findPatient, isReplaced } from '../patients/queries.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { findWard } from '../sites/wards.ts';
import { movedTo, newEncounter } from './resource.ts';
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
  if (await isReplaced(reader, patient.id))
    return no(refuse('conflict', 'This record was merged into another one.'));
  const ward = draft.wardId === undefined ? null : await findWard(reader, draft.wardId, user.siteId);
  if (draft.wardId !== undefined && !ward) return no(refuse('not-found'));

  const id = deps.newId();
  const at = deps.now();
  const opened = newEncounter({ id, patientId: patient.id, class: draft.class, at });
  const encounter = ward
    ? movedTo(opened, { ward: { id: ward.id, name: ward.name }, bed: null }, at)
    : opened;
  const joins = can(user, 'chart:read', { siteId: user.siteId });
  const membership = { encounterId: id, userId: user.id, since: at.toISOString() };
  const recorded = await recordAct(
    deps,
    { ...recordedBy(user, at), activity: 'encounter-created' },
    [encounter],
    {
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
    },
  );
  return recorded.ok ? ok({ id }) : no(refusalOf(recorded.error));
}
