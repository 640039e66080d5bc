import { Hono, type Context } from 'hono';
import { can } from '../../shared/access/can.ts';
import { listAt, textAt } from '../../shared/patients/fhirValue.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { actorOf, allow, refused, Refused, signedIn, type Env } from '../http/route.ts';
import { readVersion } from '../records/recordStore.ts';
import type { Outcome } from '../records/stage.ts';
import { answer, baseUrl, withVersion } from './answer.ts';
import { askedEntry, inWords, wantsResources, type AskInside } from './askEntry.ts';
import { isObject, jsonBody } from './body.ts';
import { checkBundle } from './bundle.ts';
import { readEntries, type EntryRequest } from './entries.ts';
import { importBundle } from './importBundle.ts';
import { etag } from './negotiate.ts';
import { problemsOutcome } from './outcome.ts';
import { checkReads } from './reads.ts';
import { carryOutTransaction, type Receipts } from './transaction.ts';
import type { Receipt } from './write.ts';
import { writers } from './writeAccess.ts';

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
      bundle.value.entries.map(({ index }) => ({ response: responseOf(imported.value.byEntry.get(index)!) })),
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

const responseOf = ({ type, id, versionId, outcome }: Receipt): object => ({
  status: inWords(statusOf[outcome]),
  location: `${type}/${id}/_history/${versionId}`,
  etag: etag(versionId),
});

async function answerTransaction(
  deps: Deps,
  c: Context<Env>,
  ask: AskInside,
  entries: EntryRequest[],
): Promise<Response> {
  const base = baseUrl(c, deps.config);
  const writing = { who: signedIn(c), base };
  const answers = new Map<number, object>();
  const done = await once(deps, c, async (remember) => {
    const refusal = await checkReads(c, ask, entries, base, answers);
    if (refusal) throw new Refused(refusal);
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
    else answered.push(answers.get(index) ?? (await askedEntry(c, ask, entry, base, index)));
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
