import { and, eq, isNull } from 'drizzle-orm';
import { can } from '../../shared/access/can.ts';
import { parseRoom } from '../../shared/documents/room.ts';
import type { KeepDraft, SettleHow, Settled } from '../../shared/quarantine/schema.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import { guardSomeRow, statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { findEncounter } from '../encounters/queries.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { quarantine, rescues } from '../log/tables.ts';
import { epochOf, findQuarantine, findRescue, type KeptFacts } from './queries.ts';

export type Kept = 'quarantine' | 'rescue';

const find = { quarantine: findQuarantine, rescue: findRescue };
const action = { quarantine: 'quarantine:settled', rescue: 'rescue:settled' } as const;

/** Its author, and whoever supervises at the encounter's site; to everybody else it is not there. */
export const mayDealWith = ({ user }: SignedIn, kept: KeptFacts): boolean =>
  can(user, 'chart:read', kept) && (kept.userId === user.id || can(user, 'kept-text:supervise', kept));

/** Says that somebody is done with kept text: it was put back, or let go. Saying it again changes nothing. */
export async function settleKept(
  deps: Pick<Deps, 'reader' | 'writer' | 'now'>,
  who: SignedIn,
  what: Kept,
  id: string,
  how: SettleHow,
): Promise<Result<Settled, Refusal>> {
  const kept = await find[what](deps.reader, id);
  if (!kept || !mayDealWith(who, kept)) return no(refuse('not-found'));
  if (kept.settledAt !== null && kept.settledBy !== null)
    return ok({ id, settledAt: kept.settledAt, settledBy: kept.settledBy });
  const at = deps.now();
  const settled = { settledAt: at.toISOString(), settledBy: who.user.id };
  const update =
    what === 'rescue'
      ? deps.reader
          .update(rescues)
          .set(settled)
          .where(and(eq(rescues.id, id), isNull(rescues.settledAt)))
      : deps.reader
          .update(quarantine)
          .set(settled)
          .where(and(eq(quarantine.id, id), isNull(quarantine.settledAt)));
  const committed = await deps.writer.commit({
    statements: [statement(update), guardSomeRow],
    chained: [
      auditRow({
        action: action[what],
        outcome: 'success',
        actor: actorOf(who),
        at,
        patientId: kept.patientId,
        encounterId: kept.encounterId,
        entity: kept.document,
        detail: { how, id, own: kept.userId === who.user.id },
      }),
    ],
  });
  // Somebody else was quicker: it is theirs, and says so.
  return committed.ok ? ok({ id, ...settled }) : settleKept(deps, who, what, id, how);
}

/** Which entry took its place away only the log of that document could say, and it has never seen these words. */
const unknownEntry = 0;

/**
 * Keeps words of the one who asks as text that lost its place: they died on their own device before the service had
 * them, so nobody else can say so.
 */
export async function keepOwn(
  deps: Pick<Deps, 'reader' | 'writer' | 'now' | 'newId'>,
  who: SignedIn,
  { document, place, text }: KeepDraft,
  remember: Remember,
): Promise<Result<{ id: string }, Refusal>> {
  const room = parseRoom(document);
  const encounter = room.ok ? await findEncounter(deps.reader, room.value.encounterId) : null;
  const epoch = await epochOf(deps.reader, document);
  if (!encounter || epoch === null || !can(who.user, 'chart:read', encounter)) return no(refuse('not-found'));
  const at = deps.now();
  const kept = { id: deps.newId() };
  const row = deps.reader.insert(rescues).values({
    ...kept,
    document,
    epoch,
    seq: unknownEntry,
    userId: who.user.id,
    deviceId: who.deviceId,
    place,
    text,
    at: at.toISOString(),
  });
  await deps.writer.commit({
    statements: [statement(row), ...remember(201, kept)],
    chained: [
      auditRow({
        action: 'rescue:kept',
        outcome: 'success',
        actor: actorOf(who),
        at,
        patientId: encounter.patientId,
        encounterId: encounter.id,
        entity: document,
        detail: kept,
      }),
    ],
  });
  return ok(kept);
}
