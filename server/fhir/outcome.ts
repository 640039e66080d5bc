import { refusals, type Refusal, type RefusalCode } from '../../shared/wire/refusals.ts';
import type { Damage } from '../records/intact.ts';
import type { ImportProblem } from './importReport.ts';
import type { ValidationProblem } from './validate/problem.ts';

/** FHIR R4 issue-type for each refusal. */
const issueTypes: Record<RefusalCode, string> = {
  unauthenticated: 'login',
  credentials: 'login',
  reauthenticate: 'login',
  forbidden: 'forbidden',
  origin: 'forbidden',
  'not-found': 'not-found',
  'method-not-allowed': 'not-supported',
  'not-acceptable': 'not-supported',
  invalid: 'invalid',
  conflict: 'conflict',
  'key-reused': 'conflict',
  gone: 'deleted',
  'precondition-failed': 'conflict',
  'too-large': 'too-long',
  'media-type': 'not-supported',
  unprocessable: 'processing',
  'too-many': 'throttled',
  damaged: 'exception',
  internal: 'exception',
  unavailable: 'transient',
};

export interface Issue {
  severity: 'error' | 'warning' | 'information';
  code: string;
  diagnostics: string;
  /** FHIRPath of the element. */
  expression?: string[];
}

export interface OperationOutcome {
  resourceType: 'OperationOutcome';
  issue: Issue[];
}

/** What is damaged on record and was left out of an answer: what it is, never what it says. */
export const damageIssues = (damaged: readonly Damage[]): Issue[] =>
  damaged.map(({ entity, version }) => ({
    severity: 'error',
    code: issueTypes.damaged,
    diagnostics: `${entity}, version ${version}, is damaged on record and is not shown. It has been reported.`,
  }));

/** A refusal as FHIR says it, from the same table as everywhere else. */
export function toOutcome({ code, detail, errors, more }: Refusal): OperationOutcome {
  if (Array.isArray(more?.issue)) return { resourceType: 'OperationOutcome', issue: more.issue as Issue[] };
  const type = issueTypes[code];
  const places = errors?.map(({ path, message }) => issueAt('error', type, message, path)) ?? [];
  return {
    resourceType: 'OperationOutcome',
    issue: places.length > 0 ? places : [issueAt('error', type, detail ?? refusals[code].words)],
  };
}

/** What was wrong with a bundle, place by place. */
export const problemsOutcome = (problems: ImportProblem[]): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue: problems.map(({ place, message }) => issueAt('error', 'invalid', message, place)),
});

/** What validation found; that nothing was found is said too. */
export const validationOutcome = (problems: ValidationProblem[]): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue:
    problems.length === 0
      ? [issueAt('information', 'informational', 'Nothing was found to be wrong.')]
      : issuesOf(problems),
});

export const issuesOf = (problems: ValidationProblem[]): Issue[] =>
  problems.map(({ severity, code, message, expression }) => issueAt(severity, code, message, expression));

/** `place` is a JSON pointer into a Bundle, a FHIRPath, or a line and column of a text that is no JSON. */
function issueAt(severity: Issue['severity'], code: string, message: string, place = ''): Issue {
  if (place === '') return { severity, code, diagnostics: message };
  if (place.startsWith('line ')) return { severity, code, diagnostics: `${place}: ${message}` };
  return { severity, code, diagnostics: message, expression: [toFhirPath(place)] };
}

/** `/entry/0/resource/subject` of a bundle as FHIRPath says it. */
export const toFhirPath = (place: string): string =>
  place.startsWith('/')
    ? place
        .slice(1)
        .split('/')
        .filter((step) => step !== '')
        .reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : `${path}.${step}`), 'Bundle')
    : place;
