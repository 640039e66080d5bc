import { Hono } from 'hono';
import type { Capability } from '../../shared/access/capabilities.ts';
import { can } from '../../shared/access/can.ts';
import {
  bedState,
  cancellation,
  discharge,
  expectedDischarge,
  refiling,
  transfer,
} from '../../shared/encounters/moves.ts';
import { unidentifiedArrival } from '../../shared/patients/demographics.ts';
import type { Refusal } from '../../shared/wire/refusals.ts';
import type { Result } from '../../shared/wire/result.ts';
import { isConfirmed } from '../auth/lifetimes.ts';
import type { Deps } from '../deps.ts';
import { once } from '../http/idempotency.ts';
import { allow, Refused, refused, signedIn, valid, type Env } from '../http/route.ts';
import { receiveUnidentified } from './arrivals.ts';
import { changeBedState } from './beds.ts';
import { cancelDischarge, dischargeEncounter } from './discharge.ts';
import { cancelTransfer, expectDischarge, transferEncounter } from './moves.ts';
import { findEncounter, type EncounterFacts } from './queries.ts';
import { refileEncounter } from './refile.ts';
import { reviewOrders } from './reviews.ts';

function answered<T>(result: Result<T, Refusal>): T {
  if (!result.ok) throw new Refused(result.error);
  return result.value;
}

/** Where a patient lies, when they leave, and whose encounter it is. */
export const moveRoutes = (deps: Deps) => {
  /** An encounter of this person's site; what is missing and what is another site's look alike. */
  const ownEncounter = async (
    { user }: ReturnType<typeof signedIn>,
    id: string,
    capability: Capability,
  ): Promise<EncounterFacts> => {
    const encounter = await findEncounter(deps.reader, id);
    if (!encounter || !can(user, capability, encounter)) throw refused('not-found');
    return encounter;
  };

  return new Hono<Env>()
    .post('/patients/unidentified', allow('patient:register'), valid('json', unidentifiedArrival), (c) =>
      once(deps, c, async (remember) => {
        const arrived = await receiveUnidentified(deps, signedIn(c), c.req.valid('json'), remember);
        return c.json(answered(arrived), 201);
      }),
    )
    .post('/encounters/:id/transfer', allow('encounter:move'), valid('json', transfer), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        const encounter = await ownEncounter(who, c.req.param('id'), 'encounter:move');
        const body = c.req.valid('json');
        return c.json(answered(await transferEncounter(deps, who, encounter, body, remember)), 200);
      }),
    )
    .post('/encounters/:id/transfer/cancel', allow('encounter:move'), valid('json', cancellation), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        const encounter = await ownEncounter(who, c.req.param('id'), 'encounter:move');
        const { version } = c.req.valid('json');
        return c.json(answered(await cancelTransfer(deps, who, encounter, version, remember)), 200);
      }),
    )
    .post('/encounters/:id/discharge', allow('encounter:move'), valid('json', discharge), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        const encounter = await ownEncounter(who, c.req.param('id'), 'encounter:move');
        const body = c.req.valid('json');
        return c.json(answered(await dischargeEncounter(deps, who, encounter, body, remember)), 200);
      }),
    )
    .post('/encounters/:id/discharge/cancel', allow('encounter:move'), valid('json', cancellation), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        const encounter = await ownEncounter(who, c.req.param('id'), 'encounter:move');
        const { version } = c.req.valid('json');
        return c.json(answered(await cancelDischarge(deps, who, encounter, version, remember)), 200);
      }),
    )
    .post(
      '/encounters/:id/expected-discharge',
      allow('encounter:move'),
      valid('json', expectedDischarge),
      (c) =>
        once(deps, c, async (remember) => {
          const who = signedIn(c);
          const encounter = await ownEncounter(who, c.req.param('id'), 'encounter:move');
          const body = c.req.valid('json');
          return c.json(answered(await expectDischarge(deps, who, encounter, body, remember)), 200);
        }),
    )
    .post('/encounters/:id/refile', allow('encounter:refile'), valid('json', refiling), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        if (!isConfirmed(who.confirmedAt, deps.now())) throw refused('reauthenticate');
        const encounter = await ownEncounter(who, c.req.param('id'), 'encounter:refile');
        const body = c.req.valid('json');
        return c.json(answered(await refileEncounter(deps, who, encounter, body, remember)), 200);
      }),
    )
    .post('/encounters/:id/orders/reviewed', allow('orders:sign'), (c) =>
      once(deps, c, async (remember) => {
        const who = signedIn(c);
        const encounter = await ownEncounter(who, c.req.param('id'), 'orders:sign');
        return c.json(answered(await reviewOrders(deps, who, encounter, remember)), 200);
      }),
    )
    .post('/wards/:id/beds/:bed/state', allow('encounter:move'), valid('json', bedState), (c) =>
      once(deps, c, async (remember) => {
        const change = { wardId: c.req.param('id'), bed: c.req.param('bed'), ...c.req.valid('json') };
        return c.json(answered(await changeBedState(deps, signedIn(c), change, remember)), 200);
      }),
    );
};
