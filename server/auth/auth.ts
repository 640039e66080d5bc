import { eq } from 'drizzle-orm';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Ending } from '../../shared/wire/session.ts';
import { auditRow, nobody, type AuditActor } from '../audit/trail.ts';
import { slide } from './lifetimes.ts';
import { createLucia } from './lucia.ts';
import { hashPassword, isPassword } from './passwords.ts';
import { digestOf, newSecret } from './secrets.ts';
import {
  createSessionStore,
  newSessionRow,
  type AuthDeps,
  type SessionRow,
  type UserRow,
} from './sessionStore.ts';
import { actorOf, isOf, type SignedIn } from './signedIn.ts';
import { users } from './tables.ts';
import { createThrottle, type Try } from './throttle.ts';
import { createTickets } from './tickets.ts';

export interface Credentials {
  username: string;
  password: string;
  /** Where the try comes from, for counting failed ones. */
  address: string;
  /** The browser's `cochart_device`, if it has one. */
  deviceId: string | null;
  /** The request's cookies: the session that they name ends when the new one begins. */
  cookieHeader: string | null;
}

type EndedListener = (ended: { sessionIds: string[]; ending: Ending }) => void;

/** Who you are, never what you may do. */
export interface Auth {
  signIn(credentials: Credentials): Promise<Result<{ token: string; signedIn: SignedIn }, Refusal>>;
  signOut(signedIn: SignedIn): Promise<void>;
  /** Proves again who is there; a fresh proof is what signing asks for. */
  confirm(signedIn: SignedIn, password: string, address: string): Promise<Result<Date, Refusal>>;
  /**
   * Whose session the cookies name. `extend` only for what a person did: polls and heartbeats keep nothing alive.
   * @param how.person whose screen asks, where it says so: nobody is signed in there when the session is another's
   */
  authenticate(
    cookieHeader: string | null | undefined,
    how: { extend: boolean; person?: string | undefined },
  ): Promise<SignedIn | null>;
  issueTicket(signedIn: SignedIn): { ticket: string; expiresAt: Date };
  redeemTicket(ticket: string): Promise<SignedIn | null>;
  /** For open sockets: looks again, without extending. */
  isLive(sessionId: string): Promise<SignedIn | null>;
  /** The same for many at once, in one question; whatever is over is not ended by it. */
  liveAmong(
    sessionIds: readonly string[],
  ): Promise<ReadonlyMap<string, Pick<SignedIn['user'], 'role' | 'siteId'>>>;
  /** For open sockets: the person did something there, such as an edit. */
  touch(sessionId: string): Promise<void>;
  /** Ends all sessions of a user whose rights or password changed, also those whose rows are gone already. */
  endSessionsOf(userId: string): Promise<void>;
  /** Ends what is over; to be called now and then, so that open sockets end with their session. */
  sweep(): Promise<void>;
  onEnded(listener: EndedListener): void;
}

const deviceShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createAuth(deps: AuthDeps): Auth {
  const { reader, writer, now, newId } = deps;
  const store = createSessionStore(deps);
  const lucia = createLucia(store.adapter);
  const throttle = createThrottle(now);
  const tickets = createTickets(now);
  const listeners: EndedListener[] = [];
  /** Sessions that this process has let in, and whose they are: what may have sockets open. */
  const seen = new Map<string, string>();
  /** Verified when there is no such user, so that both answers take as long. */
  const decoy = hashPassword(newSecret());

  const announceEnd = (sessionIds: string[], ending: Ending): void => {
    for (const id of sessionIds) seen.delete(id);
    if (sessionIds.length > 0) for (const listener of listeners) listener({ sessionIds, ending });
  };

  const live = async (sessionId: string, extend: boolean, person?: string): Promise<SignedIn | null> => {
    const { session, user } = await lucia.validateSession(sessionId);
    if (!session || !user) {
      if (seen.has(sessionId)) announceEnd([sessionId], 'expired');
      return null;
    }
    seen.set(session.id, user.id);
    const who = toSignedIn({ ...session.row, id: session.id, userId: user.id }, user.row);
    if (!isOf(who, person)) return null;
    const expiresAt = extend ? slide(session.row, now()) : null;
    if (!expiresAt) return who;
    await store.moveExpiry(session.id, expiresAt);
    return { ...who, lifetime: { ...who.lifetime, expiresAt } };
  };

  const refuseTry = async (
    reason: Refusal,
    action: AuditAction,
    actor: AuditActor,
  ): Promise<Result<never, Refusal>> => {
    await writer.commit({
      statements: [],
      chained: [auditRow({ action, outcome: 'refused', actor, at: now(), detail: { code: reason.code } })],
    });
    return no(reason);
  };

  const begin = (username: string, address: string): Result<Try, Refusal> => {
    const begun = throttle.begin(username, address);
    if (begun.ok) return begun;
    return no(refuse('too-many', `Try again in ${Math.ceil(begun.error / 1000)} seconds.`));
  };

  const byUsername = async (username: string): Promise<UserRow | undefined> =>
    (await reader.select().from(users).where(eq(users.username, username)))[0];

  return {
    async signIn({ password, address, deviceId, cookieHeader, ...given }) {
      const username = given.username.trim().toLowerCase();
      const begun = begin(username, address);
      if (!begun.ok) return begun;
      const user = await byUsername(username);
      const fits = await isPassword(user?.passwordHash ?? (await decoy), password);
      if (!user || !fits || user.disabledAt !== null) {
        const actor = { ...nobody, userId: user?.id ?? null };
        return refuseTry(refuse('credentials'), 'session:refused', actor);
      }
      begun.value.succeeded();
      const token = newSecret();
      const device = deviceId !== null && deviceShape.test(deviceId) ? deviceId : newId();
      const row = newSessionRow(device, now());
      const actor = { userId: user.id, role: user.role, siteId: user.siteId, deviceId: device };
      const { id } = await lucia.createSession(user.id, { row, actor }, { sessionId: digestOf(token) });
      seen.set(id, user.id);
      const before = lucia.readSessionCookie(cookieHeader ?? '');
      if (before) {
        await store.end(digestOf(before), 'replaced');
        announceEnd([digestOf(before)], 'replaced');
      }
      return ok({ token, signedIn: toSignedIn({ ...row, id, userId: user.id }, user) });
    },

    async signOut({ sessionId }) {
      await store.end(sessionId, 'signed-out');
      announceEnd([sessionId], 'signed-out');
    },

    async confirm(signedIn, password, address) {
      const begun = begin(signedIn.user.username, address);
      if (!begun.ok) return begun;
      const user = await byUsername(signedIn.user.username);
      const fits = await isPassword(user?.passwordHash ?? (await decoy), password);
      if (!fits) return refuseTry(refuse('credentials'), 'session:confirmation-refused', actorOf(signedIn));
      begun.value.succeeded();
      const at = await store.confirm(signedIn.sessionId, actorOf(signedIn));
      return at ? ok(at) : no(refuse('unauthenticated'));
    },

    async authenticate(cookieHeader, { extend, person }) {
      const token = lucia.readSessionCookie(cookieHeader ?? '');
      return token ? live(digestOf(token), extend, person) : null;
    },

    issueTicket: ({ sessionId }) => tickets.issue(sessionId),

    async redeemTicket(ticket) {
      const sessionId = tickets.redeem(ticket);
      return sessionId === null ? null : live(sessionId, false);
    },

    isLive: (sessionId) => live(sessionId, false),

    liveAmong: (sessionIds) => store.liveAmong(sessionIds),

    async touch(sessionId) {
      await live(sessionId, true);
    },

    async endSessionsOf(userId) {
      const open = [...seen].filter(([, owner]) => owner === userId).map(([sessionId]) => sessionId);
      const stored = await store.endAllOf(userId);
      announceEnd([...new Set([...open, ...stored])], 'revoked');
    },

    async sweep() {
      announceEnd(await store.sweep(), 'expired');
    },

    onEnded: (listener) => void listeners.push(listener),
  };
}

const toSignedIn = (session: SessionRow, user: UserRow): SignedIn => ({
  sessionId: session.id,
  deviceId: session.deviceId,
  confirmedAt: session.confirmedAt,
  lifetime: { expiresAt: session.expiresAt, endsAt: session.endsAt },
  user: {
    id: user.id,
    username: user.username,
    name: user.name,
    role: user.role,
    siteId: user.siteId,
    patientId: user.patientId,
  },
});
