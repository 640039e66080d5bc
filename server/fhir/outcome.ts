import { refusals, type Refusal, type RefusalCode } from '../../shared/wire/refusals.ts';
import type { ImportProblem } from './importReport.ts';

/** FHIR R4 issue-type for each refusal. */
const issueTypes: Record<RefusalCode, string> = {
  unauthenticated: 'login',
  credentials: 'login',
  reauthenticate: 'login',
  forbidden: 'forbidden',
  origin: 'forbidden',
  'not-found': 'not-found',
  'method-not-allowed': 'not-supported',
  invalid: 'invalid',
  conflict: 'conflict',
  'key-reused': 'conflict',
  'too-large': 'too-long',
  'media-type': 'not-supported',
  unprocessable: 'processing',
  'too-many': 'throttled',
  internal: 'exception',
  unavailable: 'transient',
};

export interface OperationOutcome {
  resourceType: 'OperationOutcome';
  issue: { severity: 'error' | 'warning'; code: string; diagnostics: string }[];
}

/** A refusal as FHIR says it, from the same table as everywhere else. */
export function toOutcome({ code, detail, errors }: Refusal): OperationOutcome {
  const type = issueTypes[code];
  const places = errors?.map(({ path, message }) => issue('error', type, message, path)) ?? [];
  const diagnostics = detail ?? refusals[code].words;
  return {
    resourceType: 'OperationOutcome',
    issue: places.length > 0 ? places : [issue('error', type, diagnostics)],
  };
}

/** What was wrong with a bundle, place by place. */
export const problemsOutcome = (problems: ImportProblem[]): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: problems.map(({ place, message }) => issue('error', 'invalid', message, place)),
});

/** Places are JSON pointers; `expression` is FHIRPath, so they stand in the words instead. */
const issue = (
  severity: 'error' | 'warning',
  code: string,
  message: string,
  place = '',
): OperationOutcome['issue'][number] => ({
  severity,
  code,
  diagnostics: place === '' ? message : `${place}: ${message}`,
});
