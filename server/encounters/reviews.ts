import { systems } from '../../shared/patients/codes.ts';
import { listAt, numberAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { activeOrders } from '../orders/queries.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { practitioner } from '../signing/fhir.ts';
import type { EncounterFacts } from './queries.ts';
import { pendingReviews, reviewCode } from './reviewQueries.ts';

/** The Task that a move to another ward makes; none when nothing is ordered, or when one is waiting already. */
export async function reviewTask(
  deps: Pick<Deps, 'reader' | 'newId'>,
  who: SignedIn,
  encounter: EncounterFacts,
  at: Date,
): Promise<Resource[]> {
  const [active, waiting] = await Promise.all([
    activeOrders(deps.reader, encounter.id),
    pendingReviews(deps.reader, [encounter.id]),
  ]);
  if (active.length === 0 || waiting.length > 0) return [];
  return [
    {
      resourceType: 'Task',
      id: deps.newId(),
      status: 'requested',
      intent: 'order',
      code: {
        coding: [{ system: systems.task, code: reviewCode, display: 'Look at the active orders again' }],
      },
      for: { reference: `Patient/${encounter.patientId}` },
      encounter: { reference: `Encounter/${encounter.id}` },
      authoredOn: at.toISOString(),
      requester: practitioner(who.user),
      input: [{ type: { text: 'Active orders' }, valueInteger: active.length }],
    },
  ];
}

/** Somebody who signs orders has looked at those that came along from another ward. */
export async function reviewOrders(
  deps: Deps,
  who: SignedIn,
  encounter: EncounterFacts,
  remember: Remember,
): Promise<Result<{ reviewed: number }, Refusal>> {
  const { reader } = deps;
  const tasks = await pendingReviews(reader, [encounter.id]);
  if (tasks.length === 0) return no(refuse('conflict', 'No orders wait to be looked at again.'));
  const at = deps.now();
  const done = tasks.map(({ task }): Resource => ({
    ...task,
    status: 'completed',
    owner: practitioner(who.user),
    executionPeriod: { end: at.toISOString() },
  }));
  const answer = { reviewed: numberAt(listAt(tasks[0]!.task, 'input')[0], 'valueInteger') ?? 0 };
  const wardIds = encounter.wardId === null ? [] : [encounter.wardId];
  const recording = { ...recordedBy(who.user, at), activity: 'orders-reviewed' };
  const acted = await recordAct(deps, recording, done, {
    statements: () => [
      outboxRow(reader, at, 'encounter:moved', { encounterIds: [encounter.id], wardIds }),
      ...remember(200, answer),
    ],
    audit: () => [
      {
        action: 'orders:reviewed',
        outcome: 'success',
        actor: actorOf(who),
        at,
        patientId: encounter.patientId,
        encounterId: encounter.id,
        detail: { orders: answer.reviewed },
      },
    ],
  });
  return acted.ok ? ok(answer) : no(refusalOf(acted.error));
}
