import { Hono, type Context } from 'hono';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { instantOf } from '../../shared/patients/fhirValue.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, type Env } from '../http/route.ts';
import { baseUrl } from './answer.ts';
import { exportJobs } from './exportJobs.ts';
import { resourceTypes } from './resourceTypes.ts';

/** How long a client waits before it asks again, s. */
const askAgain = '2';

const formats = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson']);
const understood = new Set(['_outputFormat', '_type', '_since']);

/**
 * The asynchronous export of FHIR Bulk Data Access 2.0: everything of a site that this person may read, or what belongs
 * to its patients, as NDJSON files that only whoever asked can fetch.
 */
export function exportJobRoutes(deps: Deps) {
  const jobs = exportJobs(deps);
  const statusOf = (c: Context<Env>, id: string): string => `${baseUrl(c, deps.config)}/$export-status/${id}`;

  async function begin(c: Context<Env>, { ofPatients }: { ofPatients: boolean }): Promise<Response> {
    const { types, since } = asked(c);
    const { user } = signedIn(c);
    const id = deps.newId();
    const actor = { ...actorOf(signedIn(c)), userId: user.id, siteId: user.siteId };
    const request = `${baseUrl(c, deps.config)}${c.req.url.slice(c.req.url.indexOf('/fhir/R4') + '/fhir/R4'.length)}`;
    if (!(await jobs.begin({ id, actor, request, types, since, ofPatients })))
      throw refused('too-many', 'You have exports under way. Wait for them, or give one up.');
    c.header('Content-Location', statusOf(c, id));
    return c.body(null, 202);
  }

  return new Hono<Env>()
    .get('/$export', allow('chart:read'), (c) => begin(c, { ofPatients: false }))
    .get('/Patient/$export', allow('chart:read'), (c) => begin(c, { ofPatients: true }))
    .get('/$export-status/:id', allow('chart:read'), async (c) => {
      const id = c.req.param('id');
      const found = await jobs.stateOf(id, signedIn(c).user.id);
      if (!found) throw refused('not-found');
      const { job, now } = found;
      if (now.state === 'failed') throw refused('internal', 'The export failed. Ask for it again.');
      if (now.state === 'under-way') {
        c.header('X-Progress', `${now.resources} resources`);
        c.header('Retry-After', askAgain);
        return c.body(null, 202);
      }
      const { transactionTime, output, error } = now.manifest;
      const addressed = (file: { url: string }) => ({ ...file, url: `${statusOf(c, id)}/${file.url}` });
      c.header('Expires', now.expiresAt.toUTCString());
      return c.json({
        transactionTime,
        request: job.request,
        requiresAccessToken: true,
        output: output.map(addressed),
        error: error.map(addressed),
      });
    })
    .delete('/$export-status/:id', allow('chart:read'), async (c) => {
      if (!(await jobs.forget(c.req.param('id'), signedIn(c).user.id))) throw refused('not-found');
      return c.body(null, 202);
    })
    .get('/$export-status/:id/:file', allow('chart:read'), async (c) => {
      const { id, file } = c.req.param();
      const path = await jobs.fileOf(id, signedIn(c).user.id, file);
      if (path === null) throw refused('not-found');
      c.header('Content-Type', 'application/fhir+ndjson');
      return c.body(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
    });
}

/** @throws Refused for what this service cannot do, unless it is asked to be lenient about that */
function asked(c: Context<Env>): { types: string[] | null; since: string | null } {
  const prefer = c.req.header('Prefer') ?? '';
  if (!/\brespond-async\b/.test(prefer))
    throw refused('invalid', 'An export of this size is asynchronous: send Prefer: respond-async.');
  const query = [...new URL(c.req.url).searchParams];
  const unknown = query.find(([name]) => !understood.has(name));
  if (unknown && !/\bhandling\s*=\s*"?lenient\b/.test(prefer))
    throw refused('invalid', 'Only _type, _since and _outputFormat are understood here.');
  const all = (name: string): string[] => query.flatMap(([key, value]) => (key === name ? [value] : []));
  if (all('_outputFormat').some((format) => !formats.has(format)))
    throw refused('invalid', '_outputFormat is application/fhir+ndjson.');
  const types = all('_type').flatMap((value) => value.split(',').map((type) => type.trim()));
  if (types.some((type) => !resourceTypes.has(type))) throw refused('invalid', '_type names resource types.');
  const [since] = all('_since');
  const sinceAt = since === undefined ? null : instantOf(since.replace(' ', '+'));
  if (since !== undefined && sinceAt === null) throw refused('invalid', '_since is an instant.');
  return { types: types.length === 0 ? null : types, since: sinceAt };
}
