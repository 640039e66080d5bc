import { z } from 'zod';
import { signature } from '../signing/schema.ts';
import { noteKinds } from './kinds.ts';

export const noteDraft = z.strictObject({
  kind: z.enum(noteKinds),
  templateId: z.string().min(1).optional(),
});

export const noteLine = z.object({
  id: z.string(),
  kind: z.enum(noteKinds),
  title: z.string(),
  status: z.enum(['draft', 'signed']),
  author: z.object({ id: z.string(), name: z.string(), role: z.string() }),
  createdAt: z.string(),
  /** Oldest first; the first is the one that sealed it. */
  signatures: z.array(signature),
});
export type NoteLine = z.infer<typeof noteLine>;
