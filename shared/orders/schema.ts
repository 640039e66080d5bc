import { z } from 'zod';
import { orderCategories, type OrderCategory } from '../documents/orders.ts';
import { isTimingCode } from '../units/timing.ts';

export { orderCategories, type OrderCategory };

export const orderPriorities = ['routine', 'urgent', 'stat'] as const;
export type OrderPriority = (typeof orderPriorities)[number];

const short = z.string().trim().min(1).max(200);

/** What is ordered. A code without its words cannot be read back, so the words are not optional. */
export const orderCode = z.strictObject({
  system: z.string().min(1).max(200),
  code: z.string().min(1).max(100),
  display: short,
});

/**
 * A decimal in digits, as a string, so that no digit is lost on the way. A naked point, a comma, a sign and an
 * exponent are refused here; typing is read by `units/number.ts`.
 */
export const decimalString = z
  .string()
  .regex(/^\d{1,9}(?:\.\d{1,6})?$/, 'Write the number in digits, with a point: 2.5.')
  .refine((value) => Number(value) > 0, 'The number must be more than 0.');

const timingCode = z.string().refine(isTimingCode, 'This is not a known timing code.');

const repeat = z.looseObject({
  count: z.int().positive().optional(),
  frequency: z.int().positive().optional(),
  period: z.number().positive().optional(),
  periodUnit: z.enum(['s', 'min', 'h', 'd', 'wk', 'mo', 'a']).optional(),
  timeOfDay: z.array(z.iso.time()).max(24).optional(),
  dayOfWeek: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .max(7)
    .optional(),
  when: z.array(z.string().max(20)).max(10).optional(),
});

const concept = z.looseObject({
  text: z.string().max(200).optional(),
  coding: z
    .array(z.looseObject({ code: z.string().max(100).optional(), display: z.string().max(200).optional() }))
    .max(10)
    .optional(),
});

/** A timing code, or FHIR `Timing` that says at least something. */
export const orderTiming = z.union([
  timingCode,
  z
    .looseObject({
      repeat: repeat.optional(),
      code: concept.optional(),
      event: z.array(z.string()).optional(),
    })
    .refine((timing) => timing.repeat ?? timing.code ?? timing.event, 'This timing says nothing.'),
]);
export type OrderTiming = z.infer<typeof orderTiming>;

const duration = z.strictObject({
  value: z.union([decimalString, z.number().positive()]),
  unit: short,
});

/** `detail` of a medicine: the whole clinical content is one value, because a dose means nothing without its unit. */
export const medicineDetail = z.strictObject({
  code: orderCode,
  dose: z.strictObject({ value: decimalString, unit: short }),
  route: short,
  timing: orderTiming,
  /** True, or for what. */
  asNeeded: z.union([z.boolean(), short]).optional(),
  duration: duration.optional(),
});
export type MedicineDetail = z.infer<typeof medicineDetail>;

const plain = z.looseObject({
  code: orderCode,
  timing: orderTiming.optional(),
  specimen: short.optional(),
  bodySite: short.optional(),
  reason: z.string().trim().max(2_000).optional(),
  duration: duration.optional(),
});

/** `detail` of everything that is not a medicine; a site may add keys of its own. */
export type ServiceDetail = z.infer<typeof plain>;

/** What `detail` must be, by category. */
export const orderDetail = {
  medication: medicineDetail,
  laboratory: plain,
  imaging: plain,
  nursing: plain,
  diet: plain,
  therapy: plain,
  consult: plain,
} as const satisfies Record<OrderCategory, z.ZodType>;

export const orderCategoryTitles: Record<OrderCategory, string> = {
  medication: 'Medicines',
  laboratory: 'Laboratory',
  imaging: 'Imaging',
  nursing: 'Nursing',
  diet: 'Diet',
  therapy: 'Therapy',
  consult: 'Consults',
};
