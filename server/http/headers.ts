import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Config } from '../config.ts';
import { ownOrigins } from './origin.ts';
import type { Env } from './route.ts';

type Where = Pick<Config, 'publicUrl' | 'host'>;

/** Some browsers do not count a WebSocket to the same host as `'self'`. */
const sockets = (where: Where, port: number): string[] =>
  ownOrigins(where, port).map((origin) => origin.replace(/^http/, 'ws'));

/** Nothing from elsewhere, no script or style sheet in the page; styles in attributes are Svelte's and the editor's. */
const policy = (where: Where, port: number) => ({
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  styleSrcAttr: ["'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'", ...sockets(where, port)],
  workerSrc: ["'self'"],
  manifestSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
});

export function securityHeaders(where: Where, port: () => number): MiddlewareHandler<Env> {
  let made: { port: number; handler: MiddlewareHandler } | null = null;
  return (c, next) => {
    // The port is known only once the service listens.
    if (made?.port !== port()) made = { port: port(), handler: make(where, port()) };
    return made.handler(c, next);
  };
}

const make = (where: Where, port: number): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: policy(where, port),
    crossOriginResourcePolicy: 'same-origin',
    crossOriginOpenerPolicy: 'same-origin',
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    strictTransportSecurity: where.publicUrl?.startsWith('https:')
      ? 'max-age=31536000; includeSubDomains'
      : false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });

/** What comes from the record stays out of every cache between here and the screen. */
export const noStore: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
};
