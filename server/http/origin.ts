import type { MiddlewareHandler } from 'hono';
import type { Config } from '../config.ts';
import { refused, type Env } from './route.ts';

type Where = Pick<Config, 'publicUrl' | 'host'>;

/** A bare IPv6 address stands in brackets in a URL. */
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Where the service's own pages come from. `port` is the one it really listens on. */
export const ownOrigins = ({ publicUrl, host }: Where, port: number): string[] =>
  publicUrl === null
    ? [...new Set([inUrl(host), 'localhost'])].map((name) => new URL(`http://${name}:${port}`).origin)
    : [publicUrl];

/** Whether a browser's `Origin` is the service itself: the question for every unsafe request and every socket. */
export const isOwnOrigin = (where: Where, port: number, origin: string): boolean =>
  ownOrigins(where, port).includes(origin);

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What another site's page could make a browser send is refused before anything is looked at. A browser always names
 * the origin of an unsafe request; whoever names none is no browser, and is judged by the session alone. Fetch
 * metadata catches a browser that leaves the origin out.
 */
export const refuseForeignOrigin =
  (where: Where, port: () => number): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (!safeMethods.has(c.req.method)) {
      const origin = c.req.header('Origin');
      const site = c.req.header('Sec-Fetch-Site');
      if (origin !== undefined && !isOwnOrigin(where, port(), origin)) throw refused('origin');
      if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refused('origin');
    }
    await next();
  };
