import { z } from 'zod';
import { isNationalNumber, nationalSchemes } from './nationalNumber.ts';
import { matchReasons } from './matching.ts';
import { patientSummary, type PatientSummary } from './schema.ts';

const line = (most: number) => z.string().trim().max(most);
const said = (most: number) => line(most).min(1);

/** FHIR date: a year, a month or a day. */
export const partialDate = z
  .string()
  .regex(
    /^(18|19|20)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/,
    'A birth date is a year, a month or a day.',
  )
  .refine((text) => text.length < 10 || new Date(`${text}T00:00:00Z`).toISOString().startsWith(text), {
    message: 'There is no such day.',
  });

export const genders = ['male', 'female', 'other', 'unknown'] as const;
/** US Core birth sex. */
export const birthSexes = ['M', 'F', 'UNK'] as const;
export const genderIdentities = ['male', 'female', 'non-binary', 'other', 'not-disclosed'] as const;
export const pronounSets = ['he', 'she', 'they'] as const;
export const contactKinds = ['next-of-kin', 'emergency'] as const;

const personName = z.strictObject({ family: line(100), given: line(100) });

/** What a front desk writes down of somebody. */
export const demographics = z.strictObject({
  name: personName
    .extend({ prefix: line(30).nullable() })
    .refine(({ family, given }) => family !== '' || given !== '', { message: 'A name is needed.' }),
  preferredName: said(100).nullable(),
  formerNames: z.array(personName.extend({ family: said(100) })).max(10),
  birthDate: partialDate.nullable(),
  /** Judged by looking, and not told by anybody. */
  birthDateEstimated: z.boolean(),
  gender: z.enum(genders),
  birthSex: z.enum(birthSexes).nullable(),
  genderIdentity: z.enum(genderIdentities).nullable(),
  pronouns: z.enum(pronounSets).nullable(),
  nationalNumber: z
    .strictObject({ scheme: z.enum(nationalSchemes), value: said(40) })
    .refine(({ scheme, value }) => isNationalNumber(scheme, value), {
      message: 'This is no number of its kind: look at each digit again.',
      path: ['value'],
    })
    .nullable(),
  telecom: z
    .array(
      z.strictObject({
        system: z.enum(['phone', 'email']),
        use: z.enum(['home', 'mobile', 'work']),
        value: said(200),
      }),
    )
    .max(10),
  address: z
    .strictObject({
      lines: z.array(said(200)).max(4),
      city: line(100),
      postalCode: line(20),
      state: line(100),
      country: line(100),
    })
    .nullable(),
  /** BCP 47, with the words that are shown. */
  language: z.strictObject({ code: said(35), display: said(100) }).nullable(),
  interpreter: z.boolean().nullable(),
  contacts: z
    .array(
      z.strictObject({
        kinds: z.array(z.enum(contactKinds)).min(1),
        name: said(200),
        /** Daughter, neighbour: as it was said. */
        relation: line(100),
        phone: line(100),
      }),
    )
    .max(10),
});
export type Demographics = z.infer<typeof demographics>;

/** Why somebody who looks like a patient on record is another person. */
export const distinctReasons = ['asked', 'twin', 'relative', 'document', 'other'] as const;

/** `POST /api/patients`. */
export const registration = z.strictObject({
  demographics,
  /** The records that were shown as possibly the same, all looked at; without it such records refuse the act. */
  distinctFrom: z
    .strictObject({
      patientIds: z.array(z.string().min(1).max(100)).min(1).max(50),
      reason: z.enum(distinctReasons),
      text: line(300).optional(),
    })
    .optional(),
});
export type Registration = z.infer<typeof registration>;

/** `POST /api/patients/unidentified`. */
export const unidentifiedArrival = z.strictObject({
  /** As somebody judged it. */
  estimatedAge: z.number().int().min(0).max(120).nullable(),
  gender: z.enum(genders).default('unknown'),
  wardId: z.string().min(1).max(100).nullable(),
  bed: z.string().min(1).max(20).nullable(),
});
export type UnidentifiedArrival = z.infer<typeof unidentifiedArrival>;

/** `PUT /api/patients/:id`. */
export const demographicsEdit = z.strictObject({
  version: z.number().int().min(1),
  demographics,
  distinctFrom: registration.shape.distinctFrom,
});
export type DemographicsEdit = z.infer<typeof demographicsEdit>;

/** A record that may be of the same person, with why. */
export const possibleMatch = z.object({
  patient: patientSummary,
  score: z.number(),
  band: z.enum(['likely', 'possible']),
  reasons: z.array(z.enum(matchReasons)),
});
export type PossibleMatch = z.infer<typeof possibleMatch>;

/** One version of somebody's demographics: who wrote it and which parts it changed. */
export const demographicsVersion = z.object({
  version: z.number(),
  at: z.string(),
  by: z.string().nullable(),
  changes: z.array(
    z.object({ part: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
});
export type DemographicsVersion = z.infer<typeof demographicsVersion>;

export const merge = z.strictObject({
  intoId: z.string().min(1).max(100),
  reason: said(300),
  /** Of the record that is given up. */
  version: z.number().int().min(1),
  /** Of the one that remains, where it was looked at. */
  intoVersion: z.number().int().min(1).optional(),
});

/** A record that was merged into another, and the version from which that is taken back. */
export interface MergedRecord {
  patient: PatientSummary;
  version: number;
}

export const unmerge = z.strictObject({ reason: said(300), version: z.number().int().min(1) });

/** `GET /api/patients/:id/merge`: what would move, and what the two records say differently. */
export const mergePreview = z.object({
  loser: patientSummary,
  survivor: patientSummary,
  version: z.number(),
  intoVersion: z.number(),
  counts: z.record(z.string(), z.number()),
  encountersNow: z.number(),
  differs: z.array(z.enum(['name', 'birthDate', 'sex', 'nationalNumber'])),
  match: z.object({
    score: z.number(),
    band: z.enum(['likely', 'possible', 'no']),
    reasons: z.array(z.enum(matchReasons)),
  }),
});
export type MergePreview = z.infer<typeof mergePreview>;
