import type { Reader } from '../db/reader.ts';
import { statement, type Statement } from '../db/batch.ts';
import { outbox } from './tables.ts';

/** What acts tell the rest of the service, after their transaction. */
export interface DomainEvents {
  'encounter:opened': { encounterId: string; wardId: string | null };
  'note:created': { encounterId: string; noteId: string };
  'note:signed': { encounterId: string; noteId: string; signatureId: string };
  'orders:signed': { encounterId: string; orderIds: string[]; signatureId: string };
  'observations:recorded': { encounterId: string; wardId: string | null };
  /** Who somebody is, or which record is theirs. */
  'patient:changed': { patientIds: string[]; encounterIds: string[]; wardIds: string[] };
  /** Where somebody lies, whether they are here, or whose encounter it is. */
  'encounter:moved': { encounterIds: string[]; wardIds: string[] };
  'beds:changed': { wardId: string };
  /** Entries of a chart's lists; where the patient lies now. */
  'chart:changed': { patientId: string; lists: string[]; wardId: string | null; encounterIds: string[] };
  /** Whose charts show more now, and where they are shown. */
  'records:imported': {
    source: string;
    siteId: string;
    patientIds: string[];
    encounterIds: string[];
    wardIds: string[];
  };
  'user:changed': { userId: string };
}

/** The row that announces an event, to be committed with the act. `deliver.ts` does the announcing. */
export const outboxRow = <E extends keyof DomainEvents>(
  reader: Reader,
  at: Date,
  event: E,
  payload: DomainEvents[E],
): Statement =>
  statement(reader.insert(outbox).values({ at: at.toISOString(), event, payload: JSON.stringify(payload) }));
