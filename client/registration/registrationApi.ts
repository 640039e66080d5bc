import type {
  Demographics,
  DemographicsVersion,
  MergedRecord,
  MergePreview,
  PossibleMatch,
  Registration,
} from '../../shared/patients/demographics.ts';
import { ask, isApiError } from '../wire/api.ts';
import type { Sender } from '../wire/sender.ts';

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

export const register = (sender: Sender, body: Registration): Promise<{ id: string; mrn: string }> =>
  sender.send('POST', '/api/patients', body);

export const saveDemographics = (
  sender: Sender,
  id: string,
  body: Registration & { version: number },
): Promise<{ version: number }> => sender.send('PUT', patientPath(id), body);

export const previewMerge = (id: string, intoId: string): Promise<MergePreview> =>
  ask('GET', `${patientPath(id)}/merge?intoId=${encodeURIComponent(intoId)}`);

export const mergeRecords = (
  sender: Sender,
  id: string,
  body: { intoId: string; reason: string; version: number; intoVersion: number },
): Promise<{ id: string }> => sender.send('POST', `${patientPath(id)}/merge`, body);

export const unmergeRecords = (
  sender: Sender,
  id: string,
  body: { reason: string; version: number },
): Promise<unknown> => sender.send('POST', `${patientPath(id)}/unmerge`, body);

/** The records that a refusal names as possibly of the same person; null for a refusal of something else. */
export function duplicatesIn(error: unknown): PossibleMatch[] | null {
  if (!isApiError(error)) return null;
  const { duplicates } = error.problem;
  return Array.isArray(duplicates) ? (duplicates as PossibleMatch[]) : null;
}
