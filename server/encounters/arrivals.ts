import { can } from '../../shared/access/can.ts';
import { systems } from '../../shared/patients/codes.ts';
import type { UnidentifiedArrival } from '../../shared/patients/demographics.ts';
import { aliasOf } from '../../shared/patients/given.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { recordedBy, refusalOf } from '../records/act.ts';
import { stage } from '../records/stage.ts';
import { takeMrn, takeNext } from '../sites/sequences.ts';
import { findWard, type Ward } from '../sites/wards.ts';
import { bedIsFree, guardBedInUse } from './beds.ts';
import { movedTo, newEncounter } from './resource.ts';
import { careTeam } from './tables.ts';

export interface Arrived {
  patientId: string;
  encounterId: string;
  mrn: string;
  name: string;
}

/** How often numbers are taken anew because somebody else arrived at the same moment. */
const tries = 20;

/** Somebody whom nobody knows is on record under a name of the site, in an emergency encounter, and can be charted on. */
export async function receiveUnidentified(
  deps: Deps,
  who: SignedIn,
  arrival: UnidentifiedArrival,
  remember: Remember,
): Promise<Result<Arrived, Refusal>> {
  const { reader } = deps;
  const { user } = who;
  const ward = arrival.wardId === null ? null : await findWard(reader, arrival.wardId, user.siteId);
  if (arrival.wardId !== null && !ward) return no(refuse('not-found'));
  const at = deps.now();
  const patientId = deps.newId();
  const encounterId = deps.newId();
  const opened = newEncounter({ id: encounterId, patientId, class: 'EMER', at });
  const encounter = ward ? movedTo(opened, placeIn(ward, arrival.bed), at) : opened;
  const joins = can(user, 'chart:read', { siteId: user.siteId });
  const membership = { encounterId, userId: user.id, since: at.toISOString() };
  for (let attempt = 0; attempt < tries; attempt++) {
    if (ward && arrival.bed !== null) {
      const free = await bedIsFree(reader, ward, arrival.bed, encounterId);
      if (!free.ok) return free;
    }
    const [{ mrn, statements: takesMrn }, { sequence, statements: takesName }] = await Promise.all([
      takeMrn(reader, user.siteId),
      takeNext(reader, user.siteId, 'alias'),
    ]);
    const alias = aliasOf(sequence);
    const patient = unidentified({ id: patientId, alias, mrn, siteId: user.siteId, arrival, at });
    const recording = { ...recordedBy(user, at), activity: 'patient-unidentified' };
    const staged = await stage(reader, [patient, encounter], recording);
    if (!staged.ok) return no(refusalOf(staged.error));
    const answer = { patientId, encounterId, mrn, name: alias };
    const committed = await deps.writer.commit({
      statements: [
        ...takesMrn,
        ...takesName,
        ...(ward && arrival.bed !== null ? [guardBedInUse(ward.id, arrival.bed)] : []),
        ...staged.value.statements,
        ...(joins ? [statement(reader.insert(careTeam).values(membership))] : []),
        outboxRow(reader, at, 'encounter:opened', { encounterId, wardId: ward?.id ?? null }),
        ...remember(201, answer),
      ],
      chained: (['patient:registered', 'encounter:created'] as const).map((action) =>
        auditRow({
          action,
          outcome: 'success',
          actor: actorOf(who),
          at,
          patientId,
          encounterId,
          detail: { unidentified: true },
        }),
      ),
    });
    if (committed.ok) return ok(answer);
  }
  return no(refuse('unavailable'));
}

const placeIn = ({ id, name }: Ward, bed: string | null) => ({ ward: { id, name }, bed });

interface UnidentifiedFacts {
  id: string;
  alias: string;
  mrn: string;
  siteId: string;
  arrival: UnidentifiedArrival;
  at: Date;
}

const unidentified = ({ id, alias, mrn, siteId, arrival, at }: UnidentifiedFacts): Resource => ({
  resourceType: 'Patient',
  id,
  active: true,
  identifier: [
    {
      use: 'official',
      type: { coding: [{ system: systems.identifierType, code: 'MR' }] },
      system: `${systems.mrn}/${siteId}`,
      value: mrn,
    },
  ],
  // "Temporary" in R4's name-use: a name that the site has given, until their own is known.
  name: [{ use: 'temp', family: alias, given: ['Unidentified'] }],
  gender: arrival.gender,
  ...(arrival.estimatedAge === null
    ? {}
    : {
        birthDate: String(at.getUTCFullYear() - arrival.estimatedAge),
        _birthDate: { extension: [{ url: systems.estimated, valueBoolean: true }] },
      }),
});
