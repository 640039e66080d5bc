import { buildApp, type Api, type Parts } from '../../server/app.ts';
import { createAuth, type Auth } from '../../server/auth/auth.ts';
import { DraftCounts } from '../../server/orders/queries.ts';
import { createMetrics } from '../../server/http/metrics.ts';
import { seedPeople, testPassword, type Person } from './people.ts';
import { plainSealing } from './sealing.ts';
import { testDatabase, type TestDatabase } from './database.ts';

/** The service's own app over a real database, asked without a socket. */
export interface TestApp {
  deps: TestDatabase;
  auth: Auth;
  app: Api;
  /** A `Cookie` header for a person who has just signed in. */
  cookieOf(person: Person): Promise<string>;
  /** One request; `body` is JSON. */
  ask(method: string, path: string, request?: Asked): Promise<Response>;
  close(): Promise<void>;
}

export interface Asked {
  cookie?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

/** The origin of the service in tests, where it does not listen. */
export const ownOrigin = 'http://127.0.0.1:3000';

export const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');

export async function testApp(given: Partial<Parts> & { deps?: TestDatabase } = {}): Promise<TestApp> {
  const deps = given.deps ?? (await testDatabase());
  if (!given.deps) await seedPeople(deps);
  const auth = given.auth ?? createAuth(deps);
  const metrics = given.metrics ?? createMetrics();
  const app = buildApp(deps, {
    demo: null,
    firstRun: { digest: null },
    countDrafts: (encounterIds) => new DraftCounts(deps.log).of(encounterIds),
    sealing: plainSealing(deps),
    port: () => 3000,
    clientFolder: null,
    ...given,
    auth,
    metrics,
  });
  const ask: TestApp['ask'] = async (method, path, { cookie, body, headers = {} } = {}) =>
    app.request(path, {
      method,
      headers: {
        ...(cookie ? { Cookie: cookie } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    deps,
    auth,
    app,
    ask,
    cookieOf: async ({ username }) => {
      const response = await ask('POST', '/api/session', { body: { username, password: testPassword } });
      if (!response.ok) throw new Error(`${username} could not sign in: ${response.status}`);
      return cookiesOf(response);
    },
    close: async () => {
      metrics.close();
      await deps.close();
    },
  };
}
