import type { AuditAction } from '../../shared/audit/actions.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { parseJson } from '../records/json.ts';
import { readResource } from '../records/recordStore.ts';
import type { EncounterFacts } from './queries.ts';

/** An encounter as it is stored, at the version that its reader had seen. */
export async function readAt(
  reader: Reader,
  encounter: EncounterFacts,
  version: number,
): Promise<Result<Resource, Refusal>> {
  const stored = await readResource(reader, 'Encounter', encounter.id);
  const now = stored?.versionId ?? 0;
  if (!stored || now !== version) return no({ ...refuse('conflict'), more: { version: now } });
  return ok(parseJson(stored.json) as Resource);
}

export interface EncounterChange {
  encounter: EncounterFacts;
  version: number;
  at: Date;
  /** As audit and version name it: `encounter:transferred`. */
  action: AuditAction;
  detail?: Record<string, string | number | boolean | null>;
  /** The encounter first, then whatever comes with it. */
  resources: Resource[];
  statements?: Statement[];
  /** Boards that show something else now. */
  wardIds: (string | null)[];
}

export interface Changed {
  version: number;
}

/** One step of an encounter, on top of the version that was seen, told to the boards and charts that show it. */
export async function changeEncounter(
  deps: Deps,
  who: SignedIn,
  change: EncounterChange,
  remember: Remember,
): Promise<Result<Changed, Refusal>> {
  const { encounter, version, at, action, resources, statements = [] } = change;
  const wardIds = [...new Set(change.wardIds.filter((id) => id !== null))];
  const answer = { version: version + 1 };
  const recording = { ...recordedBy(who.user, at), activity: action.replace(':', '-') };
  const acted = await recordAct(deps, recording, resources, {
    expect: new Map([[`Encounter/${encounter.id}`, version]]),
    statements: () => [
      ...statements,
      outboxRow(deps.reader, at, 'encounter:moved', { encounterIds: [encounter.id], wardIds }),
      ...remember(200, answer),
    ],
    audit: () => [
      {
        action,
        outcome: 'success',
        actor: actorOf(who),
        at,
        patientId: encounter.patientId,
        encounterId: encounter.id,
        ...(change.detail && { detail: change.detail }),
      },
    ],
  });
  return acted.ok ? ok(answer) : no(refusalOf(acted.error));
}
