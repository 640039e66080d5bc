import { Hono, type Context } from 'hono';
import { instantOf, type Resource } from '../../shared/patients/fhirValue.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { actorOf, allow, refused, signedIn, type Env } from '../http/route.ts';
import { intact, noticing, sound } from '../records/damage.ts';
import type { Damage } from '../records/intact.ts';
import { writeJson } from '../records/json.ts';
import { answer, baseUrl, withVersion } from './answer.ts';
import { isObject, jsonBody } from './body.ts';
import {
  readEverything,
  readNamed,
  type CurrentResource,
  type EverythingCursor,
  type EverythingQuery,
} from './everything.ts';
import { damageIssues, validationOutcome } from './outcome.ts';
import { pageOf, readCursor } from './page.ts';
import { readableHead } from './readRoutes.ts';
import { localTarget, referencesIn } from './references.ts';
import { resourceTypes } from './resourceTypes.ts';
import { validate } from './validate/validate.ts';
import { writers } from './writeAccess.ts';

/** FHIR's operations: everything of a patient or an encounter, and whether something is valid. */
export const operationRoutes = (deps: Deps) =>
  new Hono<Env>()
    .get('/Patient/:id/$everything', allow('chart:read'), (c) => answerEverything(deps, c, 'Patient'))
    .get('/Encounter/:id/$everything', allow('chart:read'), (c) => answerEverything(deps, c, 'Encounter'))
    .post('/:type/$validate', allow('chart:read', ...writers), (c) => answerValidity(c))
    .post('/:type/:id/$validate', allow('chart:read', ...writers), (c) => answerValidity(c))
    .get('/:type/:id/$validate', allow('chart:read'), async (c) => {
      const { type, id } = c.req.param();
      const head = await readableHead(deps, c, type, id);
      if (head.deleted) throw refused('gone');
      return answer(
        c,
        validationOutcome(validate(JSON.parse(intact(head).json) as object, c.req.queries('profile'))),
      );
    });

/** Valid or not, asking was right: the answer is 200 either way (FHIR R4, Resource $validate). */
async function answerValidity(c: Context<Env>): Promise<Response> {
  const body = await jsonBody(c);
  const { resource, profiles } = asked(body, c.req.queries('profile') ?? []);
  if (!isObject(resource)) throw refused('invalid', 'There is no resource to validate.');
  if (resource.resourceType !== c.req.param('type'))
    throw refused('invalid', 'The body is a resource of another type than the address.');
  const plain = JSON.parse(writeJson(resource)) as object;
  return answer(c, validationOutcome(validate(plain, profiles)));
}

/** A resource by itself, or with what is asked about it as Parameters. */
function asked(body: unknown, profiles: string[]): { resource: unknown; profiles: string[] } {
  if (!isObject(body) || body.resourceType !== 'Parameters') return { resource: body, profiles };
  const parameters = (Array.isArray(body.parameter) ? body.parameter : []).filter(isObject);
  const named = (name: string) => parameters.filter((each) => each.name === name);
  const asProfile = named('profile').map((each) => each.valueUri ?? each.valueCanonical ?? each.valueString);
  return {
    resource: named('resource')[0]?.resource,
    profiles: [...profiles, ...asProfile.filter((each): each is string => typeof each === 'string')],
  };
}

const cursorForm = (value: unknown): value is EverythingCursor =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');

function instantIn(c: Context<Env>, name: string): string | null {
  const text = c.req.query(name);
  if (text === undefined) return null;
  const at = instantOf(text);
  if (at === null) throw refused('invalid', `${name} is a date or an instant.`);
  return at;
}

/** The last moment that a date or dateTime of less precision means. */
function lastOf(c: Context<Env>, name: string): string | null {
  const from = instantIn(c, name);
  const text = c.req.query(name);
  if (from === null || text === undefined || text.includes('T')) return from;
  const at = new Date(from);
  if (text.length === 4) at.setUTCFullYear(at.getUTCFullYear() + 1);
  else if (text.length === 7) at.setUTCMonth(at.getUTCMonth() + 1);
  else at.setUTCDate(at.getUTCDate() + 1);
  return new Date(at.getTime() - 1).toISOString();
}

async function answerEverything(
  deps: Deps,
  c: Context<Env>,
  type: 'Patient' | 'Encounter',
): Promise<Response> {
  const id = c.req.param('id') ?? '';
  const head = await readableHead(deps, c, type, id);
  if (head.deleted) throw refused('gone');
  const who = signedIn(c);
  const types = c.req.queries('_type')?.flatMap((each) => each.split(',')) ?? null;
  if (types?.some((each) => !resourceTypes.has(each)))
    throw refused('invalid', '_type names resource types.');
  const page = pageOf(c);
  const query: EverythingQuery = {
    siteId: who.user.siteId,
    of: type === 'Patient' ? { patientId: id } : { encounterId: id },
    types,
    since: instantIn(c, '_since'),
    start: instantIn(c, 'start'),
    end: lastOf(c, 'end'),
    after: readCursor(c, cursorForm),
    count: page.count,
  };
  const found = await readEverything(deps.reader, query);
  const shown = found.slice(0, page.count);
  const base = baseUrl(c, deps.config);
  const { value, damaged } = await noticing(async () => {
    const matches = sound(shown);
    return { matches, included: types === null ? await readIncluded(deps, base, query, matches) : [] };
  });
  const { matches, included } = value;
  await deps.writer.commit({
    statements: [],
    chained: [
      auditRow({
        action: 'everything:read',
        outcome: 'success',
        actor: actorOf(who),
        at: deps.now(),
        patientId: head.patientId,
        encounterId: head.encounterId,
        entity: `${type}/${id}`,
        detail: { resources: matches.length + included.length },
      }),
    ],
  });
  const last = found.length > page.count ? shown.at(-1)! : null;
  const entry = (mode: 'match' | 'include') => (each: CurrentResource) => ({
    fullUrl: `${base}/${each.type}/${each.id}`,
    resource: withVersion(each),
    search: { mode },
  });
  return answer(c, {
    resourceType: 'Bundle',
    type: 'searchset',
    link: page.links(c, base, last && [last.type, last.id]),
    entry: [
      ...matches.map(entry('match')),
      ...included.map(entry('include')),
      ...(damaged.length === 0 ? [] : [missing(damaged)]),
    ],
  });
}

const missing = (damaged: Damage[]): object => ({
  resource: { resourceType: 'OperationOutcome', issue: damageIssues(damaged) },
  search: { mode: 'outcome' },
});

/** Whom and what a page's resources point to, so that it can be read by itself; not what another page brings. */
async function readIncluded(
  { reader }: Deps,
  base: string,
  { siteId, of }: EverythingQuery,
  shown: CurrentResource[],
): Promise<CurrentResource[]> {
  const here = new Set(shown.map(({ type, id }) => `${type}/${id}`));
  const wanted = new Map<string, { type: string; id: string }>();
  for (const { json } of shown) {
    for (const { reference } of referencesIn(JSON.parse(json) as Resource, '')) {
      const target = localTarget(reference, base);
      if (target && !here.has(`${target.type}/${target.id}`))
        wanted.set(`${target.type}/${target.id}`, target);
    }
  }
  const found = sound(await readNamed(reader, siteId, [...wanted.values()]));
  return 'patientId' in of ? found.filter(({ patientId }) => patientId !== of.patientId) : found;
}
