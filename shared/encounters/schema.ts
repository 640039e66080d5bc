import { z } from 'zod';
import { news2Reasons } from '../flowsheet/news2Due.ts';
import { patientSummary, banner } from '../patients/schema.ts';

/** Short `v3-ActCode` names of FHIR R4 Encounter.class that can be opened here. */
export const encounterClass = z.enum(['IMP', 'AMB', 'EMER', 'OBSENC', 'HH', 'VR']);

export const encounterSummary = z.object({
  id: z.string(),
  status: z.string(),
  class: z.string(),
  reason: z.string().nullable(),
  siteId: z.string(),
  wardId: z.string().nullable(),
  bed: z.string().nullable(),
  startAt: z.string().nullable(),
  endAt: z.string().nullable(),
  patient: patientSummary,
});
export type EncounterSummary = z.infer<typeof encounterSummary>;

/** A place that somebody is to be moved to. */
export const plannedPlace = z.object({
  wardId: z.string(),
  wardName: z.string().nullable(),
  bed: z.string().nullable(),
});

/** Orders that came along from another ward and that nobody has looked at since. */
export const ordersToReview = z.object({ count: z.number(), since: z.string() });

/** `GET /api/encounters/:id`. */
export const encounterDetail = encounterSummary.extend({
  wardName: z.string().nullable(),
  /** What an act on the encounter names as seen; 0 where no Encounter is on record. */
  version: z.number(),
  plannedTo: plannedPlace.nullable(),
  plannedEndAt: z.string().nullable(),
  /** Where the patient has lain, the latest first. */
  stays: z.array(
    z.object({
      ward: z.string().nullable(),
      bed: z.string().nullable(),
      from: z.string().nullable(),
      to: z.string().nullable(),
    }),
  ),
  /** Null when none wait, and for those who may not read the chart. */
  ordersToReview: ordersToReview.nullable(),
  /** Null for those who may not read the chart (a clerk). */
  banner: banner.nullable(),
});
export type EncounterDetail = z.infer<typeof encounterDetail>;

export const encounterDraft = z.strictObject({
  patientId: z.string().min(1),
  class: encounterClass,
  wardId: z.string().min(1).optional(),
});

/** NEWS2 of the latest complete or incomplete set (Royal College of Physicians, 2017). */
export const news2Tile = z.object({
  score: z.number().nullable(),
  band: z.enum(['low', 'low-medium', 'medium', 'high', 'incomplete']),
  previous: z.number().nullable(),
  at: z.string(),
  nextDueAt: z.string().nullable(),
});

export const boardCard = z.object({
  encounterId: z.string(),
  bed: z.string().nullable(),
  patient: patientSummary,
  similarName: z.string().nullable(),
  /** The bed of somebody else here who was born on the same day. */
  sameBirthDate: z.string().nullable(),
  /** What a move names as seen. */
  version: z.number(),
  plannedTo: plannedPlace.nullable(),
  plannedEndAt: z.string().nullable(),
  /** Active orders that came along from another ward and want looking at again. */
  ordersToReview: z.number(),
  news2: news2Tile.nullable(),
  /** Why the score is not made for this patient; null where it is. */
  news2NotFor: z.enum(news2Reasons).nullable(),
  /** Laboratory results of the last 24 h. */
  newResults: z.number(),
  /** Unsigned lines in the order basket. */
  draftOrders: z.number(),
  codeStatus: z.string().nullable(),
  isolation: z.string().nullable(),
  mine: z.boolean(),
  reason: z.string().nullable(),
  changedAt: z.string().nullable(),
});
export type BoardCard = z.infer<typeof boardCard>;

/** Somebody who is to come to this ward. */
export const incoming = z.object({
  encounterId: z.string(),
  version: z.number(),
  patient: patientSummary,
  fromWard: z.string().nullable(),
  fromBed: z.string().nullable(),
  bed: z.string().nullable(),
});
export type Incoming = z.infer<typeof incoming>;

/** `GET /api/wards/:id/board`. */
export const wardBoard = z.object({
  ward: z.object({
    id: z.string(),
    name: z.string(),
    specialty: z.string().nullable(),
    siteId: z.string(),
    siteName: z.string(),
  }),
  bays: z.array(z.object({ name: z.string(), beds: z.array(z.string()) })),
  /** Empty beds that cannot be given just now. */
  bedStates: z.array(
    z.object({ bed: z.string(), state: z.enum(['cleaning', 'blocked']), since: z.string() }),
  ),
  incoming: z.array(incoming),
  cards: z.array(boardCard),
  /** Encounters of this ward without a bed. */
  unassigned: z.array(boardCard),
  asOf: z.string(),
});
export type WardBoard = z.infer<typeof wardBoard>;

export const wardLine = z.object({
  id: z.string(),
  name: z.string(),
  specialty: z.string().nullable(),
  siteId: z.string(),
  occupied: z.number(),
  beds: z.number(),
});
