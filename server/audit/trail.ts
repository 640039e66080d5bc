import type { AuditAction } from '../../shared/audit/actions.ts';
import type { ChainedRow } from '../db/batch.ts';

/** Who did something, as the session knows them. */
export interface AuditActor {
  userId: string | null;
  role: string | null;
  siteId: string | null;
  deviceId: string | null;
}

/** One thing that happened. Facts and identifiers only: no text from a chart, no name, no search words. */
export interface AuditEvent {
  action: AuditAction;
  outcome: 'success' | 'refused' | 'failure';
  actor: AuditActor;
  at: Date;
  patientId?: string | null;
  encounterId?: string | null;
  /** What was touched: `Type/id`, a room, a route pattern. */
  entity?: string | null;
  detail?: Record<string, string | number | boolean | null>;
}

/** Nobody signed in: the service itself, or somebody who is not known. */
export const nobody: AuditActor = { userId: null, role: null, siteId: null, deviceId: null };

/** The row for an event, to be put into the `chained` rows of the batch that does what it tells of. */
export const auditRow = (event: AuditEvent): ChainedRow => ({
  table: 'audit',
  row: {
    at: event.at.toISOString(),
    action: event.action,
    outcome: event.outcome,
    user_id: event.actor.userId,
    role: event.actor.role,
    site_id: event.actor.siteId,
    device_id: event.actor.deviceId,
    patient_id: event.patientId ?? null,
    encounter_id: event.encounterId ?? null,
    entity: event.entity ?? null,
    detail: event.detail ? JSON.stringify(event.detail) : null,
  },
});
