import { Hono } from 'hono';
import { z } from 'zod';
import { catalogueQuery } from '../../shared/orders/catalogue.ts';
import type { Deps } from '../deps.ts';
import { allow, valid, type Env } from '../http/route.ts';
import { openTerminology } from './terminology.ts';

const coding = z.object({
  system: z.string().trim().min(1).max(300),
  code: z.string().trim().min(1).max(100),
});

/**
 * `GET /terminology/search?category=&system=&q=`: what can be ordered or recorded under that name.
 * `GET /terminology/lookup?system=&code=`: what a code means, null when nobody
 * knows. `GET /terminology/ingredients?system=&code=`: what is in
 * a medicine; `known: false` when that cannot be told.
 */
export function terminologyRoutes({ reader }: Pick<Deps, 'reader'>) {
  const terminology = openTerminology(reader);
  return new Hono<Env>()
    .get('/terminology/search', allow('chart:read'), valid('query', catalogueQuery), async (c) =>
      c.json({ items: await terminology.search(c.req.valid('query')) }),
    )
    .get('/terminology/lookup', allow('chart:read'), valid('query', coding), async (c) => {
      const { system, code } = c.req.valid('query');
      return c.json({ concept: await terminology.lookup(system, code) });
    })
    .get('/terminology/ingredients', allow('chart:read'), valid('query', coding), async (c) => {
      const { system, code } = c.req.valid('query');
      const items = await terminology.ingredientsOf(system, code);
      return c.json({ known: items !== null, items: items ?? [] });
    });
}
