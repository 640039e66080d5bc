import type { AuditEntry } from '../../shared/audit/schema.ts';

const headings =
  'seq,at,action,outcome,user,userId,role,site,device,patient,patientId,mrn,encounter,entity,detail';

/**
 * One cell of CSV (RFC 4180). A spreadsheet takes a cell that begins with one of these signs for a formula and runs it:
 * an apostrophe makes it text (OWASP, "CSV Injection").
 */
export function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine = (entry: AuditEntry): string =>
  [
    entry.seq,
    entry.at,
    entry.action,
    entry.outcome,
    entry.user?.name ?? null,
    entry.user?.id ?? null,
    entry.role,
    entry.siteId,
    entry.deviceId,
    entry.patient?.name ?? null,
    entry.patient?.id ?? null,
    entry.patient?.mrn ?? null,
    entry.encounterId,
    entry.entity,
    entry.detail,
  ]
    .map(cell)
    .join(',');

/** How a trail is written to a file. */
export const exportForms = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: `${headings}\r\n`,
    line: (entry: AuditEntry) => `${csvLine(entry)}\r\n`,
  },
  ndjson: {
    type: 'application/x-ndjson',
    head: '',
    line: (entry: AuditEntry) => `${JSON.stringify(entry)}\n`,
  },
} as const;
