import { z } from 'zod';
import { roles } from '../access/capabilities.ts';

/** Lower-case hex SHA-256, as `contentHash` makes it. */
const hash = z.string().regex(/^[0-9a-f]{64}$/, 'This is not a content hash.');

export const noteToSign = z.strictObject({ contentHash: hash });

export const ordersToSign = z.strictObject({
  orders: z
    .array(z.strictObject({ id: z.string().min(1).max(64), contentHash: hash }))
    .min(1)
    .max(100)
    .refine((orders) => new Set(orders.map(({ id }) => id)).size === orders.length, {
      message: 'An order stands here twice.',
    }),
  /** Answers to cards that ask for a reason. */
  overrides: z
    .array(
      z.strictObject({
        card: z.uuid(),
        reason: z.string().min(1).max(100),
        text: z.string().max(2_000).optional(),
      }),
    )
    .max(100)
    .optional(),
});
export type OrdersToSign = z.infer<typeof ordersToSign>;

/** A signature as the record keeps it. */
export const signature = z.object({
  id: z.string(),
  by: z.object({ id: z.string(), name: z.string(), role: z.enum(roles) }),
  at: z.string(),
  /** Of the site's zone at that moment. */
  offset: z.string(),
  contentHash: z.string(),
  status: z.enum(['signed', 'awaiting-cosignature']),
});
export type Signature = z.infer<typeof signature>;

/** Why an order was not signed, by the status that it alone would have had. */
export interface RefusedOrder {
  id: string;
  status: 404 | 409 | 422;
  /** What it is now, when it is still there. */
  contentHash?: string;
  contested?: true;
  /** What has changed, and by whom, for the signer. */
  detail?: string;
  errors?: { path: string; message: string }[];
}

export interface SignedOrder {
  id: string;
  /** What it has become: a MedicationRequest or a ServiceRequest. */
  resource: object;
}

export interface OrdersAnswer {
  signed: SignedOrder[];
  refused: RefusedOrder[];
}
