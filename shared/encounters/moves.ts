import { z } from 'zod';

const version = z.number().int().min(1);
const instant = z.iso.datetime({ offset: true });
const reason = z.string().trim().min(1).max(300);
const wardId = z.string().min(1).max(100);
const bed = z.string().min(1).max(20);

/** `POST /api/encounters/:id/transfer`. */
export const transfer = z.strictObject({
  wardId,
  /** Null: on the ward's list, without a bed. */
  bed: bed.nullable(),
  version,
  /** It is to happen, and has not happened yet. */
  planned: z.boolean().default(false),
});
export type Transfer = z.infer<typeof transfer>;

/** HL7 discharge-disposition. */
export const dispositions = [
  'home',
  'alt-home',
  'other-hcf',
  'rehab',
  'long',
  'snf',
  'hosp',
  'psy',
  'aadvice',
  'exp',
  'oth',
] as const;
export type Disposition = (typeof dispositions)[number];

/** `POST /api/encounters/:id/discharge`. */
export const discharge = z.strictObject({
  disposition: z.enum(dispositions),
  /** When they left; now where nothing is said. */
  at: instant.optional(),
  version,
});
export type Discharge = z.infer<typeof discharge>;

/** `POST /api/encounters/:id/discharge/cancel` and `…/transfer/cancel`. */
export const cancellation = z.strictObject({ version });

/** `POST /api/encounters/:id/expected-discharge`. Null: nobody says any more. */
export const expectedDischarge = z.strictObject({
  on: z.iso.date().nullable(),
  version,
});

/** `POST /api/encounters/:id/refile`. */
export const refiling = z.strictObject({
  toPatientId: z.string().min(1).max(100),
  reason,
  version,
});

/** `POST /api/wards/:id/beds/:bed/state`. */
export const bedState = z.strictObject({ state: z.enum(['free', 'cleaning', 'blocked']) });
