import { and, count, eq, inArray, sum } from 'drizzle-orm';
import { presentStatuses } from '../../shared/encounters/status.ts';
import { toItem, type Recorded } from '../../shared/lists/interpret.ts';
import type { Writing } from '../../shared/lists/kind.ts';
import { lists } from '../../shared/lists/lists.ts';
import type { ListName } from '../../shared/lists/names.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { zoneOffset } from '../../shared/units/dates.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Deps } from '../deps.ts';
import type { Remember } from '../http/idempotency.ts';
import { actorOf, type SignedIn } from '../http/route.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { noticing } from '../records/damage.ts';
import { recordAct, recordedBy, refusalOf } from '../records/act.ts';
import { filedElsewhere, isFiledTo } from '../records/filing.ts';
import { parseJson } from '../records/json.ts';
import type { Outcome, Target } from '../records/recording.ts';
import { mergedRefusal, survivorsOf } from '../records/replaced.ts';
import { encounters, resources } from '../records/tables.ts';
import { practitioner, siteTime } from '../signing/fhir.ts';
import { findSite } from '../sites/queries.ts';
import { ingredientsIn, type Ingredients } from './ingredients.ts';
import { readEntries, readReviews } from './queries.ts';

/** Whose list, and who acts on it. */
export interface ListAct {
  who: SignedIn;
  patientId: string;
  list: ListName;
  /** What is to be written, as it came. */
  entry?: unknown;
  /** The encounter in which they act, if they act in one. */
  encounterId?: string | undefined;
  remember: Remember;
}

/** What somebody who acts on a list has before them. */
export interface Look {
  all: readonly Recorded[];
  /** Whether something on it is damaged: nobody can say then what the whole list is. */
  isDamaged: boolean;
  /** The last review of it, if there was one. */
  review: Pick<Recorded, 'resource' | 'version'> | null;
  /** Of what these entries, and the one to be written, name by a code. */
  ingredients: Ingredients;
  writing: Writing;
  today: string;
  /** Of the site whose clocks they look at. */
  timeZone: string;
  /** Where what is new was recorded: an encounter of this patient. */
  encounterId: string | null;
  newId(): string;
}

/** What an act comes to, once it has been looked at the list. */
export interface Decision {
  what: 'added' | 'changed' | 'ended' | 'in-error' | 'none-known' | 'restored' | 'reviewed';
  /** What the act is about: its answer names it. */
  id: string;
  resources: Resource[];
  /** The versions that were seen, by `Type/id`; 0 for what is new. */
  expect: Map<string, number>;
  remove?: Target[];
  reason?: string | undefined;
}

export interface Recorded201 {
  id: string;
  version: number;
}

/** How often the list is looked at again because somebody changed another entry of it meanwhile. */
const looks = 5;

/** Looks at a list, decides, and puts what was decided on record: all of it, on the list that was looked at, or nothing. */
export async function recordOnList(
  deps: Deps,
  { who, patientId, list, entry, encounterId, remember }: ListAct,
  status: 200 | 201,
  decide: (look: Look) => Result<Decision, Refusal>,
): Promise<Result<Recorded201, Refusal>> {
  const { reader } = deps;
  const { resourceType, codes } = lists[list];
  const filed = encounterId === undefined ? [] : [{ id: encounterId, patientId }];
  for (let look = 0; look < looks; look++) {
    const survivorId = (await survivorsOf(reader, [patientId])).get(patientId);
    if (survivorId !== undefined) return no(mergedRefusal(survivorId));
    for (const filing of filed) if (!(await isFiledTo(reader, filing))) return no(filedElsewhere);
    const mark = await markOf(reader, patientId, resourceType);
    const { value: all, damaged } = await noticing(() => readEntries(reader, patientId, [list]));
    const now = deps.now();
    const site = await findSite(reader, who.user.siteId);
    const timeZone = site?.timeZone ?? 'UTC';
    const at = siteTime(now, zoneOffset(now, timeZone));
    const reviews = await readReviews(reader, patientId);
    const decided = decide({
      all,
      isDamaged: damaged.length > 0,
      review: reviews.get(list) ?? null,
      ingredients: await ingredientsIn(reader, list, [
        entry,
        ...all.map(({ resource }) => lists[list].read(resource)),
      ]),
      writing: { patientId, at, who: practitioner(who.user), decimal: parseJson },
      today: at.slice(0, 10),
      timeZone,
      encounterId: encounterId ?? null,
      newId: deps.newId,
    });
    if (!decided.ok) return decided;
    const { what, id, resources: made, expect, remove = [], reason } = decided.value;
    const answerOf = (outcomes: Outcome[]): Recorded201 => ({
      id,
      version: outcomes.find((outcome) => outcome.id === id)?.versionId ?? 0,
    });
    const stay = await presentStay(reader, patientId);
    const recorded = await recordAct(
      deps,
      {
        ...recordedBy(who.user, now),
        activity: `${list}-${what}`,
        ...(reason === undefined ? {} : { reason }),
      },
      made,
      {
        expect,
        remove,
        filed,
        audit: () => [
          {
            action: `list:${what}`,
            outcome: 'success',
            actor: actorOf(who),
            at: now,
            patientId,
            encounterId: encounterId ?? null,
            entity: `${made[0]?.resourceType ?? resourceType}/${id}`,
            detail: { list },
          },
        ],
        statements: (outcomes) => [
          // Of observations there are too many for that, and none of them speaks of another.
          ...(codes === undefined ? [unchangedBut(outcomes, mark, patientId, resourceType)] : []),
          outboxRow(reader, now, 'chart:changed', { patientId, lists: [list], ...stay }),
          ...remember(status, answerOf(outcomes)),
        ],
      },
    );
    if (recorded.ok) return ok(answerOf(recorded.value));
    // What has changed meanwhile is looked at again: a version that its sender had seen is then refused, anything else
    // (somebody else's entry, the statement that there was none) is decided upon as it stands now.
    const { keptElsewhere, merged, refiled } = recorded.error;
    if (keptElsewhere.length > 0 || merged || refiled) return no(refusalOf(recorded.error));
  }
  return no(refuse('unavailable'));
}

/** Somebody else's change, shown. */
export const changedRefusal = (list: ListName, now: Recorded | undefined): Refusal => ({
  ...refuse('conflict'),
  ...(now && { more: { current: toItem(list, now) } }),
});

interface Mark {
  rows: number;
  versions: number;
}

const ofType = (patientId: string, type: string) =>
  and(eq(resources.patientId, patientId), eq(resources.type, type));

/** Versions only rise and rows only come: as long as both sums are the same, nothing of a type has changed. */
async function markOf(reader: Reader, patientId: string, type: string): Promise<Mark> {
  const [mark] = await reader
    .select({ rows: count(), versions: sum(resources.versionId) })
    .from(resources)
    .where(ofType(patientId, type));
  return { rows: mark?.rows ?? 0, versions: Number(mark?.versions ?? 0) };
}

/**
 * Ends the transaction unless nothing but this act's own outcomes has changed since the mark. "None known" beside an
 * allergy that somebody else adds at the same moment would be two truths, of which no version guard knows.
 */
function unchangedBut(outcomes: Outcome[], mark: Mark, patientId: string, type: string): Statement {
  const own = outcomes.filter((outcome) => outcome.type === type && outcome.outcome !== 'unchanged');
  const came = own.filter(({ outcome }) => outcome === 'created').length;
  // What is withdrawn belongs to nobody any more, and takes its versions along.
  const gone = own.filter(({ outcome }) => outcome === 'deleted');
  const rows = mark.rows + came - gone.length;
  const versions =
    mark.versions + own.length - gone.reduce((versionsGone, { versionId }) => versionsGone + versionId, 0);
  return {
    sql: `INSERT INTO guard (ok) SELECT count(*) = ? AND coalesce(sum(version_id), 0) = ?
      FROM resources WHERE patient_id = ? AND type = ?`,
    params: [rows, versions, patientId, type],
  };
}

/** Where the patient lies now: flags and code status stand on the ward's board too. */
async function presentStay(
  reader: Reader,
  patientId: string,
): Promise<{ wardId: string | null; encounterIds: string[] }> {
  const rows = await reader
    .select({ id: encounters.id, wardId: encounters.wardId })
    .from(encounters)
    .where(and(eq(encounters.patientId, patientId), inArray(encounters.status, presentStatuses)));
  return {
    wardId: rows.find(({ wardId }) => wardId !== null)?.wardId ?? null,
    encounterIds: rows.map(({ id }) => id),
  };
}
