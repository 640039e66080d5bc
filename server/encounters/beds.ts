import { and, eq, inArray, ne } from 'drizzle-orm';
import { presentStatuses } from '../../shared/encounters/status.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import { statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { encounters } from '../records/tables.ts';
import { bedStates } from '../sites/tables.ts';
import { findWard, type Ward } from '../sites/wards.ts';

export interface BedState {
  bed: string;
  state: 'cleaning' | 'blocked';
  since: string;
}

/** The beds of a ward that cannot be given just now, beside those in which somebody lies. */
export const readBedStates = (reader: Reader, wardId: string): Promise<BedState[]> =>
  reader
    .select({ bed: bedStates.bed, state: bedStates.state, since: bedStates.since })
    .from(bedStates)
    .where(eq(bedStates.wardId, wardId));

export const hasBed = ({ bays }: Pick<Ward, 'bays'>, bed: string): boolean =>
  bays.some(({ beds }) => beds.includes(bed));

const whyNot = { cleaning: 'This bed is being cleaned.', blocked: 'This bed is blocked.' } as const;

async function somebodyElseLiesIn(
  reader: Reader,
  wardId: string,
  bed: string,
  encounterId: string,
): Promise<boolean> {
  const [taken] = await reader
    .select({ id: encounters.id })
    .from(encounters)
    .where(
      and(
        eq(encounters.wardId, wardId),
        eq(encounters.bed, bed),
        ne(encounters.id, encounterId),
        inArray(encounters.status, presentStatuses),
      ),
    );
  return taken !== undefined;
}

/** Whether somebody can be put into a bed. The database asks again when it is done. */
export async function bedIsFree(
  reader: Reader,
  ward: Ward,
  bed: string,
  encounterId: string,
): Promise<Result<null, Refusal>> {
  if (!hasBed(ward, bed)) return no(refuse('unprocessable', 'There is no such bed on this ward.'));
  if (await somebodyElseLiesIn(reader, ward.id, bed, encounterId))
    return no(refuse('conflict', 'Somebody lies in this bed.'));
  const state = (await readBedStates(reader, ward.id)).find((each) => each.bed === bed)?.state;
  return state ? no(refuse('conflict', whyNot[state])) : ok(null);
}

/** Whether a bed stands as somebody has left it: empty, perhaps not cleaned yet, and not taken out of use. */
export async function bedIsUnused(
  reader: Reader,
  ward: Ward,
  bed: string,
  encounterId: string,
): Promise<boolean> {
  if (!hasBed(ward, bed) || (await somebodyElseLiesIn(reader, ward.id, bed, encounterId))) return false;
  const states = await readBedStates(reader, ward.id);
  return !states.some((each) => each.bed === bed && each.state === 'blocked');
}

/** The batch is rolled back when the bed has been taken out of use meanwhile. */
export const guardBedInUse = (wardId: string, bed: string): Statement => ({
  sql: 'INSERT INTO guard (ok) VALUES (NOT EXISTS (SELECT 1 FROM bed_states WHERE ward_id = ? AND bed = ?))',
  params: [wardId, bed],
});

/** Whoever leaves a bed leaves it to be cleaned. */
export const bedLeft = (
  reader: Reader,
  { wardId, bed }: { wardId: string | null; bed: string | null },
  recordedBy: string,
  at: Date,
): Statement[] =>
  wardId === null || bed === null
    ? []
    : [stateRow(reader, { wardId, bed, state: 'cleaning', recordedBy, at })];

const stateRow = (
  reader: Reader,
  row: { wardId: string; bed: string; state: BedState['state']; recordedBy: string; at: Date },
): Statement => {
  const { at, ...rest } = row;
  const set = { state: row.state, since: at.toISOString(), recordedBy: row.recordedBy };
  return statement(
    reader
      .insert(bedStates)
      .values({ ...rest, since: at.toISOString() })
      .onConflictDoUpdate({ target: [bedStates.wardId, bedStates.bed], set }),
  );
};

export const bedFreed = (reader: Reader, wardId: string, bed: string): Statement =>
  statement(reader.delete(bedStates).where(and(eq(bedStates.wardId, wardId), eq(bedStates.bed, bed))));

export interface BedChange {
  wardId: string;
  bed: string;
  state: 'free' | 'cleaning' | 'blocked';
}

/** A bed is cleaned, blocked or free again. One in which somebody lies can only be left. */
export async function changeBedState(
  deps: Deps,
  who: SignedIn,
  { wardId, bed, state }: BedChange,
  remember: Remember,
): Promise<Result<{ state: BedChange['state'] }, Refusal>> {
  const { reader } = deps;
  const ward = await findWard(reader, wardId, who.user.siteId);
  if (!ward || !hasBed(ward, bed)) return no(refuse('not-found'));
  const at = deps.now();
  const occupied: Statement = {
    sql: `INSERT INTO guard (ok) VALUES (NOT EXISTS (SELECT 1 FROM encounters
      WHERE ward_id = ? AND bed = ? AND status IN (SELECT value FROM json_each(?))))`,
    params: [wardId, bed, JSON.stringify(presentStatuses)],
  };
  const answer = { state };
  const committed = await deps.writer.commit({
    statements: [
      ...(state === 'free'
        ? [bedFreed(reader, wardId, bed)]
        : [occupied, stateRow(reader, { wardId, bed, state, recordedBy: who.user.id, at })]),
      outboxRow(reader, at, 'beds:changed', { wardId }),
      ...remember(200, answer),
    ],
    chained: [
      auditRow({
        action: 'bed:changed',
        outcome: 'success',
        actor: actorOf(who),
        at,
        entity: `Ward/${wardId}`,
        detail: { bed, state },
      }),
    ],
  });
  return committed.ok ? ok(answer) : no(refuse('conflict', 'Somebody lies in this bed.'));
}
