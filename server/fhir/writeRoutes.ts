import { Hono, type Context } from 'hono';
import { can } from '../../shared/access/can.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Refusal } from '../../shared/wire/refusals.ts';
import type { Result } from '../../shared/wire/result.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { allow, refused, Refused, signedIn, type Env } from '../http/route.ts';
import { readHead, readVersion } from '../records/recordStore.ts';
import { answer, baseUrl, describeVersion, withVersion } from './answer.ts';
import { isObject, jsonBody, withoutOwnMeta } from './body.ts';
import { oneMatch } from './conditional.ts';
import { preferredReturn, versionIn } from './negotiate.ts';
import { validationOutcome } from './outcome.ts';
import { resourceTypes } from './resourceTypes.ts';
import type { Wish } from './wish.ts';
import { carryOut, type Receipt } from './write.ts';
import { refuseType, writers } from './writeAccess.ts';

/** Create, update, patch and end: one resource at a time. */
export const writeRoutes = (deps: Deps) =>
  new Hono<Env>()
    .post('/:type', allow(...writers), async (c) => {
      const type = typeIn(c);
      const resource = await bodyOf(c, type);
      return act(deps, c, async (commit) => {
        const unless = c.req.header('If-None-Exist');
        const id = deps.newId();
        const wish: Wish = { type, id, change: { put: { ...resource, id } }, ifMatch: null, place: type };
        if (unless === undefined) return commit(wish);
        const match = await matchOf(deps, c, type, unless);
        return match === null ? commit({ ...wish, unless }) : asItStands(deps, type, match);
      });
    })
    .put('/:type/:id', allow(...writers), async (c) => {
      const type = typeIn(c);
      const { id } = c.req.param();
      const resource = await bodyOf(c, type);
      if (resource.id !== id) throw refused('invalid', 'The resource names another id than the address.');
      const ifMatch = versionIn(c.req.header('If-Match'));
      return act(deps, c, (commit) => commit({ type, id, change: { put: resource }, ifMatch, place: type }));
    })
    .put('/:type', allow(...writers), async (c) => {
      const type = typeIn(c);
      const resource = await bodyOf(c, type);
      return act(deps, c, async (commit) => {
        const match = await matchOf(deps, c, type, queryOf(c));
        if (match !== null && resource.id !== undefined && resource.id !== match)
          throw refused('invalid', 'The resource names another id than the one that matches.');
        const id = match ?? resource.id ?? deps.newId();
        const ifMatch = versionIn(c.req.header('If-Match'));
        const wish: Wish = { type, id, change: { put: { ...resource, id } }, ifMatch, place: type };
        return commit(match === null ? { ...wish, unless: queryOf(c) } : wish);
      });
    })
    .patch('/:type/:id', allow(...writers), async (c) => {
      const type = typeIn(c);
      const { id } = c.req.param();
      // A patch can test what it does not change, and so read it.
      if (!can(signedIn(c).user, 'chart:read')) throw refused('forbidden');
      if (!/json/i.test(c.req.header('Content-Type') ?? ''))
        throw refused('media-type', 'Send application/json-patch+json.');
      const patch = await jsonBody(c);
      const ifMatch = versionIn(c.req.header('If-Match'));
      return act(deps, c, (commit) => commit({ type, id, change: { patch }, ifMatch, place: type }));
    })
    .delete('/:type/:id', allow(...writers), (c) => {
      const type = typeIn(c);
      const { id } = c.req.param();
      const ifMatch = versionIn(c.req.header('If-Match'));
      return act(deps, c, (commit) => commit({ type, id, change: 'end', ifMatch, place: type }));
    })
    .delete('/:type', allow(...writers), (c) => {
      const type = typeIn(c);
      return act(deps, c, async (commit) => {
        const match = await matchOf(deps, c, type, queryOf(c));
        if (match === null) throw refused('not-found');
        return commit({ type, id: match, change: 'end', ifMatch: null, place: type });
      });
    });

/** The type in the address, if this person writes any of it: before a condition tells them what is there. */
function typeIn(c: Context<Env>): string {
  const type = c.req.param('type') ?? '';
  if (!resourceTypes.has(type)) throw refused('not-found', 'FHIR R4 has no such resource type.');
  const refusal = refuseType(signedIn(c).user, type);
  if (refusal) throw new Refused(refusal);
  return type;
}

/** The query that is a condition, without what only says how to answer. */
const queryOf = (c: Context<Env>): string =>
  new URL(c.req.url).search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !/^_(format|pretty)=/.test(part))
    .join('&');

async function bodyOf(c: Context<Env>, type: string): Promise<Resource> {
  const body = await jsonBody(c);
  if (!isObject(body) || typeof body.resourceType !== 'string')
    throw refused('invalid', 'The body is no resource.');
  if (body.resourceType !== type)
    throw refused('invalid', 'The body is a resource of another type than the address.');
  return withoutOwnMeta(body as Resource);
}

function valueOf<T>(result: Result<T, Refusal>): T {
  if (!result.ok) throw new Refused(result.error);
  return result.value;
}

const matchOf = async (deps: Deps, c: Context<Env>, type: string, query: string): Promise<string | null> =>
  valueOf(await oneMatch(deps, signedIn(c), type, query));

/** What a condition found is answered as it stands; nothing was done. */
async function asItStands({ reader }: Deps, type: string, id: string): Promise<Receipt> {
  const head = await readHead(reader, type, id);
  if (!head) throw refused('conflict');
  return { type, id, versionId: head.versionId, outcome: 'unchanged' };
}

/**
 * An act of one resource, once per Idempotency-Key. What is remembered is which version came of it, so that a repeat
 * is answered with that version, headers and all.
 */
async function act(
  deps: Deps,
  c: Context<Env>,
  perform: (commit: (wish: Wish) => Promise<Receipt>) => Promise<Receipt>,
): Promise<Response> {
  const writing = { who: signedIn(c), base: baseUrl(c, deps.config) };
  const done = await once(deps, c, async (remember) =>
    c.json(
      await perform(async (wish) => {
        const carried = await carryOut(deps, writing, [wish], ([receipt]) => remember(200, receipt));
        return valueOf(carried)[0]!;
      }),
    ),
  );
  return answerReceipt(deps, c, (await done.json()) as Receipt);
}

async function answerReceipt(deps: Deps, c: Context<Env>, receipt: Receipt): Promise<Response> {
  const { type, id, versionId, outcome } = receipt;
  const version = await readVersion(deps.reader, type, id, versionId);
  if (!version) throw new Error('What was just recorded cannot be read.');
  describeVersion(c, version);
  if (version.deleted) return c.body(null, 204);
  const status = outcome === 'created' ? 201 : 200;
  c.header('Location', `${baseUrl(c, deps.config)}/${type}/${id}/_history/${versionId}`);
  const wanted = preferredReturn(c);
  if (wanted === 'OperationOutcome') return answer(c, validationOutcome([]), status);
  // What somebody may write they need not be allowed to read.
  if (wanted === 'minimal' || !can(signedIn(c).user, 'chart:read')) return c.body(null, status);
  return answer(c, withVersion(version), status);
}
