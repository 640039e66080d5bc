import { mandatoryElements } from '../../records/search/definitions.ts';
import type { Damage } from '../../records/intact.ts';
import { withVersion } from '../answer.ts';
import { damageIssues } from '../outcome.ts';
import type { Shown } from './includes.ts';
import type { SearchProblem } from './problem.ts';
import { cursorName, type SearchRequest } from './request.ts';

export interface Answered {
  request: Pick<SearchRequest, 'type' | 'elements' | 'withoutText' | 'countOnly' | 'understood' | 'ignored'>;
  matches: Shown[];
  included: Shown[];
  /** What is missing from both. */
  damaged: Damage[];
  /** Whether more would have been included than an answer holds. */
  cut: boolean;
  next: string | null;
  total: number | null;
}

/** A page of a search as a Bundle: what was understood stands in its `self` link. */
export const searchBundle = (
  { request, matches, included, damaged, cut, next, total }: Answered,
  { now, address, baseUrl }: { now: Date; address: string; baseUrl: string },
): object => ({
  resourceType: 'Bundle',
  type: 'searchset',
  meta: { lastUpdated: now.toISOString() },
  ...(total === null ? {} : { total }),
  link: [
    { relation: 'self', url: linkTo(address, request.understood) },
    ...(next === null
      ? []
      : [{ relation: 'next', url: linkTo(address, [...request.understood, [cursorName, next]]) }]),
  ],
  ...(request.countOnly
    ? {}
    : {
        entry: [
          ...matches.map((each) => entry(baseUrl, each, 'match', request)),
          ...included.map((each) => entry(baseUrl, each, 'include', request)),
          ...remarks(request.ignored, damaged, cut),
        ],
      }),
});

function linkTo(address: string, query: [string, string][]): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? address : `${address}?${text}`;
}

const entry = (
  baseUrl: string,
  shown: Shown,
  mode: 'match' | 'include',
  request: Answered['request'],
): object => ({
  fullUrl: `${baseUrl}/${shown.type}/${shown.id}`,
  resource: reduced(withVersion(shown), shown.type, request),
  search: { mode },
});

const subsetted = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
};

/** Only the elements that were asked for, and those that no resource may lack; marked, so that nobody keeps it as whole. */
function reduced(
  resource: Record<string, unknown>,
  type: string,
  { elements, withoutText }: Answered['request'],
): object {
  if (elements === null && !withoutText) return resource;
  const wanted = elements && new Set(['resourceType', 'id', 'meta', ...mandatoryElements(type), ...elements]);
  const kept = Object.entries(resource).filter(
    ([name]) => (!wanted || wanted.has(name.replace(/^_/, ''))) && !(withoutText && name === 'text'),
  );
  const meta = resource.meta as Record<string, unknown>;
  const tag = [...(Array.isArray(meta.tag) ? meta.tag : []), subsetted];
  return { ...Object.fromEntries(kept), meta: { ...meta, tag } };
}

/** What was left out stands in the answer, so that nobody takes it for complete. */
function remarks(ignored: SearchProblem[], damaged: Damage[], cut: boolean): object[] {
  const issues = [
    ...damageIssues(damaged),
    ...ignored.map(({ code, message }) => ({ severity: 'warning', code, diagnostics: message })),
    ...(cut
      ? [{ severity: 'warning', code: 'too-costly', diagnostics: 'Not everything could be included.' }]
      : []),
  ];
  if (issues.length === 0) return [];
  return [{ resource: { resourceType: 'OperationOutcome', issue: issues }, search: { mode: 'outcome' } }];
}
