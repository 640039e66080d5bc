import { Hono, type Context } from 'hono';
import { refuse } from '../../../shared/wire/refusals.ts';
import type { Result } from '../../../shared/wire/result.ts';
import { auditRow } from '../../audit/trail.ts';
import type { Deps } from '../../deps.ts';
import { actorOf, allow, Refused, refused, signedIn, type Env } from '../../http/route.ts';
import { noticing } from '../../records/damage.ts';
import type { Damage } from '../../records/intact.ts';
import { answer, baseUrl } from '../answer.ts';
import { resourceTypes } from '../resourceTypes.ts';
import { searchPage, searchTypes, type SearchPage } from './answerSearch.ts';
import { searchBundle } from './bundle.ts';
import { codeSetsFor } from './codeSets.ts';
import { badValue, unknownParameter, type SearchProblem } from './problem.ts';
import { parseSearch, type Compartment, type SearchRequest } from './request.ts';

/** A search's words, which are no documents. */
const longestForm = 256 * 1024;
const typesAtMost = 20;

/** Everything that can be looked for: in a type, in several, in what belongs to a patient or an encounter. */
export const searchRoutes = (deps: Deps) =>
  new Hono<Env>()
    .get('/', allow('chart:read'), (c) => searchSeveral(deps, c, queryOf(c)))
    .post('/_search', allow('chart:read'), async (c) => searchSeveral(deps, c, await formOf(c)))
    .get('/:type', allow('chart:read'), (c) => searchOne(deps, c, queryOf(c)))
    .post('/:type/_search', allow('chart:read'), async (c) => searchOne(deps, c, await formOf(c)))
    .get('/:in/:id/:type', allow('chart:read'), (c) => {
      const { in: type, id } = c.req.param();
      if (type !== 'Patient' && type !== 'Encounter') throw refused('not-found');
      if (!/^[A-Za-z0-9.-]{1,64}$/.test(id)) throw refused('not-found');
      return searchOne(deps, c, queryOf(c), { type, id });
    });

type Query = [string, string][];

const queryOf = (c: Context<Env>): Query => [...new URL(c.req.url).searchParams];

/** What a form asks, with what the address asks beside it. */
async function formOf(c: Context<Env>): Promise<Query> {
  const sent = c.req.header('Content-Type')?.split(';', 1)[0]?.trim().toLowerCase();
  const text = await c.req.text();
  if (text !== '' && sent !== 'application/x-www-form-urlencoded') throw refused('media-type');
  if (text.length > longestForm) throw refused('too-large');
  return [...queryOf(c), ...new URLSearchParams(text)];
}

/** @throws Refused, which names the parameter and never what was searched for */
function read<T>(result: Result<T, SearchProblem>): T {
  if (result.ok) return result.value;
  const { code, message } = result.error;
  const issue = [{ severity: 'error', code, diagnostics: message }];
  throw new Refused({ ...refuse('invalid', message), more: { issue } });
}

const parsing = async (deps: Deps, c: Context<Env>, query: Query) => ({
  scope: {
    siteId: signedIn(c).user.siteId,
    now: deps.now(),
    baseUrl: baseUrl(c, deps.config),
    codeSets: await codeSetsFor(deps.reader, query),
  },
  lenient: /\bhandling\s*=\s*"?lenient\b/.test(c.req.header('Prefer') ?? ''),
});

async function searchOne(
  deps: Deps,
  c: Context<Env>,
  query: Query,
  compartment: Compartment | null = null,
): Promise<Response> {
  const type = c.req.param('type') ?? '';
  if (!resourceTypes.has(type)) throw refused('not-found');
  const { scope, lenient } = await parsing(deps, c, query);
  const request = read(parseSearch(scope, type, query, { lenient, compartment }));
  const { value, damaged } = await noticing(() => searchPage(deps.reader, scope.siteId, request));
  return answerPage(deps, c, request, { ...read(value), damaged }, type);
}

async function searchSeveral(deps: Deps, c: Context<Env>, query: Query): Promise<Response> {
  const types = [
    ...new Set(query.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','))),
  ];
  const known = types.every((type) => resourceTypes.has(type));
  if (types.length === 0 || types.length > typesAtMost || !known)
    throw read<never>({ ok: false, error: badValue('_type', `one to ${typesAtMost} resource types`) });
  const { scope, lenient } = await parsing(deps, c, query);
  const rest = query.filter(([name]) => name !== '_type');
  const requests = types.map((type) => read(parseSearch(scope, type, rest, { lenient })));
  if (types.length > 1 && requests.some(({ sort }) => sort.length > 0))
    read({ ok: false, error: unknownParameter('A search in several types', '_sort') });
  const { value, damaged } = await noticing(() => searchTypes(deps.reader, scope.siteId, requests));
  const request = { ...requests[0]!, understood: query.filter(([name]) => name !== '_cursor') };
  return answerPage(deps, c, request, { ...read(value), damaged }, types.join(','));
}

async function answerPage(
  deps: Deps,
  c: Context<Env>,
  request: SearchRequest,
  page: SearchPage & { damaged: Damage[] },
  entity: string,
): Promise<Response> {
  const patients = new Set([...page.matches, ...page.included].map(({ patientId }) => patientId));
  patients.delete(null);
  await deps.writer.commit({
    statements: [],
    chained: [
      auditRow({
        action: 'resource:searched',
        outcome: 'success',
        actor: actorOf(signedIn(c)),
        at: deps.now(),
        // Whose record was looked at, where that is one person's.
        patientId: patients.size === 1 ? [...patients][0]! : null,
        entity,
        detail: { found: page.matches.length, included: page.included.length, patients: patients.size },
      }),
    ],
  });
  const base = baseUrl(c, deps.config);
  // The path as it was asked; a form's words go into the links, as they must be asked again.
  const path = new URL(c.req.url).pathname.replace(/\/_search$/, '').replace(/^.*\/fhir\/R4/, '');
  const bundle = searchBundle(
    { request, ...page },
    { now: deps.now(), address: `${base}${path}`, baseUrl: base },
  );
  return answer(c, bundle);
}
