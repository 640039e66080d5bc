import { Lucia, TimeSpan, type Adapter } from 'lucia';
import { idleMs } from '../../shared/wire/idle.ts';
import type { SessionAttributes, UserRow } from './sessionStore.ts';

export const sessionCookie = 'cochart_session';

/** Lucia v3 is no longer developed: nothing outside this room may know that it is here. */
export const createLucia = (adapter: Adapter) =>
  new Lucia(adapter, {
    sessionExpiresIn: new TimeSpan(idleMs, 'ms'),
    sessionCookie: { name: sessionCookie },
    getSessionAttributes: ({ row }) => ({ row }),
    getUserAttributes: ({ row }) => ({ row }),
  });

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>;
    DatabaseSessionAttributes: SessionAttributes;
    DatabaseUserAttributes: { row: UserRow };
  }
}
