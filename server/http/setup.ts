import { Hono } from 'hono';
import { z } from 'zod';
import { auditRow, nobody } from '../audit/trail.ts';
import { digestOf, newSecret } from '../auth/secrets.ts';
import { users } from '../auth/tables.ts';
import { planUser } from '../auth/users.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { sites } from '../sites/tables.ts';
import { allow, Refused, refused, valid, type Env } from './route.ts';

/** The one-time right to make the first administrator. Only its SHA-256 is kept, in memory. */
export interface FirstRun {
  digest: string | null;
}

/** Gives the token for the printed link, and what the route compares it with. */
export function offerFirstRun(): { token: string; firstRun: FirstRun } {
  const token = newSecret();
  return { token, firstRun: { digest: digestOf(token) } };
}

export const hasUsers = async ({ reader }: Pick<Deps, 'reader'>): Promise<boolean> =>
  (await reader.select({ id: users.id }).from(users).limit(1)).length > 0;

const isTimeZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const firstAdministrator = z.strictObject({
  token: z.string().min(1).max(200),
  username: z.string().min(1).max(64),
  name: z.string().min(1).max(200),
  password: z.string().min(1).max(1024),
  siteName: z.string().trim().min(1).max(200),
  timeZone: z.string().max(64).refine(isTimeZone, 'This is not the name of a time zone.').optional(),
});

/** Makes the first site and its administrator, once, for whoever holds the link that the service printed. */
export const setupRoutes = (deps: Deps, firstRun: FirstRun) =>
  new Hono<Env>().post('/setup', allow('everyone'), valid('json', firstAdministrator), async (c) => {
    const { token, siteName, timeZone, ...person } = c.req.valid('json');
    const digest = digestOf(token);
    if (firstRun.digest !== digest || (await hasUsers(deps))) throw refused('not-found');
    const siteId = deps.newId();
    const user = await planUser(deps, { ...person, role: 'admin', siteId }, nobody);
    if (!user.ok) throw new Refused(user.error);
    // Taken before the write, so that two requests with one link make one administrator.
    if (firstRun.digest !== digest) throw refused('not-found');
    firstRun.digest = null;
    const { statements, chained = [] } = user.value.batch;
    const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const site = { id: siteId, name: siteName, label: 'A', timeZone: zone, rank: 1 };
    try {
      await deps.writer.commit({
        statements: [statement(deps.reader.insert(sites).values(site)), ...statements],
        chained: [
          auditRow({
            action: 'site:created',
            outcome: 'success',
            actor: nobody,
            at: deps.now(),
            entity: `Site/${siteId}`,
          }),
          ...chained,
        ],
      });
    } catch (error) {
      firstRun.digest = digest;
      throw error;
    }
    return c.json({ userId: user.value.id, siteId }, 201);
  });
