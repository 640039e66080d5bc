import { Hono } from 'hono';
import { auditRow } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { readableEncounter } from '../encounters/readable.ts';
import { actorOf, allow, signedIn, type Env } from '../http/route.ts';
import { activeOrders, readDrafts } from './queries.ts';

export const orderRoutes = (deps: Deps) =>
  new Hono<Env>().get('/encounters/:id/orders', allow('chart:read'), async (c) => {
    const who = signedIn(c);
    const encounter = await readableEncounter(deps.reader, who.user, c.req.param('id'));
    await deps.writer.commit({
      statements: [],
      chained: [
        auditRow({
          action: 'document:opened',
          outcome: 'success',
          actor: actorOf(who),
          at: deps.now(),
          patientId: encounter.patientId,
          encounterId: encounter.id,
          entity: 'orders',
        }),
      ],
    });
    const [drafts, active] = await Promise.all([
      readDrafts(deps.log, encounter.id),
      activeOrders(deps.reader, encounter.id),
    ]);
    return c.json({ drafts, active });
  });
