import {
  auditChain,
  auditPage,
  auditPatients,
  auditPeople,
  patientViewers,
  type AuditChain,
} from '../../shared/audit/schema.ts';
import { ask } from '../wire/api.ts';
import { clock } from '../wire/clock.svelte.ts';
import { askedOf, type TrailFilter, type TrailView } from './view.ts';

export const loadTrail = async (
  { filter, order: { sort, order } }: TrailView,
  next: string | undefined,
  signal: AbortSignal,
) => {
  const first = askedOf(filter, clock.timeZone);
  first.set('sort', sort);
  first.set('order', order);
  return auditPage.parse(await ask('GET', `/api/audit?${next ?? first}`, { signal }));
};

export function exportAddress(filter: TrailFilter, format: 'csv' | 'ndjson'): string {
  const query = askedOf(filter, clock.timeZone);
  query.set('format', format);
  return `/api/audit/export?${query}`;
}

const typed = (text: string): string => new URLSearchParams({ q: text }).toString();

export const findPatients = async (text: string, signal: AbortSignal) =>
  auditPatients.parse(await ask('GET', `/api/audit/patients?${typed(text)}`, { signal })).items;

export const findPeople = async (text: string, signal: AbortSignal) =>
  auditPeople.parse(await ask('GET', `/api/audit/people?${typed(text)}`, { signal })).items;

export const loadViewers = async (patientId: string, signal: AbortSignal) =>
  patientViewers.parse(await ask('GET', `/api/audit/patients/${encodeURIComponent(patientId)}`, { signal }));

export const loadChain = async (): Promise<AuditChain> =>
  auditChain.parse(await ask('GET', '/api/audit/chain', { background: true }));

export const checkChain = async (): Promise<AuditChain> =>
  auditChain.parse(await ask('POST', '/api/audit/chain/check'));
