import type { Transfer } from '../../shared/encounters/moves.ts';
import { presentStatuses } from '../../shared/encounters/status.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, type Result } from '../../shared/wire/result.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import type { SignedIn } from '../http/route.ts';
import { findWard } from '../sites/wards.ts';
import { bedIsFree, bedLeft, guardBedInUse, hasBed } from './beds.ts';
import { changeEncounter, readAt, type Changed } from './change.ts';
import type { EncounterFacts } from './queries.ts';
import { expectedToLeave, movedTo, plannedTo } from './resource.ts';
import { reviewTask } from './reviews.ts';

type Outcome = Promise<Result<Changed, Refusal>>;

const notHere = refuse('conflict', 'The patient is not on a ward now.');
const isHere = ({ status }: EncounterFacts): boolean => presentStatuses.includes(status);

/** Moves somebody to another bed or ward, now or later. Orders that come along to another ward want looking at again. */
export async function transferEncounter(
  deps: Deps,
  who: SignedIn,
  encounter: EncounterFacts,
  { wardId, bed, version, planned }: Transfer,
  remember: Remember,
): Outcome {
  const { reader } = deps;
  const ward = await findWard(reader, wardId, encounter.siteId);
  if (!ward) return no(refuse('not-found'));
  const before = await readAt(reader, encounter, version);
  if (!before.ok) return before;
  if (!isHere(encounter)) return no(notHere);
  if (encounter.wardId === wardId && encounter.bed === bed)
    return no(refuse('unprocessable', 'The patient lies there already.'));
  if (bed !== null) {
    // A bed that is taken can be planned for: it is free when the time has come.
    if (!hasBed(ward, bed)) return no(refuse('unprocessable', 'There is no such bed on this ward.'));
    const free = planned ? null : await bedIsFree(reader, ward, bed, encounter.id);
    if (free && !free.ok) return free;
  }
  const at = deps.now();
  const place = { ward: { id: ward.id, name: ward.name }, bed };
  const leaves = !planned && encounter.wardId !== wardId && encounter.wardId !== null;
  return changeEncounter(
    deps,
    who,
    {
      encounter,
      version,
      at,
      action: planned ? 'transfer:planned' : 'encounter:transferred',
      detail: { fromWard: encounter.wardId, fromBed: encounter.bed, toWard: wardId, toBed: bed },
      resources: [
        planned ? plannedTo(before.value, place) : movedTo(before.value, place, at),
        ...(leaves ? await reviewTask(deps, who, encounter, at) : []),
      ],
      statements: planned
        ? []
        : [
            ...(bed === null ? [] : [guardBedInUse(wardId, bed)]),
            ...bedLeft(reader, encounter, who.user.id, at),
          ],
      wardIds: [encounter.wardId, wardId],
    },
    remember,
  );
}

export async function cancelTransfer(
  deps: Deps,
  who: SignedIn,
  encounter: EncounterFacts,
  version: number,
  remember: Remember,
): Outcome {
  const before = await readAt(deps.reader, encounter, version);
  if (!before.ok) return before;
  if (encounter.plannedWardId === null) return no(refuse('conflict', 'No transfer is planned.'));
  const at = deps.now();
  return changeEncounter(
    deps,
    who,
    {
      encounter,
      version,
      at,
      action: 'transfer:cancelled',
      resources: [plannedTo(before.value, null)],
      wardIds: [encounter.wardId, encounter.plannedWardId],
    },
    remember,
  );
}

/** The day on which somebody is expected to go home. */
export async function expectDischarge(
  deps: Deps,
  who: SignedIn,
  encounter: EncounterFacts,
  { on, version }: { on: string | null; version: number },
  remember: Remember,
): Outcome {
  const before = await readAt(deps.reader, encounter, version);
  if (!before.ok) return before;
  if (!isHere(encounter)) return no(notHere);
  const at = deps.now();
  return changeEncounter(
    deps,
    who,
    {
      encounter,
      version,
      at,
      action: 'discharge:planned',
      resources: [expectedToLeave(before.value, on)],
      wardIds: [encounter.wardId],
    },
    remember,
  );
}
