import { Hono, type Context } from 'hono';
import { can } from '../../shared/access/can.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, type Env } from '../http/route.ts';
import { isAsStored, reportDamage } from '../records/intact.ts';
import { readHead, readVersion, type StoredResource, type StoredVersion } from '../records/recordStore.ts';
import { answer, describeVersion, withVersion } from './answer.ts';
import { etag } from './negotiate.ts';
import { resourceTypes } from './resourceTypes.ts';

/** A resource as it stands, or as it stood. */
export const readRoutes = (deps: Deps) =>
  new Hono<Env>()
    .get('/:type/:id', allow('chart:read'), async (c) => {
      const { type, id } = c.req.param();
      const head = await readableHead(deps, c, type, id);
      await auditRead(deps, c, head);
      if (head.deleted) throw refused('gone');
      await refuseDamage(deps, c, head);
      describeVersion(c, head);
      return isUnchanged(c, head) ? c.body(null, 304) : answer(c, withVersion(head));
    })
    .get('/:type/:id/_history/:version', allow('chart:read'), async (c) => {
      const { type, id, version } = c.req.param();
      const head = await readableHead(deps, c, type, id);
      const stored = /^\d{1,9}$/.test(version)
        ? await readVersion(deps.reader, type, id, Number(version))
        : null;
      if (!stored) throw refused('not-found');
      await auditRead(deps, c, head, stored.versionId);
      if (stored.deleted) throw refused('gone');
      await refuseDamage(deps, c, { ...head, ...stored, siteId: head.siteId, source: head.source });
      describeVersion(c, stored);
      return answer(c, withVersion(stored));
    });

/** The newest version of what this person may read, ended or not. @throws Refused `not-found` */
export async function readableHead(
  { reader }: Pick<Deps, 'reader'>,
  c: Context<Env>,
  type: string,
  id: string,
): Promise<StoredResource> {
  const head = resourceTypes.has(type) ? await readHead(reader, type, id) : null;
  if (!head || !can(signedIn(c).user, 'chart:read', head)) throw refused('not-found');
  return head;
}

/** What is no longer what was stored is shown to nobody: a wrong dose is worse than none. @throws Refused `damaged` */
async function refuseDamage(deps: Deps, c: Context<Env>, stored: StoredResource): Promise<void> {
  if (isAsStored(stored)) return;
  const { type, id, versionId, patientId, encounterId } = stored;
  const damage = { entity: `${type}/${id}`, version: versionId, patientId, encounterId };
  await reportDamage(deps, actorOf(signedIn(c)), damage);
  throw refused('damaged');
}

const auditRead = (
  { writer, now }: Deps,
  c: Context<Env>,
  { type, id, patientId, encounterId }: StoredResource,
  version?: number,
) =>
  writer.commit({
    statements: [],
    chained: [
      auditRow({
        action: 'resource:read',
        outcome: 'success',
        actor: actorOf(signedIn(c)),
        at: now(),
        patientId,
        encounterId,
        entity: `${type}/${id}`,
        ...(version === undefined ? {} : { detail: { version } }),
      }),
    ],
  });

/** Whether the caller already has this version (RFC 9110, 13.1: a date counts only where no tag is named). */
function isUnchanged(c: Context<Env>, { versionId, recordedAt }: StoredVersion): boolean {
  const tags = c.req.header('If-None-Match');
  if (tags !== undefined) {
    const named = new Set(tags.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
    return named.has('*') || named.has(etag(versionId).replace(/^W\//, ''));
  }
  const since = Date.parse(c.req.header('If-Modified-Since') ?? '');
  return !Number.isNaN(since) && Math.floor(Date.parse(recordedAt) / 1000) * 1000 <= since;
}
