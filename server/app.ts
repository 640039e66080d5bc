import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { METHOD_NAME_ALL } from 'hono/router';
import { routePath } from 'hono/route';
import { refuse } from '../shared/wire/refusals.ts';
import { auditRoutes } from './audit/routes.ts';
import type { Auth } from './auth/auth.ts';
import type { Deps } from './deps.ts';
import type { CountDrafts } from './encounters/board.ts';
import { moveRoutes } from './encounters/moveRoutes.ts';
import { encounterRoutes } from './encounters/routes.ts';
import { exportJobRoutes } from './fhir/exportJobRoutes.ts';
import { exportRoutes } from './fhir/exportRoutes.ts';
import { importRoutes, uploadPath } from './fhir/importRoutes.ts';
import { fhirRoutes, inFhirForm } from './fhir/router.ts';
import { historyRoutes } from './history/routes.ts';
import { clientRoutes } from './http/client.ts';
import { answerError, answerRefusal } from './http/errors.ts';
import { tellOfDamage } from './http/damage.ts';
import { noStore, securityHeaders } from './http/headers.ts';
import { healthRoutes } from './http/health.ts';
import type { Metrics } from './http/metrics.ts';
import { refuseForeignOrigin } from './http/origin.ts';
import { allow, declaredAccess, refused, type Access, type Env } from './http/route.ts';
import { recogniseSession, sessionRoutes, type Demo } from './http/session.ts';
import { setupRoutes, type FirstRun } from './http/setup.ts';
import { listRoutes } from './lists/routes.ts';
import type { Sealing } from './log/sealing.ts';
import { noteRoutes } from './notes/routes.ts';
import { orderRoutes } from './orders/routes.ts';
import { chartRoutes } from './patients/chartRoutes.ts';
import { registrationRoutes } from './patients/registrationRoutes.ts';
import { patientRoutes } from './patients/routes.ts';
import { printRoutes } from './print/routes.ts';
import { quarantineRoutes } from './quarantine/routes.ts';
import { terminologyRoutes } from './terminology/routes.ts';

/** What the rooms are joined with, beside what every act may ask for. */
export interface Parts {
  auth: Auth;
  metrics: Metrics;
  /** Shown on the sign-in page; null when this is no demo. */
  demo: Demo | null;
  /** The open offer to make the first administrator, if there is one. */
  firstRun: FirstRun;
  /** Looks into order baskets, open or not. */
  countDrafts: CountDrafts;
  /** Seals documents for signatures. */
  sealing: Sealing;
  /** Where the service really listens. */
  port: () => number;
  /** The built client; null where something else serves the pages. */
  clientFolder: string | null;
}

const mebibyte = 1024 * 1024;
const bodyLimits = { api: mebibyte, fhir: 64 * mebibyte };

/** What is sent to be imported goes to the disk as it comes; its own route says how much. */
const limitBody = (maxSize: number): MiddlewareHandler<Env> => {
  const limit = bodyLimit({
    maxSize,
    onError: () => {
      throw refused('too-large');
    },
  });
  return (c, next) => (c.req.path === uploadPath && c.req.method === 'POST' ? next() : limit(c, next));
};

/** The rooms below `/api`: chained, so that their types reach the client. */
const joinRooms = (deps: Deps, { auth, demo, firstRun, countDrafts, sealing }: Parts) =>
  new Hono<Env>()
    .route('/', sessionRoutes(deps, auth, demo))
    .route('/', setupRoutes(deps, firstRun))
    .route('/', moveRoutes(deps))
    .route('/', registrationRoutes(deps))
    .route('/', patientRoutes(deps))
    .route('/', chartRoutes(deps))
    .route('/', listRoutes(deps))
    .route('/', encounterRoutes(deps, countDrafts))
    .route('/', noteRoutes(deps, sealing))
    .route('/', orderRoutes(deps, sealing))
    .route('/', historyRoutes(deps))
    .route('/', quarantineRoutes(deps))
    .route('/', importRoutes(deps))
    .route('/', printRoutes(deps))
    .route('/', auditRoutes(deps))
    .route('/', terminologyRoutes(deps));

const nothingHere: MiddlewareHandler<Env> = () => {
  throw refused('not-found');
};

/**
 * Introduces the rooms to each other and to the wire. It does not listen, so tests ask the very same app.
 * @throws when a route does not say who may call it
 */
export function buildApp(deps: Deps, parts: Parts) {
  const { config, logger, newId } = deps;
  const { auth, metrics, port, clientFolder } = parts;
  const requests = metrics.counter('cochart_http_requests_total', 'Answers by status.');
  const identity = recogniseSession(auth);
  const damage = tellOfDamage(deps, metrics);

  // FHIR clients post their bundles to `/fhir/R4/`.
  const app = new Hono<Env>({ strict: false });
  app.onError(answerError(deps));
  app.notFound((c) => answerRefusal(c, refuse('not-found')));

  app.use(async (c, next) => {
    const startedMs = performance.now();
    const requestId = newId();
    c.set('requestId', requestId);
    c.set('signedIn', null);
    c.header('X-Request-Id', requestId);
    await next();
    requests({ status: String(c.res.status) });
    const user = c.get('signedIn')?.user.id ?? null;
    const ms = Math.round(performance.now() - startedMs);
    // The pattern, not the address: what people type into an address can name a patient.
    const line = { requestId, method: c.req.method, route: routePath(c), status: c.res.status, ms, user };
    logger[c.req.method === 'GET' && c.res.status < 400 ? 'debug' : 'info'](line, 'request');
  });
  app.use(securityHeaders(config, port));
  app.use('/fhir/*', inFhirForm);
  for (const [prefix, maxSize] of [
    ['/api/*', bodyLimits.api] as const,
    ['/fhir/*', bodyLimits.fhir] as const,
  ]) {
    app.use(prefix, noStore, identity, refuseForeignOrigin(config, port), limitBody(maxSize), damage);
  }

  const api = app.route('/', healthRoutes(deps, metrics)).route('/api', joinRooms(deps, parts));
  app.route('/fhir/R4', exportRoutes(deps));
  app.route('/fhir/R4', exportJobRoutes(deps));
  app.route('/fhir/R4', fhirRoutes(deps));
  for (const prefix of ['/api/*', '/fhir/*', '/collab/*', '/socket.io/*']) {
    app.all(prefix, allow('everyone'), nothingHere);
  }
  if (clientFolder !== null) app.route('/', clientRoutes(clientFolder));

  routeList(app);
  return api;
}

/** The HTTP API's type, for the client's typed calls. */
export type Api = ReturnType<typeof buildApp>;

export interface Route {
  method: string;
  path: string;
  access: Access;
}

/**
 * Every route and who may call it.
 * @throws for one that does not begin with `allow(...)`: nothing is reachable that nobody thought about
 */
export function routeList(app: Pick<Api, 'routes'>): Route[] {
  const found = new Map<string, Route>();
  for (const { method, path, handler } of app.routes) {
    const key = `${method} ${path}`;
    // Middleware takes `next` and stands on no method of its own; anything else answers somebody.
    const isMiddleware = method === METHOD_NAME_ALL && handler.length > 1;
    const access = declaredAccess(handler);
    if (found.has(key)) continue;
    if (access !== undefined) found.set(key, { method, path, access });
    else if (!isMiddleware) throw new Error(`${key} does not say who may call it: begin it with allow(...).`);
  }
  return [...found.values()];
}
