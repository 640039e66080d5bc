import type {
  Demographics,
  DemographicsVersion,
  MergedRecord,
  MergePreview,
  PossibleMatch,
  Registration,
} from '../../shared/patients/demographics.ts';
import { ask, isApiError } from '../wire/api.ts';

const patientPath = (id: string): string => `/api/patients/${encodeURIComponent(id)}`;

export interface DemographicsNow {
  id: string;
  version: number;
  demographics: Demographics;
  unidentified: boolean;
  /** Records that were merged into this one. */
  merged: MergedRecord[];
}

export const loadDemographics = (id: string): Promise<DemographicsNow> =>
  ask('GET', `${patientPath(id)}/demographics`);

export const loadVersions = (id: string): Promise<{ items: DemographicsVersion[] }> =>
  ask('GET', `${patientPath(id)}/demographics/history`);

export const register = (body: Registration, idempotencyKey: string): Promise<{ id: string; mrn: string }> =>
  ask('POST', '/api/patients', { body, idempotencyKey });

export const saveDemographics = (
  id: string,
  body: Registration & { version: number },
  idempotencyKey: string,
): Promise<{ version: number }> => ask('PUT', patientPath(id), { body, idempotencyKey });

export const previewMerge = (id: string, intoId: string): Promise<MergePreview> =>
  ask('GET', `${patientPath(id)}/merge?intoId=${encodeURIComponent(intoId)}`);

export const mergeRecords = (
  id: string,
  body: { intoId: string; reason: string; version: number },
  idempotencyKey: string,
): Promise<{ id: string }> => ask('POST', `${patientPath(id)}/merge`, { body, idempotencyKey });

export const unmergeRecords = (
  id: string,
  body: { reason: string; version: number },
  idempotencyKey: string,
): Promise<unknown> => ask('POST', `${patientPath(id)}/unmerge`, { body, idempotencyKey });

/** The records that a refusal names as possibly of the same person; null for a refusal of something else. */
export function duplicatesIn(error: unknown): PossibleMatch[] | null {
  if (!isApiError(error)) return null;
  const { duplicates } = error.problem;
  return Array.isArray(duplicates) ? (duplicates as PossibleMatch[]) : null;
}
