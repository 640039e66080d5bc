import { z } from 'zod';
import { roles } from '../access/capabilities.ts';

/** What the audit trail can be ordered by. */
export const auditSorts = ['at', 'user', 'role', 'action', 'outcome', 'patient', 'entity'] as const;
export type AuditSort = (typeof auditSorts)[number];

export const auditOutcomes = ['success', 'refused', 'failure'] as const;

const id = z.string().trim().min(1).max(200);

/** What `GET /api/audit` and its export can be narrowed by. */
export const auditFilters = z.object({
  patientId: id.optional(),
  userId: id.optional(),
  encounterId: id.optional(),
  /** A whole action, or its beginning: `chart` is everything about charts. */
  action: id.optional(),
  outcome: z.enum(auditOutcomes).optional(),
  entity: id.optional(),
  /** Instants or days; a day from its beginning, and up to its end, in UTC. */
  from: z.iso.datetime({ offset: true }).or(z.iso.date()).optional(),
  to: z.iso.datetime({ offset: true }).or(z.iso.date()).optional(),
});
export type AuditFilters = z.infer<typeof auditFilters>;

export const auditQuery = auditFilters.extend({
  sort: z.enum(auditSorts).default('at'),
  order: z.enum(['asc', 'desc']).default('desc'),
  cursor: z.string().max(600).optional(),
});
export type AuditQuery = z.infer<typeof auditQuery>;

const person = z.object({ id: z.string(), name: z.string() });
/** Who somebody is, and nothing of what is wrong with them. */
const auditPatient = z.object({ id: z.string(), name: z.string().nullable(), mrn: z.string().nullable() });

export const auditEntry = z.object({
  seq: z.number(),
  at: z.string(),
  action: z.string(),
  outcome: z.enum(auditOutcomes),
  user: person.nullable(),
  role: z.string().nullable(),
  siteId: z.string().nullable(),
  deviceId: z.string().nullable(),
  patient: auditPatient.nullable(),
  encounterId: z.string().nullable(),
  entity: z.string().nullable(),
  detail: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** `counted` stops at `countedTo`: beyond it there are more. */
export const countedTo = 10_000;
export const auditPage = z.object({
  items: z.array(auditEntry),
  next: z.string().optional(),
  counted: z.number(),
  /** Whose doings it was narrowed to, if this auditor may know them. */
  person: person.nullable(),
});

/** Somebody who touched a patient's record. */
export const auditViewer = z.object({
  user: person.nullable(),
  role: z.string().nullable(),
  firstAt: z.string(),
  lastAt: z.string(),
  times: z.number(),
  actions: z.array(z.object({ action: z.string(), times: z.number() })),
});
export type AuditViewer = z.infer<typeof auditViewer>;

/** Whose doings an auditor can ask for. */
const auditPerson = person.extend({ username: z.string(), role: z.enum(roles) });
export type AuditPerson = z.infer<typeof auditPerson>;
export const auditPeople = z.object({ items: z.array(auditPerson) });

/** Of the auditor's own site. */
const ownPatient = auditPatient.extend({ name: z.string(), birthDate: z.string().nullable() });
export const auditPatients = z.object({ items: z.array(ownPatient) });
export const patientViewers = z.object({
  patient: ownPatient,
  people: z.array(auditViewer),
});

const chainCheck = z.object({
  at: z.string(),
  rows: z.number(),
  /** The last row that was checked. */
  seq: z.number(),
  /** How much is not as it was written, and the first row that shows it. */
  damaged: z.number(),
  firstDamaged: z.number().nullable(),
});

/** What is known of the trail's own soundness. */
export const auditChain = z.object({
  last: chainCheck.nullable(),
  /** Rows looked at so far by a check that is under way. */
  running: z.object({ rows: z.number() }).nullable(),
});
export type AuditChain = z.infer<typeof auditChain>;
