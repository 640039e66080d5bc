import { digestOf, newSecret } from './secrets.ts';

const lifetimeMs = 30_000;

/** More tickets than this at once are an attack; the oldest are then worthless. */
const mostTickets = 10_000;

export interface Tickets {
  issue(sessionId: string): { ticket: string; expiresAt: Date };
  /** The session a ticket stands for, once. */
  redeem(ticket: string): string | null;
}

/** Opens one socket where a cookie cannot go. Only its SHA-256 is kept, in memory: a restart voids all. */
export function createTickets(now: () => Date): Tickets {
  const issued = new Map<string, { sessionId: string; expiresAt: Date }>();

  const dropOld = (at: Date): void => {
    for (const [digest, { expiresAt }] of issued) {
      if (expiresAt > at && issued.size < mostTickets) break;
      issued.delete(digest);
    }
  };

  return {
    issue(sessionId) {
      const at = now();
      dropOld(at);
      const ticket = newSecret();
      const expiresAt = new Date(at.getTime() + lifetimeMs);
      issued.set(digestOf(ticket), { sessionId, expiresAt });
      return { ticket, expiresAt };
    },
    redeem(ticket) {
      const digest = digestOf(ticket);
      const found = issued.get(digest);
      issued.delete(digest);
      return found && found.expiresAt > now() ? found.sessionId : null;
    },
  };
}
