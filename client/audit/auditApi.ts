import {
  auditChain,
  auditPage,
  auditPatients,
  patientViewers,
  type AuditChain,
  type AuditSort,
} from '../../shared/audit/schema.ts';
import { ask } from '../wire/api.ts';

/** What the screen narrows the trail by; empty is everything. */
export interface TrailFilter {
  patientId: string;
  action: string;
  outcome: string;
  from: string;
  to: string;
}

export const wholeTrail: TrailFilter = { patientId: '', action: '', outcome: '', from: '', to: '' };

export interface TrailOrder {
  sort: AuditSort;
  order: 'asc' | 'desc';
}

const chosen = (values: object): URLSearchParams =>
  new URLSearchParams(Object.entries(values).filter((each): each is [string, string] => each[1] !== ''));

export const loadTrail = async (
  filter: TrailFilter,
  order: TrailOrder,
  next: string | undefined,
  signal: AbortSignal,
) => auditPage.parse(await ask('GET', `/api/audit?${next ?? chosen({ ...filter, ...order })}`, { signal }));

export const exportAddress = (filter: TrailFilter, format: 'csv' | 'ndjson'): string =>
  `/api/audit/export?${chosen({ ...filter, format })}`;

export const findPatients = async (typed: string, signal: AbortSignal) =>
  auditPatients.parse(await ask('GET', `/api/audit/patients?${chosen({ q: typed })}`, { signal })).items;

export const loadViewers = async (patientId: string, signal: AbortSignal) =>
  patientViewers.parse(await ask('GET', `/api/audit/patients/${encodeURIComponent(patientId)}`, { signal }));

export const loadChain = async (): Promise<AuditChain> =>
  auditChain.parse(await ask('GET', '/api/audit/chain', { background: true }));

export const checkChain = async (): Promise<AuditChain> =>
  auditChain.parse(await ask('POST', '/api/audit/chain/check'));
