import { can } from '../../shared/access/can.ts';
import { textAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { AuditEvent } from '../audit/trail.ts';
import type { Statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { recordAct, recordedBy } from '../records/act.ts';
import type { Reader } from '../db/reader.ts';
import { filedElsewhere, isFiledTo, type Filing } from '../records/filing.ts';
import { parseJson } from '../records/json.ts';
import { project } from '../records/project.ts';
import type { NotStaged, Outcome, Recording, Target } from '../records/recording.ts';
import { staysTypes } from '../records/subject.ts';
import { announcer } from './announce.ts';
import { checkWishes, type Checked } from './check.ts';
import { guardNoOther } from './conditional.ts';
import type { Wish, Writing } from './wish.ts';

export interface Receipt extends Target {
  versionId: number;
  outcome: Outcome['outcome'];
}

/** How often it is tried again because somebody changed one of the resources meanwhile. */
const tries = 5;

/** Puts on record all that is wished, in one transaction with its audit rows and announcements, or nothing of it. */
export async function carryOut(
  deps: Deps,
  writing: Writing,
  wishes: Wish[],
  remember: (receipts: Receipt[]) => Statement[],
): Promise<Result<Receipt[], Refusal>> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const checked = await checkWishes(deps, writing, wishes);
    if (!checked.ok) return checked;
    const recorded = await record(deps, writing, checked.value, remember);
    if (recorded.ok) return recorded;
    const refusal = refusalOf(recorded.error, wishes);
    if (refusal) return no(refusal);
  }
  return no(refuse('conflict'));
}

/** Null where somebody was quicker and nobody had said which version they meant: it is looked at again. */
function refusalOf({ keptElsewhere, changed, merged, refiled }: NotStaged, wishes: Wish[]): Refusal | null {
  if (keptElsewhere.length > 0) return refuse('not-found');
  if (refiled) return filedElsewhere;
  // Into which record it went is said when it is looked at again.
  if (merged) return null;
  // Nothing has moved on, and yet it cannot be: somebody made what a condition had not found.
  if (changed.length === 0 && wishes.some(({ unless }) => unless !== undefined)) return refuse('conflict');
  const named = wishes.filter(({ ifMatch }) => ifMatch !== null);
  const lost = changed.some(({ type, id }) => named.some((wish) => wish.type === type && wish.id === id));
  return lost ? refuse('precondition-failed') : null;
}

async function record(
  deps: Deps,
  { who }: Writing,
  checked: Checked[],
  remember: (receipts: Receipt[]) => Statement[],
): Promise<Result<Receipt[], NotStaged>> {
  const { reader } = deps;
  const at = deps.now();
  const puts = checked.flatMap(({ resource }) => resource ?? []);
  const ends = checked.filter(({ resource }) => resource === null);
  const announced = await announcer(
    reader,
    at,
    checked.map(({ head, resource }) => ({
      before: head && !head.deleted ? (parseJson(head.json) as Resource) : null,
      after: resource,
    })),
  );
  const filed = await filingsOf(reader, checked);
  const receipts = (outcomes: Outcome[]): Receipt[] => inOrderOf(checked, outcomes);
  const recorded = await recordAct(deps, recordingFor(who, puts, at), puts, {
    remove: ends.map(({ wish: { type, id } }) => ({ type, id })),
    filed,
    expect: new Map(checked.map(({ wish, expected }) => [`${wish.type}/${wish.id}`, expected])),
    audit: (outcomes) => outcomes.map((outcome) => auditOf(who, checked, outcome, at)),
    statements: (outcomes) => [
      ...checked.flatMap(({ wish: { type, id, unless } }) =>
        unless === undefined ? [] : guardNoOther(who.user.siteId, type, unless, id),
      ),
      ...announced(outcomes),
      ...remember(receipts(outcomes)),
    ],
  });
  return recorded.ok ? ok(receipts(recorded.value)) : recorded;
}

/**
 * Whose the encounters are in which all this is recorded, where that is who it is about: a refiling takes along what is
 * there when it is made. What is said of a newborn in its mother's encounter is not filed so.
 */
async function filingsOf(reader: Reader, checked: Checked[]): Promise<Filing[]> {
  const own = new Set(checked.filter(({ wish }) => wish.type === 'Encounter').map(({ wish }) => wish.id));
  const pairs = new Map<string, Filing>();
  for (const { wish, resource } of checked) {
    if (resource === null || staysTypes.includes(wish.type)) continue;
    const { encounterId: id, patientId } = project(resource);
    if (id !== null && patientId !== null && !own.has(id)) pairs.set(`${id} ${patientId}`, { id, patientId });
  }
  const filed = await Promise.all(
    [...pairs.values()].map(async (filing) => ((await isFiledTo(reader, filing)) ? [filing] : [])),
  );
  return filed.flat();
}

/** Who brings records over from elsewhere names where from, once for all that goes on record together. */
function recordingFor({ user }: SignedIn, puts: Resource[], at: Date): Recording {
  if (!can(user, 'sites:manage')) return recordedBy(user, at);
  const [source] = puts.map((each) => textAt(each, 'meta', 'source'));
  return { siteId: user.siteId, source: source ?? user.siteId, recordedBy: user.id, at };
}

const inOrderOf = (checked: Checked[], outcomes: Outcome[]): Receipt[] => {
  const byName = new Map(outcomes.map((each) => [`${each.type}/${each.id}`, each]));
  return checked.map(({ wish: { type, id } }) => {
    const { versionId, outcome } = byName.get(`${type}/${id}`)!;
    return { type, id, versionId, outcome };
  });
};

function auditOf(who: SignedIn, checked: Checked[], outcome: Outcome, at: Date): AuditEvent {
  const { resource, head } = checked.find(
    ({ wish: { type, id } }) => type === outcome.type && id === outcome.id,
  )!;
  const place = resource ? project(resource) : head;
  return {
    action: `resource:${outcome.outcome}`,
    outcome: 'success',
    actor: actorOf(who),
    at,
    patientId: place?.patientId ?? null,
    encounterId: place?.encounterId ?? null,
    entity: `${outcome.type}/${outcome.id}`,
    detail: { version: outcome.versionId },
  };
}
