import { z } from 'zod';
import { roles } from '../access/capabilities.ts';

const person = z.object({ id: z.string(), name: z.string(), role: z.enum(roles) });
export type KeptPerson = z.infer<typeof person>;

/** The refused updates of one connection, without a word of what they hold. */
const quarantineFacts = z.object({
  id: z.string(),
  /** Room: `<encounterId>/note/<noteId>`, `<encounterId>/orders`, `<encounterId>/care-plan`. */
  document: z.string(),
  encounterId: z.string(),
  user: person,
  device: z.string(),
  reason: z.string(),
  at: z.string(),
  parts: z.number(),
  bytes: z.number(),
  settledAt: z.string().nullable(),
});
export type QuarantineFacts = z.infer<typeof quarantineFacts>;

/** The same for those who may read the chart. */
const quarantineItem = quarantineFacts.extend({
  texts: z.array(
    z.object({
      text: z.string(),
      near: z.object({ client: z.number(), clock: z.number() }).nullable(),
    }),
  ),
  /** There is more than is shown here. */
  cut: z.boolean(),
});
export type QuarantineItem = z.infer<typeof quarantineItem>;

const rescueItem = z.object({
  id: z.string(),
  document: z.string(),
  encounterId: z.string(),
  user: person,
  at: z.string(),
  /** Path of where it stood: `sections/<id>/body`; null when that is gone too. */
  place: z.string().nullable(),
  text: z.string(),
  /** Whose change took its place away; null when it was the author's own, or when nobody can tell any more. */
  removedBy: person.nullable(),
  settledAt: z.string().nullable(),
});
export type RescueItem = z.infer<typeof rescueItem>;

export const keptStatuses = ['open', 'settled', 'any'] as const;
export type KeptStatus = (typeof keptStatuses)[number];

export const settleDraft = z.strictObject({ how: z.enum(['restored', 'dismissed']) });
export type SettleHow = z.infer<typeof settleDraft>['how'];

/** Words that died on their author's device before the service had them: its author's client brings them here. */
export const keepDraft = z.strictObject({
  /** Room. */
  document: z.string().max(200),
  place: z.string().max(300).nullable(),
  text: z.string().min(1).max(100_000),
});
export type KeepDraft = z.infer<typeof keepDraft>;

export interface Settled {
  id: string;
  settledAt: string;
  settledBy: string;
}
