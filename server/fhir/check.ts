import { refusals, refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Deps } from '../deps.ts';
import type { Reader } from '../db/reader.ts';
import { parseJson, writeJson } from '../records/json.ts';
import { isAsStored } from '../records/intact.ts';
import { project } from '../records/project.ts';
import { readHead, type StoredResource } from '../records/recordStore.ts';
import { survivorsOf } from '../records/replaced.ts';
import { staysTypes } from '../records/subject.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { withoutOwnMeta } from './body.ts';
import { refuseRelinking } from './mergeLinks.ts';
import { issuesOf } from './outcome.ts';
import { patched } from './patch.ts';
import {
  localTarget,
  referencesIn,
  refuseReference,
  targetsOnRecord,
  type ReferenceAt,
} from './references.ts';
import { pointingTo } from './pointing.ts';
import { isKeptAsSigned } from './signedHere.ts';
import { isUuid } from './uuid.ts';
import type { ValidationProblem } from './validate/problem.ts';
import { validate } from './validate/validate.ts';
import type { Wish, Writing } from './wish.ts';
import { refuseType, refuseWriting } from './writeAccess.ts';

/** A wish that may be carried out, as long as the record stays as it was looked at. */
export interface Checked {
  wish: Wish;
  /** As it shall stand; null when it shall end. */
  resource: Resource | null;
  /** What is on record now, ended or not. */
  head: StoredResource | null;
  /** Its version, 0 for nothing and for what has ended. */
  expected: number;
}

/** Whether all that is wished may be done, is valid, and points to what is there. Nothing is changed. */
export async function checkWishes(
  deps: Deps,
  writing: Writing,
  wishes: Wish[],
): Promise<Result<Checked[], Refusal>> {
  const checked: Checked[] = [];
  for (const wish of wishes) {
    const head = await readHead(deps.reader, wish.type, wish.id);
    const looked = await lookAt(deps.reader, writing, wish, head);
    if (!looked.ok) return no(at(wish.place, looked.error));
    checked.push(looked.value);
  }
  const merged = await refuseMerged(deps.reader, checked);
  if (merged) return no(merged);
  for (const { wish, resource, head } of checked) {
    if (wish.type !== 'Patient' || resource === null) continue;
    const before = head && !head.deleted ? (parseJson(head.json) as Resource) : null;
    const relinked = await refuseRelinking(deps.reader, writing.who.user, before, resource);
    if (relinked) return no(at(wish.place, relinked));
  }
  const invalid = checked.flatMap(({ resource, wish }) => (resource ? problemsOf(resource, wish.place) : []));
  if (invalid.some(({ severity }) => severity === 'error')) return no(unprocessable(invalid));
  const dangling = [
    ...(await danglingIn(deps.reader, writing, checked)),
    ...(await leftDangling(deps.reader, checked)),
  ];
  return dangling.length > 0 ? no(unprocessable(dangling)) : ok(checked);
}

async function lookAt(
  reader: Reader,
  { who: { user } }: Writing,
  wish: Wish,
  head: StoredResource | null,
): Promise<Result<Checked, Refusal>> {
  const wrongType = refuseType(user, wish.type);
  if (wrongType) return no(wrongType);
  // Another site's looks like none.
  if (head !== null && head.siteId !== user.siteId) return no(refuse('not-found'));
  const now = head && !head.deleted ? head : null;
  const becomes = afterwards(wish, head);
  if (!becomes.ok) return becomes;
  const resource = becomes.value;
  const forbidden =
    (now && refuseWriting(user, parseJson(now.json) as Resource)) ??
    (resource && refuseWriting(user, resource));
  if (forbidden) return no(forbidden);
  if (wish.ifMatch !== null && now?.versionId !== wish.ifMatch) return no(refuse('precondition-failed'));
  if (resource === null && head === null) return no(refuse('not-found'));
  if (head === null && !isUuid(wish.id))
    return no(refuse('unprocessable', "Ids are UUIDs here: two sites' Patient/85 are two people."));
  if (now && (await isKeptAsSigned(reader, now)))
    return no(refuse('forbidden', 'This was signed here, or tells of it. It changes by its own acts only.'));
  return ok({ wish, resource, head, expected: now?.versionId ?? 0 });
}

/**
 * A record that was merged is part of another one: what is said of it there is not said, and what it says of itself is
 * what the merge made of it, until the merge is taken back. Both patients are the same site's, which may know of either.
 */
async function refuseMerged(reader: Reader, checked: Checked[]): Promise<Refusal | null> {
  const about = checked.flatMap(({ wish, resource }) => {
    if (wish.type === 'Patient') return [{ wish, patientId: wish.id }];
    const patientId =
      resource === null || staysTypes.includes(wish.type) ? null : project(resource).patientId;
    return patientId === null ? [] : [{ wish, patientId }];
  });
  const survivors = await survivorsOf(
    reader,
    about.map(({ patientId }) => patientId),
  );
  for (const { wish, patientId } of about) {
    const survivorId = survivors.get(patientId);
    if (survivorId !== undefined)
      return at(
        wish.place,
        refuse('conflict', `Patient/${patientId} was merged into Patient/${survivorId}: write it there.`),
      );
  }
  return null;
}

/** The resource as it shall stand, null when it shall end. */
function afterwards({ change, id }: Wish, head: StoredResource | null): Result<Resource | null, Refusal> {
  if (change === 'end') return ok(null);
  if ('put' in change) return ok(change.put);
  if (head === null) return no(refuse('not-found'));
  if (head.deleted) return no(refuse('gone'));
  // A patch on top of it would give a new hash to what is wrong.
  if (!isAsStored(head)) return no(refuse('damaged'));
  const result = patched(head.json, change.patch);
  return result.ok ? ok({ ...withoutOwnMeta(result.value), id }) : result;
}

/** A refusal with the place that it is about, where it names none yet. */
export const at = (place: string, refusal: Refusal): Refusal =>
  refusal.errors !== undefined || refusal.more !== undefined
    ? refusal
    : { ...refusal, errors: [{ path: place, message: refusal.detail ?? refusals[refusal.code].words }] };

const unprocessable = (problems: ValidationProblem[]): Refusal => ({
  ...refuse('unprocessable'),
  more: { issue: issuesOf(problems) },
});

/** What validation says, at its place in what was sent. */
function problemsOf(resource: Resource, place: string): ValidationProblem[] {
  // The validator wants plain numbers; only here are their digits given up.
  const plain = JSON.parse(writeJson(resource)) as object;
  return validate(plain).map((problem) => ({
    ...problem,
    expression: problem.expression.replace(/^[A-Za-z]+/, place),
  }));
}

async function danglingIn(
  reader: Reader,
  { who, base }: Writing,
  checked: Checked[],
): Promise<ValidationProblem[]> {
  const asked: { resource: Resource; at: ReferenceAt }[] = checked.flatMap(({ resource, wish }) =>
    resource ? referencesIn(resource, wish.place).map((at) => ({ resource, at })) : [],
  );
  const targets = asked.flatMap(({ at }) => localTarget(at.reference, base) ?? []);
  const known = await targetsOnRecord(reader, who.user.siteId, targets);
  for (const { wish, resource } of checked) {
    const { type, id } = wish;
    if (resource) known.add(`${type}/${id}`);
    else known.delete(`${type}/${id}`);
  }
  return asked.flatMap(({ resource, at }) => {
    const message = refuseReference(at, { resource, base, known });
    return message === null
      ? []
      : [{ severity: 'error' as const, code: 'not-found', message, expression: at.path }];
  });
}

/** What would be left pointing to something that has ended. */
async function leftDangling(reader: Reader, checked: Checked[]): Promise<ValidationProblem[]> {
  const touched = new Set(checked.map(({ wish: { type, id } }) => `${type}/${id}`));
  const problems: ValidationProblem[] = [];
  for (const { wish, resource } of checked) {
    if (resource !== null) continue;
    const { type, id, place } = wish;
    const pointing = (await pointingTo(reader, type, id)).filter((name) => !touched.has(name));
    if (pointing.length === 0) continue;
    problems.push({
      severity: 'error',
      code: 'conflict',
      message: 'Others on record still point to this.',
      expression: place,
    });
  }
  return problems;
}
