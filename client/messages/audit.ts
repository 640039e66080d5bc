import { audit } from './en/audit.ts';
import { auditEvents } from './en/auditEvents.ts';

/** Words of the audit trail, which load with its page. */
export const auditWords: typeof audit = audit;
export const eventWords: typeof auditEvents = auditEvents;
