import { z } from 'zod';

/** What a list shows of a patient. `birthDate` is `YYYY-MM-DD` (or shorter where the source knows no more). */
export const patientSummary = z.object({
  id: z.string(),
  family: z.string(),
  given: z.string(),
  /** `FAMILY, Given` as shown in lists. */
  name: z.string(),
  prefix: z.string().nullable(),
  preferredName: z.string().nullable(),
  birthDate: z.string().nullable(),
  sex: z.enum(['male', 'female', 'other', 'unknown']),
  mrn: z.string().nullable(),
  nationalNumber: z.string().nullable(),
  /** A FHIR dateTime; `unknown` where only the fact is on record. */
  deceasedAt: z.string().nullable(),
  siteId: z.string(),
  /** Nobody knows yet who this is: the name is one that the site has given. */
  unidentified: z.boolean().optional(),
});
export type PatientSummary = z.infer<typeof patientSummary>;

/**
 * A list that is safety-critical when empty: `none` means somebody recorded that there is none (with who and when),
 * `unknown` that nobody has recorded anything. "Could not load" is the fourth state and is the client's.
 */
export const recorded = <T extends z.ZodType>(item: T) =>
  z.discriminatedUnion('state', [
    z.object({ state: z.literal('listed'), items: z.array(item) }),
    z.object({ state: z.literal('none'), at: z.string().nullable(), by: z.string().nullable() }),
    z.object({ state: z.literal('unknown') }),
  ]);

export const allergy = z.object({
  id: z.string(),
  substance: z.string(),
  reaction: z.string().nullable(),
  severity: z.enum(['severe', 'moderate', 'mild']).nullable(),
  criticality: z.enum(['high', 'low', 'unable-to-assess']).nullable(),
  recordedAt: z.string().nullable(),
});
export type Allergy = z.infer<typeof allergy>;

export const problem = z.object({
  id: z.string(),
  title: z.string(),
  code: z.string().nullable(),
  status: z.string(),
  onset: z.string().nullable(),
});
export type Problem = z.infer<typeof problem>;

export const medicine = z.object({
  id: z.string(),
  /** Drug with strength and form as its source names it. */
  name: z.string(),
  dose: z.string().nullable(),
  /** Taken at home, by what somebody said; otherwise prescribed. */
  home: z.boolean(),
  status: z.string(),
  since: z.string().nullable(),
});
export type Medicine = z.infer<typeof medicine>;

const rangeOfValues = z.object({ low: z.number().nullable(), high: z.number().nullable() }).nullable();
const component = z.object({
  code: z.string(),
  name: z.string(),
  value: z.number().nullable(),
  unit: z.string().nullable(),
});

export const observation = z.object({
  id: z.string(),
  code: z.string(),
  system: z.string().nullable(),
  name: z.string(),
  category: z.enum(['vital-signs', 'laboratory', 'other']),
  /** A number with its unit, or words; blood pressure has components instead. */
  value: z.number().nullable(),
  unit: z.string().nullable(),
  text: z.string().nullable(),
  components: z.array(component),
  /** v3 ObservationInterpretation: `L`, `H`, `LL`, `HH`, `N`, `A` … as its source or its range says. */
  flag: z.string().nullable(),
  range: rangeOfValues,
  /** In the unit of its series, where it was recorded in another: to draw and compare, never in place of what was recorded. */
  converted: z
    .object({
      value: z.number().nullable(),
      unit: z.string().nullable(),
      text: z.string().nullable(),
      components: z.array(component),
      range: rangeOfValues,
    })
    .optional(),
  at: z.string().nullable(),
  status: z.string(),
  /** Where more than one source reports the very same. */
  sources: z.array(z.string()).optional(),
});
export type ObservationValue = z.infer<typeof observation>;

/** A series of one code in time order, newest last. */
export const series = z.object({
  code: z.string(),
  name: z.string(),
  unit: z.string().nullable(),
  points: z.array(observation),
});
export type Series = z.infer<typeof series>;

export const immunization = z.object({ id: z.string(), name: z.string(), at: z.string().nullable() });

export const chartDocument = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  at: z.string().nullable(),
  status: z.string(),
});

export const encounterLine = z.object({
  id: z.string(),
  class: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  startAt: z.string().nullable(),
  endAt: z.string().nullable(),
  wardName: z.string().nullable(),
  bed: z.string().nullable(),
  /** It was filed here in error and was moved to the right record: this is the trace of it. */
  movedAway: z.boolean().optional(),
});
export type EncounterLine = z.infer<typeof encounterLine>;

export const codeStatus = z.object({ text: z.string(), at: z.string().nullable() });

/** What the banner needs, in every chart view. */
export const banner = z.object({
  patient: patientSummary,
  location: z.object({ ward: z.string(), bed: z.string().nullable() }).nullable(),
  allergies: recorded(allergy),
  codeStatus: codeStatus.nullable(),
  /** Isolation, falls and other flags, worded. */
  flags: z.array(z.object({ kind: z.enum(['isolation', 'falls', 'other']), text: z.string() })),
  /** The last weight, which doses are worked out from: in kilograms, and as it was recorded. */
  weight: z.object({ kg: z.number(), at: z.string().nullable(), method: z.string().nullable() }).nullable(),
  /** Where it was last said that there is or may be one: when, and by whom. See `pregnancyNow`. */
  pregnancy: z
    .object({
      status: z.enum(['pregnant', 'possible']),
      since: z.string().nullable(),
      by: z.string().nullable(),
      dueDate: z.string().nullable(),
    })
    .nullable(),
  /** In which ways somebody else on this ward could be taken for this patient. */
  lookAlikes: z.array(z.enum(['similar-name', 'same-birth-date'])),
});
export type Banner = z.infer<typeof banner>;

/** `GET /api/patients/:id`. */
export const chartSummary = z.object({
  banner,
  problems: recorded(problem),
  medicines: recorded(medicine),
  immunizations: z.array(immunization),
  /** Vital signs of the last days, by code. */
  vitals: z.array(series),
  /** Latest laboratory results, newest first, with earlier values for a sparkline. */
  results: z.array(series),
  encounters: z.array(encounterLine),
  documents: z.array(chartDocument),
  counts: z.record(z.string(), z.number()),
});
export type ChartSummary = z.infer<typeof chartSummary>;
