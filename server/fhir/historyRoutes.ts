import { Hono, type Context } from 'hono';
import { instantOf } from '../../shared/patients/fhirValue.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, type Env } from '../http/route.ts';
import { damageOf, sound } from '../records/damage.ts';
import { answer, baseUrl, withVersion } from './answer.ts';
import { readPast, type Cursor, type HistoryQuery, type PastVersion } from './history.ts';
import { etag } from './negotiate.ts';
import { damageIssues } from './outcome.ts';
import { pageOf, readCursor, type Page } from './page.ts';
import { readableHead } from './readRoutes.ts';
import { resourceTypes } from './resourceTypes.ts';

/** Every version of a resource, of a type, of everything; newest first. */
export const historyRoutes = (deps: Deps) =>
  new Hono<Env>()
    .get('/_history', allow('chart:read'), (c) => answerHistory(deps, c, {}))
    .get('/:type/_history', allow('chart:read'), (c) => {
      const { type } = c.req.param();
      if (!resourceTypes.has(type)) throw refused('not-found');
      return answerHistory(deps, c, { type });
    })
    .get('/:type/:id/_history', allow('chart:read'), async (c) => {
      const { type, id } = c.req.param();
      const { patientId, encounterId } = await readableHead(deps, c, type, id);
      return answerHistory(deps, c, { type, id }, { patientId, encounterId });
    });

const cursorForm = (value: unknown): value is Cursor =>
  Array.isArray(value) &&
  value.length === 4 &&
  value.slice(0, 3).every((part) => typeof part === 'string') &&
  typeof value[3] === 'number';

async function answerHistory(
  deps: Deps,
  c: Context<Env>,
  of: Pick<HistoryQuery, 'type' | 'id'>,
  about: { patientId: string | null; encounterId: string | null } = { patientId: null, encounterId: null },
): Promise<Response> {
  const who = signedIn(c);
  const since = c.req.query('_since');
  const sinceAt = since === undefined ? null : instantOf(since);
  if (since !== undefined && sinceAt === null) throw refused('invalid', '_since is an instant.');
  const page = pageOf(c);
  const found = await readPast(deps.reader, {
    siteId: who.user.siteId,
    ...of,
    since: sinceAt,
    after: readCursor(c, cursorForm),
    count: page.count,
  });
  const shown = found.slice(0, page.count);
  await deps.writer.commit({
    statements: [],
    chained: [
      auditRow({
        action: 'history:read',
        outcome: 'success',
        actor: actorOf(who),
        at: deps.now(),
        ...about,
        entity: [of.type, of.id].filter((part) => part !== undefined).join('/') || null,
        detail: { versions: shown.length },
      }),
    ],
  });
  return answer(c, historyBundle(baseUrl(c, deps.config), c, page, shown, found.length > page.count));
}

function historyBundle(
  base: string,
  c: Context<Env>,
  page: Page,
  versions: PastVersion[],
  more: boolean,
): object {
  const readable = new Set(sound(versions));
  const last = versions.at(-1);
  const cursor: Cursor | null = more && last ? [last.recordedAt, last.type, last.id, last.versionId] : null;
  return {
    resourceType: 'Bundle',
    type: 'history',
    link: page.links(c, base, cursor),
    entry: versions.map((version) => entryOf(base, version, readable.has(version))),
  };
}

/** Of a version that is damaged, that it was there. */
function entryOf(base: string, version: PastVersion, isReadable: boolean): object {
  const { type, id, versionId, recordedAt, deleted } = version;
  const method = deleted ? 'DELETE' : versionId === 1 ? 'POST' : 'PUT';
  const damaged = { resourceType: 'OperationOutcome', issue: damageIssues([damageOf(version)]) };
  const status = deleted ? '204 No Content' : versionId === 1 ? '201 Created' : '200 OK';
  return {
    fullUrl: `${base}/${type}/${id}`,
    ...(deleted || !isReadable ? {} : { resource: withVersion(version) }),
    request: { method, url: method === 'POST' ? type : `${type}/${id}` },
    response: {
      status,
      etag: etag(versionId),
      lastModified: recordedAt,
      ...(isReadable ? {} : { outcome: damaged }),
    },
  };
}
