import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { can } from '../../shared/access/can.ts';
import { splitList, toItem } from '../../shared/lists/interpret.ts';
import { lists } from '../../shared/lists/lists.ts';
import { capabilityOf, listNames, type ListName } from '../../shared/lists/names.ts';
import {
  toAdd,
  toChange,
  toEnd,
  toRestore,
  toReview,
  toSayNone,
  toTakeBack,
  type ListsAnswer,
} from '../../shared/lists/wire.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Refusal } from '../../shared/wire/refusals.ts';
import type { Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { listed, offset, pageSize } from '../http/paging.ts';
import { actorOf, allow, Refused, refused, signedIn, valid, type Env } from '../http/route.ts';
import { findPatient } from '../patients/queries.ts';
import { intact } from '../records/damage.ts';
import { parseJson } from '../records/json.ts';
import { readVersion } from '../records/recordStore.ts';
import { add, change, end, restore, review, sayNone, takeBack } from './acts.ts';
import { readEntries, readEntry, readLists, readVersions } from './queries.ts';
import { recordOnList, type Decision, type Look } from './record.ts';

const recorders = [...new Set(listNames.map((name) => capabilityOf[name]))];
const page = z.object({ offset });
// In a group: the router would otherwise anchor only the first and the last name.
const anyList = `:list{(?:${listNames.join('|')})}`;
const one = `/patients/:id/${anyList}` as const;

type Asked = Context<Env>;

const listOf = (c: Asked): ListName => {
  const name = listNames.find((each) => each === c.req.param('list'));
  if (name === undefined) throw refused('not-found');
  return name;
};

const entryOf = (c: Asked): string => c.req.param('entry') ?? '';

/** The lists of a chart, and the acts on their entries: one form of address for all of them. */
export const listRoutes = (deps: Deps) => {
  const { reader } = deps;

  const patientOf = async (c: Asked): Promise<string> => {
    const { user } = signedIn(c);
    const patient = await findPatient(reader, c.req.param('id') ?? '', user.siteId);
    if (!patient || !can(user, 'chart:read', patient)) throw refused('not-found');
    return patient.id;
  };

  const audited = async (
    c: Asked,
    action: AuditAction,
    patientId: string,
    detail: Record<string, string> = {},
  ) => {
    const actor = actorOf(signedIn(c));
    const chained = [auditRow({ action, outcome: 'success', actor, at: deps.now(), patientId, detail })];
    await deps.writer.commit({ statements: [], chained });
  };

  const act = (
    c: Asked,
    status: 200 | 201,
    decide: (list: ListName, look: Look) => Result<Decision, Refusal>,
    { encounterId, entry }: { encounterId?: string | undefined; entry?: unknown } = {},
  ) =>
    once(deps, c, async (remember) => {
      const who = signedIn(c);
      const list = listOf(c);
      if (!can(who.user, capabilityOf[list])) throw refused('forbidden');
      const patientId = await patientOf(c);
      const asked = { who, patientId, list, entry, encounterId, remember };
      const done = await recordOnList(deps, asked, status, (look) => decide(list, look));
      if (!done.ok) throw new Refused(done.error);
      return c.json(done.value, status);
    });

  return new Hono<Env>()
    .get('/patients/:id/lists', allow('chart:read'), async (c) => {
      const patientId = await patientOf(c);
      await audited(c, 'lists:opened', patientId);
      const answer: ListsAnswer = await readLists(reader, patientId);
      return c.json(answer);
    })
    .get(one, allow('chart:read'), valid('query', page), async (c) => {
      const list = listOf(c);
      const patientId = await patientOf(c);
      await audited(c, 'list:opened', patientId, { list });
      const { holding, others } = splitList(list, await readEntries(reader, patientId, [list]));
      const all = [...holding, ...others].map((each) => toItem(list, each));
      const from = c.req.valid('query').offset;
      const items = all.slice(from, from + pageSize);
      return c.json(listed(items, all.length > from + items.length, { offset: from }));
    })
    .post(one, allow(...recorders), valid('json', toAdd), (c) => {
      const body = c.req.valid('json');
      return act(c, 201, (list, look) => add(list, look, body), body);
    })
    .post(`${one}/none`, allow(...recorders), valid('json', toSayNone), (c) =>
      act(c, 200, sayNone, c.req.valid('json')),
    )
    .post(`${one}/reviewed`, allow(...recorders), valid('json', toReview), (c) => {
      const body = c.req.valid('json');
      return act(c, 200, (list, look) => review(list, look, body), body);
    })
    .put(`${one}/:entry`, allow(...recorders), valid('json', toChange), (c) =>
      act(c, 200, (list, look) => change(list, look, entryOf(c), c.req.valid('json')), c.req.valid('json')),
    )
    .post(`${one}/:entry/end`, allow(...recorders), valid('json', toEnd), (c) =>
      act(c, 200, (list, look) => end(list, look, entryOf(c), c.req.valid('json'))),
    )
    .post(`${one}/:entry/error`, allow(...recorders), valid('json', toTakeBack), (c) =>
      act(c, 200, (list, look) => takeBack(list, look, entryOf(c), c.req.valid('json'))),
    )
    .post(`${one}/:entry/restore`, allow(...recorders), valid('json', toRestore), async (c) => {
      const { version, to } = c.req.valid('json');
      const stored = await readVersion(reader, lists[listOf(c)].resourceType, entryOf(c), to);
      const earlier = stored && !stored.deleted ? (parseJson(intact(stored).json) as Resource) : null;
      return act(c, 200, (list, look) => restore(list, look, entryOf(c), { version, earlier }));
    })
    .get(`${one}/:entry/versions`, allow('chart:read'), valid('query', page), async (c) => {
      const list = listOf(c);
      const patientId = await patientOf(c);
      const entry = await readEntry(reader, patientId, list, entryOf(c));
      if (!entry) throw refused('not-found');
      await audited(c, 'list:versions', patientId, { list });
      const from = c.req.valid('query').offset;
      const found = await readVersions(reader, lists[list].resourceType, entry.resource.id, {
        offset: from,
        limit: pageSize + 1,
      });
      const items = found.slice(0, pageSize).map((each) => toItem(list, each));
      return c.json(listed(items, found.length > pageSize, { offset: from }));
    });
};
