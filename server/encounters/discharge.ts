import type { Discharge } from '../../shared/encounters/moves.ts';
import { presentStatuses } from '../../shared/encounters/status.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, type Result } from '../../shared/wire/result.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import type { SignedIn } from '../http/route.ts';
import { findWard } from '../sites/wards.ts';
import { bedFreed, bedIsUnused, bedLeft } from './beds.ts';
import { changeEncounter, readAt, type Changed } from './change.ts';
import type { EncounterFacts } from './queries.ts';
import { discharged, lastPlaceOf, plannedTo, reopened } from './resource.ts';

type Outcome = Promise<Result<Changed, Refusal>>;

/** Clocks of two machines may differ by this much. */
const leewayMs = 60_000;

export async function dischargeEncounter(
  deps: Deps,
  who: SignedIn,
  encounter: EncounterFacts,
  { disposition, at: stated, version }: Discharge,
  remember: Remember,
): Outcome {
  const { reader } = deps;
  const before = await readAt(reader, encounter, version);
  if (!before.ok) return before;
  if (!presentStatuses.includes(encounter.status))
    return no(refuse('conflict', 'The patient is not here any more.'));
  const now = deps.now();
  const at = stated === undefined ? now : new Date(stated);
  if (at.getTime() > now.getTime() + leewayMs)
    return no(refuse('unprocessable', 'A discharge in the future is planned, not recorded.'));
  if (encounter.startAt !== null && at < new Date(encounter.startAt))
    return no(refuse('unprocessable', 'The patient had not come yet at that time.'));
  return changeEncounter(
    deps,
    who,
    {
      encounter,
      version,
      at: now,
      action: 'encounter:discharged',
      detail: { disposition },
      resources: [plannedTo(discharged(before.value, disposition, at), null)],
      statements: bedLeft(reader, encounter, who.user.id, now),
      wardIds: [encounter.wardId, encounter.plannedWardId],
    },
    remember,
  );
}

/** The patient has not left after all: back to the same ward, and into the same bed if nobody else has got it. */
export async function cancelDischarge(
  deps: Deps,
  who: SignedIn,
  encounter: EncounterFacts,
  version: number,
  remember: Remember,
): Outcome {
  const { reader } = deps;
  const before = await readAt(reader, encounter, version);
  if (!before.ok) return before;
  if (encounter.status !== 'finished') return no(refuse('conflict', 'The patient was not discharged.'));
  const last = lastPlaceOf(before.value);
  const ward = last.wardId === null ? null : await findWard(reader, last.wardId, encounter.siteId);
  const isStillTheirs =
    ward !== null && last.bed !== null && (await bedIsUnused(reader, ward, last.bed, encounter.id));
  const bed = isStillTheirs ? last.bed : null;
  const at = deps.now();
  const place = ward && { ward: { id: ward.id, name: ward.name }, bed };
  return changeEncounter(
    deps,
    who,
    {
      encounter,
      version,
      at,
      action: 'discharge:cancelled',
      resources: [reopened(before.value, place, at)],
      statements: ward && bed !== null ? [bedFreed(reader, ward.id, bed)] : [],
      wardIds: [last.wardId],
    },
    remember,
  );
}
