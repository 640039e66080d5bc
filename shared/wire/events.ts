import { z } from 'zod';
import { roles } from '../access/capabilities.ts';
import { endings } from './session.ts';

/** One person in an encounter's chart, as the server knows them: nothing here is a client's claim. */
export const present = z.object({
  userId: z.string(),
  name: z.string(),
  role: z.enum(roles),
  initials: z.string(),
  /** One of `presenceColours`. */
  colour: z.string(),
  /** Documents this person has open: `note/<id>`, `orders`, `care-plan`. */
  documents: z.array(z.string()),
  idle: z.boolean(),
});
export type Present = z.infer<typeof present>;

/** What the server announces. The verb tells the kind: `changed`, `raised`, `ended` are past. */
export const announcements = {
  'presence:changed': z.object({ encounterId: z.string(), present: z.array(present) }),
  'board:changed': z.object({ wardId: z.string(), encounterIds: z.array(z.string()), at: z.string() }),
  'encounter:changed': z.object({
    encounterId: z.string(),
    what: z.enum(['notes', 'orders', 'chart', 'encounter']),
  }),
  /** What of a chart: the names of its lists. What they hold is asked for. */
  'chart:changed': z.object({ patientId: z.string(), lists: z.array(z.string()) }),
  'session:ended': z.object({ reason: z.enum(endings) }),
} as const;

/** What a client asks for; each is answered with `Answer`. */
export const requests = {
  'ward:watch': z.strictObject({ wardId: z.string().min(1).max(100) }),
  'ward:leave': z.strictObject({ wardId: z.string().min(1).max(100) }),
  'encounter:watch': z.strictObject({ encounterId: z.string().min(1).max(100) }),
  'encounter:leave': z.strictObject({ encounterId: z.string().min(1).max(100) }),
  'patient:watch': z.strictObject({ patientId: z.string().min(1).max(100) }),
  'patient:leave': z.strictObject({ patientId: z.string().min(1).max(100) }),
} as const;

export type Announcement = keyof typeof announcements;
export type AnnouncementOf<E extends Announcement> = z.infer<(typeof announcements)[E]>;
export type RequestName = keyof typeof requests;
export type RequestOf<R extends RequestName> = z.infer<(typeof requests)[R]>;

export type Answer = { ok: true } | { ok: false; code: string };

export type ServerToClient = { [E in Announcement]: (payload: AnnouncementOf<E>) => void };
export type ClientToServer = {
  [R in RequestName]: (payload: RequestOf<R>, answer: (answer: Answer) => void) => void;
};
