import { Hono } from 'hono';
import { capabilitiesOf } from '../../shared/access/capabilities.ts';
import { ordersToSign } from '../../shared/signing/schema.ts';
import { auditRow } from '../audit/trail.ts';
import { isConfirmed } from '../auth/lifetimes.ts';
import type { Deps } from '../deps.ts';
import { readableEncounter } from '../encounters/readable.ts';
import { once } from '../http/idempotency.ts';
import { actorOf, allow, Refused, refused, signedIn, valid, type Env } from '../http/route.ts';
import type { Sealing } from '../log/sealing.ts';
import { reportDamage } from '../records/intact.ts';
import { activeOrders, basketName, readSoundDrafts } from './queries.ts';
import { signOrders } from './sign.ts';

export const orderRoutes = (deps: Deps, sealing: Sealing) =>
  new Hono<Env>()
    .get('/encounters/:id/orders', allow('chart:read'), async (c) => {
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
        readSoundDrafts(deps.log, encounter.id),
        activeOrders(deps.reader, encounter.id),
      ]);
      // What its log cannot vouch for is shown to nobody, and signed by nobody.
      if (drafts === null) {
        const { id: encounterId, patientId } = encounter;
        await reportDamage(deps, actorOf(who), { entity: basketName(encounterId), patientId, encounterId });
        throw refused('damaged');
      }
      return c.json({ drafts, active });
    })
    .post('/encounters/:id/orders/sign', allow('signed-in'), valid('json', ordersToSign), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        if (!isConfirmed(who.confirmedAt, deps.now())) throw refused('reauthenticate');
        if (!capabilitiesOf(who.user.role).has('orders:sign')) throw refused('forbidden');
        const encounter = await readableEncounter(deps.reader, who.user, c.req.param('id'));
        const { orders } = c.req.valid('json');
        const signed = await signOrders(deps, sealing, { who, encounter, orders }, remember);
        if (!signed.ok) throw new Refused(signed.error);
        return c.json(signed.value, 200);
      }),
    );
