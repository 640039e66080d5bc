import { z } from 'zod';
import { roles, type Capability } from '../access/capabilities.ts';

export const signIn = z.strictObject({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1024),
  totp: z.string().max(16).optional(),
});

export const sessionUser = z.object({
  id: z.string(),
  username: z.string(),
  name: z.string(),
  role: z.enum(roles),
  siteId: z.string(),
  siteName: z.string(),
  capabilities: z.array(z.string().transform((value) => value as Capability)),
});
export type SessionUser = z.infer<typeof sessionUser>;

/** Why a session ended; goes into the audit trail. */
export const endings = ['signed-out', 'replaced', 'expired', 'revoked'] as const;
export type Ending = (typeof endings)[number];

/**
 * Sent by a screen with everything it asks: the id of the person whose screen it is. Another tab of the browser may have
 * signed in somebody else, whose session this is then not to use. The collaboration socket says it as `user` in its address.
 */
export const personHeader = 'Cochart-User';
/** Sent, with any value, on what a screen asks for by itself (polls, refetching): it does not keep the session alive. */
export const backgroundHeader = 'Cochart-Background';
