import { and, eq, gt, inArray, isNull, lte, or } from 'drizzle-orm';
import type { Adapter, DatabaseSession } from 'lucia';
import { idleMs } from '../../shared/wire/idle.ts';
import type { Ending } from '../../shared/wire/session.ts';
import { auditRow, type AuditActor } from '../audit/trail.ts';
import { guardOneRow, statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { isOver, startLifetime } from './lifetimes.ts';
import { sessions, users } from './tables.ts';

export type SessionRow = typeof sessions.$inferSelect;
export type UserRow = typeof users.$inferSelect;

/** What Lucia carries for us beside its own fields. */
export interface SessionAttributes {
  row: Omit<SessionRow, 'id' | 'userId'>;
  actor: AuditActor;
}

export type AuthDeps = Pick<Deps, 'reader' | 'writer' | 'now' | 'newId'>;

export interface SessionStore {
  /** What Lucia is given. */
  adapter: Adapter;
  load(sessionId: string): Promise<{ session: SessionRow; user: UserRow } | null>;
  /** Those of these that are not over, with whose they are. */
  liveAmong(sessionIds: readonly string[]): Promise<Map<string, UserRow>>;
  end(sessionId: string, ending: Ending): Promise<void>;
  endAllOf(userId: string): Promise<string[]>;
  moveExpiry(sessionId: string, expiresAt: Date): Promise<void>;
  /** When the proof was noted; null when the session has just ended. */
  confirm(sessionId: string, actor: AuditActor): Promise<Date | null>;
  /** Ends whatever is over, and gives the ids. */
  sweep(): Promise<string[]>;
}

/** SQLite takes 32,766 parameters a question; so many sessions have sockets here only in the largest house. */
const idsPerQuestion = 10_000;

/**
 * Sessions in the database, under the SHA-256 of their token. Lifetimes are decided here, by our clock: Lucia knows
 * no absolute one, slides on any request, and reads the machine's clock. So it is told of a live session that it has
 * its whole lifetime left, and of any other that it is long over.
 */
export function createSessionStore({ reader, writer, now }: AuthDeps): SessionStore {
  const load: SessionStore['load'] = async (sessionId) => {
    const [found] = await reader
      .select({ session: sessions, user: users })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(eq(sessions.id, sessionId));
    return found ?? null;
  };

  const liveAmong: SessionStore['liveAmong'] = async (sessionIds) => {
    const at = now();
    const live = new Map<string, UserRow>();
    for (let from = 0; from < sessionIds.length; from += idsPerQuestion) {
      const rows = await reader
        .select({ id: sessions.id, user: users })
        .from(sessions)
        .innerJoin(users, eq(users.id, sessions.userId))
        .where(
          and(
            inArray(sessions.id, sessionIds.slice(from, from + idsPerQuestion)),
            gt(sessions.expiresAt, at),
            gt(sessions.endsAt, at),
            isNull(users.disabledAt),
          ),
        );
      for (const { id, user } of rows) live.set(id, user);
    }
    return live;
  };

  const end: SessionStore['end'] = async (sessionId, ending) => {
    const found = await load(sessionId);
    if (!found) return;
    const { session, user } = found;
    // `stale` means that somebody else has just ended it, and has said so in the trail.
    await writer.commit({
      statements: [statement(reader.delete(sessions).where(eq(sessions.id, sessionId))), guardOneRow],
      chained: [
        auditRow({
          action: 'session:ended',
          outcome: 'success',
          at: now(),
          actor: { userId: user.id, role: user.role, siteId: user.siteId, deviceId: session.deviceId },
          detail: { ending },
        }),
      ],
    });
  };

  const endAllOf: SessionStore['endAllOf'] = async (userId) => {
    const rows = await reader.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId));
    for (const { id } of rows) await end(id, 'revoked');
    return rows.map(({ id }) => id);
  };

  const asLucia = (session: SessionRow, isLive: boolean): DatabaseSession => ({
    id: session.id,
    userId: session.userId,
    expiresAt: isLive ? new Date(Date.now() + idleMs) : new Date(0),
    attributes: {
      row: session,
      actor: { userId: session.userId, role: null, siteId: null, deviceId: session.deviceId },
    },
  });

  const adapter: Adapter = {
    async getSessionAndUser(sessionId) {
      const found = await load(sessionId);
      if (!found) return [null, null];
      const { session, user } = found;
      const isLive = !isOver(session, now()) && user.disabledAt === null;
      return [asLucia(session, isLive), { id: user.id, attributes: { row: user } }];
    },
    async getUserSessions(userId) {
      const rows = await reader.select().from(sessions).where(eq(sessions.userId, userId));
      return rows.map((session) => asLucia(session, !isOver(session, now())));
    },
    async setSession({ id, userId, attributes: { row, actor } }) {
      await writer.commit({
        statements: [statement(reader.insert(sessions).values({ ...row, id, userId }))],
        chained: [auditRow({ action: 'session:created', outcome: 'success', actor, at: row.createdAt })],
      });
    },
    updateSessionExpiration: (sessionId, expiresAt) => moveExpiry(sessionId, expiresAt),
    deleteSession: (sessionId) => end(sessionId, 'expired'),
    deleteUserSessions: async (userId) => void (await endAllOf(userId)),
    deleteExpiredSessions: async () => void (await sweep()),
  };

  const moveExpiry: SessionStore['moveExpiry'] = async (sessionId, expiresAt) => {
    await writer.commit({
      statements: [statement(reader.update(sessions).set({ expiresAt }).where(eq(sessions.id, sessionId)))],
    });
  };

  const sweep: SessionStore['sweep'] = async () => {
    const at = now();
    const over = await reader
      .select({ id: sessions.id })
      .from(sessions)
      .where(or(lte(sessions.expiresAt, at), lte(sessions.endsAt, at)));
    for (const { id } of over) await end(id, 'expired');
    return over.map(({ id }) => id);
  };

  return {
    adapter,
    load,
    liveAmong,
    end,
    endAllOf,
    moveExpiry,
    sweep,
    async confirm(sessionId, actor) {
      const at = now();
      const committed = await writer.commit({
        statements: [
          statement(reader.update(sessions).set({ confirmedAt: at }).where(eq(sessions.id, sessionId))),
          guardOneRow,
        ],
        chained: [auditRow({ action: 'session:confirmed', outcome: 'success', actor, at })],
      });
      return committed.ok ? at : null;
    },
  };
}

/** The row of a session that begins now. */
export const newSessionRow = (deviceId: string, now: Date): SessionAttributes['row'] => ({
  deviceId,
  createdAt: now,
  confirmedAt: now,
  ...startLifetime(now),
});
