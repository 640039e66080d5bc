import { z } from 'zod';
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

/** `GET /api/encounters/:id`. */
export const encounterDetail = encounterSummary.extend({
  wardName: z.string().nullable(),
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
  news2: news2Tile.nullable(),
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
