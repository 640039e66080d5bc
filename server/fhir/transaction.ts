import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { readHead } from '../records/recordStore.ts';
import { withoutOwnMeta } from './body.ts';
import { oneMatch } from './conditional.ts';
import { patchIn, type EntryRequest } from './entries.ts';
import { readJson } from './json.ts';
import { referencesIn, rewriteReferences } from './references.ts';
import { resourceTypes } from './resourceTypes.ts';
import { uuidOfUrn } from './uuid.ts';
import { at } from './check.ts';
import { refuseType } from './writeAccess.ts';
import type { Change, Wish, Writing } from './wish.ts';
import { carryOut, type Receipt } from './write.ts';

/** What an entry comes to: a change of a resource, what a condition has found, or nothing to write. */
type Step =
  | { kind: 'wish'; wish: Wish; condition: EntryRequest }
  | { kind: 'found'; type: string; id: string; condition: EntryRequest }
  | { kind: 'none' };

/** A receipt for each entry, null for those that write nothing. */
export type Receipts = (Receipt | null)[];

/**
 * The writing entries of a transaction, all or nothing: whatever their order, they see the record as it was before and
 * each other as they will be. What only reads is answered afterwards.
 */
export async function carryOutTransaction(
  deps: Deps,
  writing: Writing,
  entries: EntryRequest[],
  remember: (receipts: Receipts) => Statement[],
): Promise<Result<Receipts, Refusal>> {
  const steps: Step[] = [];
  for (const entry of entries) {
    const step = await identify(deps, writing, entry);
    if (!step.ok) return no(at(entry.place, step.error));
    steps.push(step.value);
  }
  const twice = namedTwice(steps);
  if (twice) return no(at(twice.place, refuse('invalid', 'Another entry changes the same resource.')));
  const links = linksOf(steps);
  const wishes: Wish[] = [];
  for (const step of steps) {
    if (step.kind !== 'wish') continue;
    const linked = await withLinks(deps, writing, step.wish, links);
    if (!linked.ok) return linked;
    wishes.push(linked.value);
  }
  const found = await readFound(deps, steps);
  const inOrder = (receipts: Receipt[]): Receipts => {
    const rest = [...receipts];
    return steps.map((step, index) => (step.kind === 'wish' ? rest.shift()! : (found.get(index) ?? null)));
  };
  if (wishes.length === 0) return ok(inOrder([]));
  const carried = await carryOut(deps, writing, wishes, (receipts) => remember(inOrder(receipts)));
  return carried.ok ? ok(inOrder(carried.value)) : carried;
}

/** Which resource an entry is about. Ids are given here, so that references can name them. */
async function identify(deps: Deps, { who }: Writing, entry: EntryRequest): Promise<Result<Step, Refusal>> {
  const { method, url } = entry;
  if (method === 'GET' || method === 'HEAD') return ok({ kind: 'none' });
  const [path = '', query] = splitOnce(url, '?');
  const [type = '', id, ...rest] = path.split('/');
  if (!resourceTypes.has(type) || rest.length > 0)
    return no(refuse('invalid', 'The address names no resource.'));
  const wrongType = refuseType(who.user, type);
  if (wrongType) return no(wrongType);
  const change = changeOf(entry, type);
  if (!change.ok) return change;
  const ifMatch = versionOf(entry.ifMatch);
  if (ifMatch === undefined) return no(refuse('invalid', 'ifMatch names a version as W/"3".'));
  const wish = (target: string, unless?: string): Step => ({
    kind: 'wish',
    condition: entry,
    wish: {
      type,
      id: target,
      change: withId(change.value, target),
      ifMatch,
      ...(unless === undefined ? {} : { unless }),
      place: `${entry.place}.resource`,
    },
  });
  if (method === 'POST') {
    if (id !== undefined) return no(refuse('invalid', 'A new resource is posted to its type.'));
    if (entry.ifNoneExist === null) return ok(wish(deps.newId()));
    const condition = entry.ifNoneExist.replace(/^\?/, '');
    const match = await oneMatch(deps, who, type, condition);
    if (!match.ok) return match;
    return ok(
      match.value === null
        ? wish(deps.newId(), condition)
        : { kind: 'found', type, id: match.value, condition: entry },
    );
  }
  if (id !== undefined && id !== '') return ok(wish(id));
  if (query === undefined || method === 'PATCH')
    return no(refuse('invalid', 'The address names no resource.'));
  const match = await oneMatch(deps, who, type, query);
  if (!match.ok) return match;
  if (match.value !== null) return ok(wish(match.value));
  return ok(method === 'DELETE' ? { kind: 'none' } : wish(deps.newId(), query));
}

const splitOnce = (text: string, separator: string): [string, string | undefined] => {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
};

/** Null without a condition, undefined for one that names no version. */
function versionOf(ifMatch: string | null): number | null | undefined {
  if (ifMatch === null) return null;
  const version = ifMatch.match(/^(?:W\/)?"?(\d{1,9})"?$/)?.[1];
  return version === undefined ? undefined : Number(version);
}

function changeOf({ method, resource }: EntryRequest, type: string): Result<Change, Refusal> {
  if (method === 'DELETE' || resource === null) return ok('end');
  if (method === 'PATCH') {
    const text = patchIn(resource);
    if (text === null) return no(refuse('invalid', 'A patch is a Binary of application/json-patch+json.'));
    const patch = readJson(text);
    return patch.ok ? ok({ patch: patch.value }) : no(refuse('invalid', 'The patch is not JSON.'));
  }
  if (resource.resourceType !== type)
    return no(refuse('invalid', 'The resource is of another type than the address.'));
  return ok({ put: withoutOwnMeta(resource as Resource) });
}

const withId = (change: Change, id: string): Change =>
  typeof change === 'object' && 'put' in change ? { put: { ...change.put, id } } : change;

function namedTwice(steps: Step[]): EntryRequest | null {
  const seen = new Set<string>();
  for (const step of steps) {
    if (step.kind !== 'wish') continue;
    const name = `${step.wish.type}/${step.wish.id}`;
    if (seen.has(name)) return step.condition;
    seen.add(name);
  }
  return null;
}

/** From an entry's address to where its resource stands on record. */
function linksOf(steps: Step[]): Map<string, string> {
  const links = new Map<string, string>();
  for (const step of steps) {
    if (step.kind === 'none' || step.condition.fullUrl === null) continue;
    const { type, id } = step.kind === 'wish' ? step.wish : step;
    const { fullUrl } = step.condition;
    links.set(addressOf(fullUrl), `${type}/${id}`);
    // A relative reference in an entry is meant beside the entry's own address.
    const relative = fullUrl.match(/\/([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})$/)?.[1];
    if (relative !== undefined) links.set(relative, `${type}/${id}`);
  }
  return links;
}

const addressOf = (address: string): string => {
  const uuid = uuidOfUrn(address);
  return uuid === null ? address : `urn:uuid:${uuid}`;
};

const conditional = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** The wish with its references to other entries, and to what a condition finds, as they stand on record. */
async function withLinks(
  deps: Deps,
  { who }: Writing,
  wish: Wish,
  links: ReadonlyMap<string, string>,
): Promise<Result<Wish, Refusal>> {
  const { change } = wish;
  if (change === 'end' || 'patch' in change) return ok(wish);
  const found = new Map<string, string>();
  for (const { reference, path } of referencesIn(change.put, wish.place)) {
    const [, type, query] = conditional.exec(reference) ?? [];
    if (type === undefined || query === undefined || found.has(reference)) continue;
    const match = await oneMatch(deps, who, type, query);
    if (!match.ok) return no(at(path, match.error));
    if (match.value === null)
      return no(at(path, refuse('precondition-failed', 'Nothing on record matches this condition.')));
    found.set(reference, `${type}/${match.value}`);
  }
  const replace = (reference: string): string =>
    links.get(addressOf(reference)) ?? found.get(reference) ?? reference;
  return ok({ ...wish, change: { put: rewriteReferences(change.put, replace) as Resource } });
}

/** By entry, what conditions of conditional creates have found. */
async function readFound({ reader }: Deps, steps: Step[]): Promise<Map<number, Receipt>> {
  const found = new Map<number, Receipt>();
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'found') continue;
    const head = await readHead(reader, step.type, step.id);
    if (head)
      found.set(index, { type: step.type, id: step.id, versionId: head.versionId, outcome: 'unchanged' });
  }
  return found;
}
