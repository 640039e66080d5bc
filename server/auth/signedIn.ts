import type { Role } from '../../shared/access/capabilities.ts';
import type { AuditActor } from '../audit/trail.ts';
import type { Lifetime } from './lifetimes.ts';

/** Who is signed in, as the session knows them: on a request, a socket or a ticket. */
export interface SignedIn {
  sessionId: string;
  deviceId: string;
  /** When they last proved who they are. */
  confirmedAt: Date;
  lifetime: Lifetime;
  user: { id: string; username: string; name: string; role: Role; siteId: string; patientId: string | null };
}

/** Whether this session is that of the person whose screen asks, if it says whose it is. */
export const isOf = ({ user }: SignedIn, person: string | null | undefined): boolean =>
  (person ?? user.id) === user.id;

export const actorOf = (who: SignedIn): AuditActor => ({
  userId: who.user.id,
  role: who.user.role,
  siteId: who.user.siteId,
  deviceId: who.deviceId,
});
