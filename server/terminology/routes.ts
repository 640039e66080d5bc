import { Hono } from 'hono';
import { catalogueQuery } from '../../shared/orders/catalogue.ts';
import { allow, valid, type Env } from '../http/route.ts';
import { indexCatalogue, type Terminology } from './search.ts';
import { starterCatalogue } from './starter.ts';

/** `GET /terminology/search?category=&q=`: what can be ordered or recorded under that name. */
export const terminologyRoutes = (terminology: Terminology = indexCatalogue(starterCatalogue)) =>
  new Hono<Env>().get('/terminology/search', allow('chart:read'), valid('query', catalogueQuery), (c) =>
    c.json({ items: terminology.search(c.req.valid('query')) }),
  );
