import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { can } from '../../shared/access/can.ts';
import { refuse } from '../../shared/wire/refusals.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { toRefusal } from '../http/errors.ts';
import { actorOf, allow, refused, signedIn, type Env } from '../http/route.ts';
import { parseJson, writeJson } from '../records/json.ts';
import { readResource } from '../records/recordStore.ts';
import type { Outcome } from '../records/stage.ts';
import { readBundle } from './bundle.ts';
import { importBundle } from './importBundle.ts';
import { problemsOutcome, toOutcome } from './outcome.ts';
import { resourceTypes } from './resourceTypes.ts';

const answer = (
  c: Context<Env>,
  resource: unknown,
  status: 200 | 400 | 403 | 404 | 409 | 422 = 200,
): Response =>
  c.body(typeof resource === 'string' ? resource : JSON.stringify(resource), status, {
    'Content-Type': 'application/fhir+json; charset=utf-8',
  });

/** By now a refusal has been logged, audited and answered as everywhere; only its form is FHIR's. */
const inFhirForm: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  if (c.error) c.res = answer(c, toOutcome(toRefusal(c.error) ?? refuse('internal')), c.res.status as 404);
};

/** The first form of the FHIR API: load a bundle, read a resource. */
export const fhirRoutes = (deps: Deps) =>
  new Hono<Env>()
    .use(inFhirForm)
    .post('/', allow('sites:manage'), async (c) => {
      const who = signedIn(c);
      const bundle = readBundle(await c.req.text());
      if (!bundle.ok) return answer(c, problemsOutcome(bundle.error), 400);
      const { siteId } = who.user;
      const imported = await importBundle(deps, bundle.value, {
        siteId,
        source: siteId,
        actor: actorOf(who),
      });
      if (!imported.ok) return answer(c, problemsOutcome(imported.error), 422);
      return answer(c, responseBundle(bundle.value.type, imported.value.outcomes));
    })
    .get('/metadata', allow('everyone'), (c) => answer(c, capabilityStatement(deps.now())))
    .get('/:type/:id', allow('chart:read'), async (c) => {
      const who = signedIn(c);
      const { type, id } = c.req.param();
      const stored = resourceTypes.has(type) ? await readResource(deps.reader, type, id) : null;
      if (!stored || !can(who.user, 'chart:read', stored)) throw refused('not-found');
      await deps.writer.commit({
        statements: [],
        chained: [
          auditRow({
            action: 'resource:read',
            outcome: 'success',
            actor: actorOf(who),
            at: deps.now(),
            patientId: stored.patientId,
            encounterId: stored.encounterId,
            entity: `${type}/${id}`,
          }),
        ],
      });
      c.header('ETag', `W/"${stored.versionId}"`);
      c.header('Last-Modified', new Date(stored.recordedAt).toUTCString());
      return answer(c, withVersion(stored));
    });

/** The stored resource with the version and the time at which this service put it on record. */
function withVersion({
  json,
  versionId,
  recordedAt,
}: {
  json: string;
  versionId: number;
  recordedAt: string;
}): string {
  const resource = parseJson(json) as Record<string, unknown>;
  const meta = (resource.meta ?? {}) as Record<string, unknown>;
  return writeJson({ ...resource, meta: { ...meta, versionId: String(versionId), lastUpdated: recordedAt } });
}

const statusOf: Record<Outcome['outcome'], string> = {
  created: '201 Created',
  updated: '200 OK',
  unchanged: '200 OK',
  deleted: '204 No Content',
};

const responseBundle = (type: string, outcomes: Outcome[]): object => ({
  resourceType: 'Bundle',
  type: type === 'batch' ? 'batch-response' : 'transaction-response',
  entry: outcomes.map(({ type, id, versionId, outcome }) => ({
    response: {
      status: statusOf[outcome],
      location: `${type}/${id}/_history/${versionId}`,
      etag: `W/"${versionId}"`,
    },
  })),
});

const capabilityStatement = (now: Date): object => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: now.toISOString(),
  kind: 'instance',
  software: { name: 'Cochart' },
  implementation: { description: 'Cochart' },
  fhirVersion: '4.0.1',
  format: ['application/fhir+json'],
  rest: [
    {
      mode: 'server',
      interaction: [{ code: 'transaction' }, { code: 'batch' }],
      resource: [...resourceTypes].sort().map((type) => ({ type, interaction: [{ code: 'read' }] })),
    },
  ],
});
