import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { can } from '../../shared/access/can.ts';
import { encounterDraft, type wardLine } from '../../shared/encounters/schema.ts';
import { encounterStatuses } from '../../shared/encounters/status.ts';
import { auditRow, type AuditEvent } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { listed, offset, pageSize } from '../http/paging.ts';
import { actorOf, allow, Refused, refused, signedIn, valid, type Env } from '../http/route.ts';
import { findWard, listWards } from '../sites/wards.ts';
import { openEncounter } from './acts.ts';
import { readBoard, type CountDrafts } from './board.ts';
import { readableEncounter } from './readable.ts';
import { listWriters } from './writers.ts';
import { findEncounter, listEncounters, occupancy, readEncounter } from './queries.ts';

/** `any` leaves the question open. */
const status = z.enum([...encounterStatuses, 'any']).default('in-progress');

const list = z.object({
  status,
  siteId: z.string().max(100).optional(),
  q: z.string().max(200).default(''),
  offset,
});

/** `countDrafts` looks into order baskets, which are live documents: whoever joins the rooms supplies it. */
export const encounterRoutes = (deps: Deps, countDrafts: CountDrafts) => {
  const { reader } = deps;
  const record = async (c: Context<Env>, event: Omit<AuditEvent, 'outcome' | 'actor' | 'at'>) => {
    const actor = actorOf(signedIn(c));
    const chained = [auditRow({ outcome: 'success', actor, at: deps.now(), ...event })];
    await deps.writer.commit({ statements: [], chained });
  };

  return new Hono<Env>()
    .get('/encounters', allow('encounter:read'), valid('query', list), async (c) => {
      const query = c.req.valid('query');
      const { user } = signedIn(c);
      const { siteId } = user;
      // Another site's encounters are none that this user may see.
      if (query.siteId !== undefined && query.siteId !== siteId) return c.json(listed([], false, {}));
      const filter = {
        siteId,
        status: query.status === 'any' ? undefined : query.status,
        typed: query.q,
        withReason: can(user, 'chart:read', { siteId }),
      };
      const { items, more } = await listEncounters(reader, filter, { offset: query.offset, limit: pageSize });
      await record(c, { action: 'encounters:listed', detail: { found: items.length, offset: query.offset } });
      return c.json(listed(items, more, query));
    })
    .post('/encounters', allow('encounter:create'), valid('json', encounterDraft), (c) =>
      once(deps, c, async (remember) => {
        const opened = await openEncounter(deps, signedIn(c), c.req.valid('json'), remember);
        if (!opened.ok) throw new Refused(opened.error);
        return c.json(opened.value, 201);
      }),
    )
    .get('/encounters/:id', allow('encounter:read'), async (c) => {
      const { user } = signedIn(c);
      const facts = await findEncounter(reader, c.req.param('id'));
      if (!facts || facts.siteId !== user.siteId) throw refused('not-found');
      await record(c, { action: 'encounter:opened', patientId: facts.patientId, encounterId: facts.id });
      const readsChart = can(user, 'chart:read', facts);
      const encounter = await readEncounter(reader, facts.id, { siteId: user.siteId, readsChart });
      if (!encounter) throw refused('not-found');
      return c.json(encounter);
    })
    .get('/encounters/:id/writers', allow('chart:read'), async (c) => {
      const encounter = await readableEncounter(reader, signedIn(c).user, c.req.param('id'));
      return c.json({ items: await listWriters(reader, encounter.id) });
    })
    .get('/wards', allow('encounter:read'), async (c) => {
      const { siteId } = signedIn(c).user;
      const occupied = await occupancy(reader, siteId);
      const items = (await listWards(reader, siteId)).map((ward): z.infer<typeof wardLine> => ({
        id: ward.id,
        name: ward.name,
        specialty: ward.specialty,
        siteId: ward.siteId,
        occupied: occupied.get(ward.id) ?? 0,
        beds: ward.bays.reduce((sum, bay) => sum + bay.beds.length, 0),
      }));
      return c.json({ items });
    })
    .get('/wards/:id/board', allow('encounter:read'), async (c) => {
      const { user } = signedIn(c);
      const ward = await findWard(reader, c.req.param('id'), user.siteId);
      if (!ward) throw refused('not-found');
      await record(c, { action: 'board:opened', entity: `Ward/${ward.id}` });
      const readsChart = can(user, 'chart:read', ward);
      return c.json(
        await readBoard(reader, { ward, userId: user.id, readsChart, now: deps.now(), countDrafts }),
      );
    });
};
