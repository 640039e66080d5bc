import { STATUS_CODES } from 'node:http';
import { Hono, type Context } from 'hono';
import { can } from '../../shared/access/can.ts';
import { listAt, textAt, valueAt } from '../../shared/patients/fhirValue.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { actorOf, allow, refused, Refused, signedIn, type Env } from '../http/route.ts';
import { parseJson, writeJson } from '../records/json.ts';
import { readVersion } from '../records/recordStore.ts';
import type { Outcome } from '../records/stage.ts';
import { answer, baseUrl, withVersion } from './answer.ts';
import { isObject, jsonBody } from './body.ts';
import { checkBundle } from './bundle.ts';
import { patchIn, readEntries, type EntryRequest } from './entries.ts';
import { importBundle } from './importBundle.ts';
import { etag } from './negotiate.ts';
import { problemsOutcome } from './outcome.ts';
import { carryOutTransaction, type Receipts } from './transaction.ts';
import type { Receipt } from './write.ts';
import { writers } from './writeAccess.ts';

/** Asks the API one request of a bundle, as the person on this one. */
export type AskInside = (c: Context<Env>, request: Request) => Promise<Response>;

/** Several requests at once: all or nothing, or each by itself; and whole records brought over from elsewhere. */
export const bundleRoutes = (deps: Deps, ask: AskInside) =>
  new Hono<Env>().post('/', allow('chart:read', ...writers), async (c) => {
    const body = await jsonBody(c);
    if (!isObject(body) || body.resourceType !== 'Bundle') {
      const problem = { place: '/resourceType', message: 'This is not a Bundle.' };
      return answer(c, problemsOutcome([problem]), 400);
    }
    const brings = can(signedIn(c).user, 'sites:manage');
    if (brings && !listAt(body, 'entry').some(asksForMore)) return bringOver(deps, c, body);
    const entries = readEntries(body, baseUrl(c, deps.config));
    if (body.type !== 'transaction' && body.type !== 'batch') {
      if (!brings && (body.type === 'collection' || body.type === 'searchset')) throw refused('forbidden');
      throw refused('invalid', 'Only a transaction or a batch can be carried out.');
    }
    if (!entries.ok) throw new Refused(entries.error);
    return body.type === 'batch'
      ? answerBatch(c, ask, entries.value, baseUrl(c, deps.config))
      : answerTransaction(deps, c, ask, entries.value);
  });

/** What an import cannot do: read, end, patch, depend on a version. */
const asksForMore = (entry: unknown): boolean => {
  const method = textAt(entry, 'request', 'method') ?? 'POST';
  return (
    ['GET', 'HEAD', 'DELETE', 'PATCH'].includes(method) ||
    textAt(entry, 'request', 'ifMatch') !== null ||
    (textAt(entry, 'request', 'url') ?? '').includes('?')
  );
};

/** Records as they are elsewhere, with their ids and what they could not resolve: the same twice changes nothing. */
async function bringOver(deps: Deps, c: Context<Env>, body: Record<string, unknown>): Promise<Response> {
  const bundle = checkBundle(body.type === 'searchset' ? foundIn(body) : body);
  if (!bundle.ok) return answer(c, problemsOutcome(bundle.error), 400);
  const who = signedIn(c);
  const { siteId } = who.user;
  const imported = await importBundle(deps, bundle.value, { siteId, source: siteId, actor: actorOf(who) });
  if (!imported.ok) return answer(c, problemsOutcome(imported.error), 422);
  return answer(
    c,
    responseBundle(
      bundle.value.type,
      imported.value.outcomes.map((outcome) => ({ response: responseOf(outcome) })),
    ),
  );
}

/** What a search found, without what the server said about the search. */
const foundIn = (body: Record<string, unknown>): object => ({
  ...body,
  type: 'collection',
  entry: listAt(body, 'entry').filter((entry) => textAt(entry, 'search', 'mode') !== 'outcome'),
});

const responseBundle = (type: string, entry: object[]): object => ({
  resourceType: 'Bundle',
  type: type === 'batch' ? 'batch-response' : 'transaction-response',
  entry,
});

const statusOf: Record<Outcome['outcome'], number> = {
  created: 201,
  updated: 200,
  unchanged: 200,
  deleted: 204,
};

const inWords = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trim();

const responseOf = ({ type, id, versionId, outcome }: Receipt): object => ({
  status: inWords(statusOf[outcome]),
  location: `${type}/${id}/_history/${versionId}`,
  etag: etag(versionId),
});

/** Only who asks for the resources back gets them back: a bundle's answer is long enough. */
const wantsResources = (c: Context<Env>): boolean =>
  /\breturn\s*=\s*"?representation\b/.test(c.req.header('Prefer') ?? '') &&
  can(signedIn(c).user, 'chart:read');

async function answerTransaction(
  deps: Deps,
  c: Context<Env>,
  ask: AskInside,
  entries: EntryRequest[],
): Promise<Response> {
  const base = baseUrl(c, deps.config);
  const writing = { who: signedIn(c), base };
  const done = await once(deps, c, async (remember) => {
    const carried = await carryOutTransaction(deps, writing, entries, (receipts) => remember(200, receipts));
    if (!carried.ok) throw new Refused(carried.error);
    return c.json(carried.value);
  });
  const receipts = (await done.json()) as Receipts;
  const answered: object[] = [];
  for (const [index, entry] of entries.entries()) {
    const receipt = receipts[index] ?? null;
    if (receipt) answered.push(await writtenEntry(deps, c, base, receipt));
    else if (entry.method === 'DELETE') answered.push({ response: { status: inWords(204) } });
    else answered.push(await askedEntry(c, ask, entry, base, index));
  }
  return answer(c, responseBundle('transaction', answered));
}

async function writtenEntry(deps: Deps, c: Context<Env>, base: string, receipt: Receipt): Promise<object> {
  const { type, id, versionId } = receipt;
  const version = await readVersion(deps.reader, type, id, versionId);
  return {
    fullUrl: `${base}/${type}/${id}`,
    ...(version && !version.deleted && wantsResources(c) ? { resource: withVersion(version) } : {}),
    response: {
      ...responseOf(receipt),
      ...(version ? { lastModified: version.recordedAt } : {}),
    },
  };
}

async function answerBatch(
  c: Context<Env>,
  ask: AskInside,
  entries: EntryRequest[],
  base: string,
): Promise<Response> {
  const answered: object[] = [];
  for (const [index, entry] of entries.entries()) answered.push(await askedEntry(c, ask, entry, base, index));
  return answer(c, responseBundle('batch', answered));
}

/** One entry as a request by itself, under the same rules as any other. */
async function askedEntry(
  c: Context<Env>,
  ask: AskInside,
  entry: EntryRequest,
  base: string,
  index: number,
): Promise<object> {
  const response = await ask(c, requestOf(c, entry, base, index));
  const text = await response.text();
  const body = text === '' ? undefined : parseJson(text);
  const location = response.headers.get('Location');
  const modified = response.headers.get('Last-Modified');
  const tag = response.headers.get('ETag');
  const failed = response.status >= 400;
  return {
    ...(failed || body === undefined ? {} : { resource: body }),
    response: {
      status: inWords(response.status),
      ...(location === null ? {} : { location: location.slice(base.length + 1) }),
      ...(tag === null ? {} : { etag: tag }),
      ...(modified === null ? {} : { lastModified: new Date(modified).toISOString() }),
      ...(failed && valueAt(body, 'resourceType') === 'OperationOutcome' ? { outcome: body } : {}),
    },
  };
}

function requestOf(c: Context<Env>, entry: EntryRequest, base: string, index: number): Request {
  const headers = new Headers({ Accept: 'application/fhir+json' });
  const set = (name: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined) headers.set(name, value);
  };
  const patch = entry.method === 'PATCH' && entry.resource ? patchIn(entry.resource) : null;
  const key = c.req.header('Idempotency-Key');
  set('If-Match', entry.ifMatch);
  set('If-None-Match', entry.ifNoneMatch);
  set('If-None-Exist', entry.ifNoneExist);
  set('Prefer', wantsResources(c) ? 'return=representation' : 'return=minimal');
  set('Idempotency-Key', key === undefined ? null : `${key}:${index}`);
  set('Content-Type', patch === null ? 'application/fhir+json' : 'application/json-patch+json');
  const body = patch ?? (entry.resource && writeJson(entry.resource));
  const sends = entry.method !== 'GET' && entry.method !== 'HEAD' && entry.method !== 'DELETE';
  return new Request(`${base}/${entry.url}`, {
    method: entry.method,
    headers,
    ...(sends && body !== null ? { body } : {}),
  });
}
