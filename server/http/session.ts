import { inArray } from 'drizzle-orm';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { capabilitiesOf, type Role } from '../../shared/access/capabilities.ts';
import { backgroundHeader, personHeader, signIn, type SessionUser } from '../../shared/wire/session.ts';
import type { Auth } from '../auth/auth.ts';
import { confirmationMs } from '../auth/lifetimes.ts';
import { sessionCookie } from '../auth/lucia.ts';
import { users } from '../auth/tables.ts';
import type { Deps } from '../deps.ts';
import { findSite, listSites } from '../sites/queries.ts';
import { allow, Refused, refused, signedIn, valid, type Env, type SignedIn } from './route.ts';

/** What the sign-in page of a demo shows. */
export interface Demo {
  password: string;
  accounts: { username: string; role: Role; name: string; siteId: string; words: string }[];
}

const deviceCookie = 'cochart_device';

/** Browsers keep no cookie longer; each sign-in starts it anew. */
const deviceSeconds = 400 * 24 * 60 * 60;

const confirmation = z.union([
  z.strictObject({ password: z.string().min(1).max(1024) }),
  z.strictObject({ totp: z.string().min(1).max(16) }),
  z.strictObject({ pin: z.string().min(1).max(16) }),
]);

/** Requests that a screen makes by itself, whatever it says of them. */
const neverIntended = new Set(['GET /api/session', 'POST /api/collab-ticket']);

/** Finds out who is asking. Only what a person did keeps a session alive. */
export const recogniseSession =
  (auth: Auth): MiddlewareHandler<Env> =>
  async (c, next) => {
    const isIntended =
      c.req.header(backgroundHeader) === undefined && !neverIntended.has(`${c.req.method} ${c.req.path}`);
    const how = { extend: isIntended, person: c.req.header(personHeader) };
    c.set('signedIn', await auth.authenticate(c.req.header('Cookie'), how));
    await next();
  };

/** Where a request comes from, for counting failed tries. A forwarded address could be made up, so it is not read. */
function addressOf(c: Context<Env>): string {
  const bindings = c.env as { incoming?: IncomingMessage } | undefined;
  return bindings?.incoming?.socket?.remoteAddress ?? 'unknown';
}

export function sessionRoutes(deps: Deps, auth: Auth, demo: Demo | null) {
  const secure = deps.config.publicUrl?.startsWith('https:') ?? false;
  const cookie = { httpOnly: true, sameSite: 'Lax', secure, path: '/' } as const;

  return (
    new Hono<Env>()
      .post('/session', allow('everyone'), valid('json', signIn), async (c) => {
        const { username, password } = c.req.valid('json');
        const answer = await auth.signIn({
          username,
          password,
          address: addressOf(c),
          deviceId: getCookie(c, deviceCookie) ?? null,
          cookieHeader: c.req.header('Cookie') ?? null,
        });
        if (!answer.ok) throw new Refused(answer.error);
        const { token, signedIn: who } = answer.value;
        setCookie(c, sessionCookie, token, cookie);
        setCookie(c, deviceCookie, who.deviceId, { ...cookie, maxAge: deviceSeconds });
        return c.json({ user: await toSessionUser(deps, who) }, 200);
      })
      .get('/session', allow('signed-in'), async (c) =>
        c.json({ user: await toSessionUser(deps, signedIn(c)), ...lifetimeOf(signedIn(c)) }, 200),
      )
      // Somebody is at the screen, whether or not what they do there asks anything else of the service.
      .post('/session/active', allow('signed-in'), (c) => c.json(lifetimeOf(signedIn(c)), 200))
      .delete('/session', allow('everyone'), async (c) => {
        const who = c.get('signedIn');
        if (who) await auth.signOut(who);
        // A cookie that another tab was given for somebody else stays theirs.
        if (who || c.req.header(personHeader) === undefined) deleteCookie(c, sessionCookie, cookie);
        return c.body(null, 204);
      })
      .post('/session/confirm', allow('signed-in'), valid('json', confirmation), async (c) => {
        const proof = c.req.valid('json');
        // Nobody has a second factor or a PIN yet, so none can be right.
        if (!('password' in proof)) throw refused('credentials');
        const answer = await auth.confirm(signedIn(c), proof.password, addressOf(c));
        if (!answer.ok) throw new Refused(answer.error);
        return c.json(
          { confirmedUntil: new Date(answer.value.getTime() + confirmationMs).toISOString() },
          200,
        );
      })
      .post('/collab-ticket', allow('signed-in'), (c) => {
        const { ticket, expiresAt } = auth.issueTicket(signedIn(c));
        return c.json({ ticket, expiresAt: expiresAt.toISOString() }, 200);
      })
      .get('/welcome', allow('everyone'), async (c) =>
        c.json({ sites: await listSites(deps.reader), demo: demo && (await usableDemo(deps, demo)) }, 200),
      )
  );
}

/** When it ends unless they do something, and when it ends whatever they do. */
const lifetimeOf = ({ lifetime: { expiresAt, endsAt } }: SignedIn) => ({
  expiresAt: expiresAt.toISOString(),
  endsAt: endsAt.toISOString(),
});

async function toSessionUser({ reader }: Pick<Deps, 'reader'>, { user }: SignedIn): Promise<SessionUser> {
  const site = await findSite(reader, user.siteId);
  return {
    id: user.id,
    username: user.username,
    name: user.name,
    role: user.role,
    siteId: user.siteId,
    siteName: site?.name ?? '',
    capabilities: [...capabilitiesOf(user.role)],
  };
}

/** Only accounts that are here as the demo made them: a database of somebody's own gives none of its users away. */
export async function usableDemo({ reader }: Pick<Deps, 'reader'>, demo: Demo): Promise<Demo | null> {
  const rows = await reader
    .select()
    .from(users)
    .where(
      inArray(
        users.username,
        demo.accounts.map(({ username }) => username),
      ),
    );
  const accounts = demo.accounts.filter((account) =>
    rows.some(
      (row) =>
        row.username === account.username &&
        row.role === account.role &&
        row.siteId === account.siteId &&
        row.disabledAt === null,
    ),
  );
  return accounts.length > 0 ? { ...demo, accounts } : null;
}
