import { isAuditAction } from '../../shared/audit/actions.ts';
import { roles, roleTitles } from '../../shared/access/capabilities.ts';
import type { AuditEntry } from '../../shared/audit/schema.ts';
import { auditWords, eventWords } from '../messages/audit.ts';

/** What was done, in a sentence; by the name under which it is kept where a later version of the service did it. */
export const eventOf = (action: string): string => (isAuditAction(action) ? eventWords[action] : action);

export const roleOf = (role: string | null): string => {
  const known = roles.find((each) => each === role);
  return known ? roleTitles[known] : (role ?? '');
};

export const personIn = ({ user }: Pick<AuditEntry, 'user'>): string => user?.name ?? auditWords.service;

export const patientIn = ({ patient }: Pick<AuditEntry, 'patient'>): string => {
  if (patient === null) return '';
  return patient.name === null
    ? auditWords.elsewhere
    : [patient.name, patient.mrn].filter(Boolean).join(' · ');
};

/** The facts that were kept beside an entry, by name. */
export function factsOf({ detail }: Pick<AuditEntry, 'detail'>): [name: string, value: string][] {
  if (detail === null) return [];
  const facts: unknown = JSON.parse(detail);
  return typeof facts === 'object' && facts !== null
    ? Object.entries(facts).map(([name, value]): [string, string] => [name, String(value)])
    : [];
}

const sharedDocument = /^(?:[\da-f-]{36}\/)?(note|orders|care-plan)(?:\/([\da-f]{8})[\da-f-]*)?$/;

/** What it touched, as a row has room for it: a shared document by its kind and the start of its id. */
export function touchedIn({ entity }: Pick<AuditEntry, 'entity'>): string {
  const { documents } = auditWords;
  const [, kind, id] = sharedDocument.exec(entity ?? '') ?? [];
  if (kind !== 'note' && kind !== 'orders' && kind !== 'care-plan') return entity ?? '';
  return id === undefined ? documents[kind] : `${documents[kind]} ${id}`;
}
