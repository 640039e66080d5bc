import { nothingKnown } from './codes.ts';
import { conceptText, firstCoding, hasCode, instantOf, textAt, valueAt, type Resource } from './fhirValue.ts';
import type { ChartSummary, Problem } from './schema.ts';

const unreal = new Set(['refuted', 'entered-in-error']);
const active = new Set(['active', 'recurrence', 'relapse']);

export const isActiveProblem = (problem: Problem): boolean => active.has(problem.status);

/** Problems, active ones first, newest first; what was recorded several times is shown once, as it last stood. */
export function interpretProblems(conditions: Resource[]): ChartSummary['problems'] {
  const holding = conditions.filter((each) => !hasCode(valueAt(each, 'verificationStatus'), unreal));
  const known = holding.filter((each) => !hasCode(valueAt(each, 'code'), nothingKnown.problems));
  if (known.length === 0) {
    const none = holding[0];
    if (!none) return { state: 'unknown' };
    return { state: 'none', at: textAt(none, 'recordedDate'), by: textAt(none, 'recorder', 'display') };
  }
  const sorted = known
    .map((each) => ({ problem: interpretProblem(each), order: orderOf(each) }))
    .sort(byRelevance);
  const seen = new Set<string>();
  const items = sorted
    .map(({ problem }) => problem)
    .filter((problem) => {
      const key = problem.code ?? problem.title.toLowerCase();
      return !seen.has(key) && seen.add(key);
    });
  return { state: 'listed', items };
}

interface Sortable {
  problem: Problem;
  order: string;
}

const byRelevance = (a: Sortable, b: Sortable): number =>
  Number(isActiveProblem(b.problem)) - Number(isActiveProblem(a.problem)) || (a.order < b.order ? 1 : -1);

const onsetOf = (condition: Resource): string | null =>
  textAt(condition, 'onsetDateTime') ??
  textAt(condition, 'onsetPeriod', 'start') ??
  textAt(condition, 'onsetString');

const orderOf = (condition: Resource): string =>
  instantOf(onsetOf(condition)) ?? instantOf(textAt(condition, 'recordedDate')) ?? '';

const interpretProblem = (condition: Resource): Problem => ({
  id: condition.id,
  title: conceptText(valueAt(condition, 'code')) ?? 'Problem not named',
  code: firstCoding(valueAt(condition, 'code'))?.code ?? null,
  // Where no clinical status is given (older sources), an end says that it is over.
  status:
    firstCoding(valueAt(condition, 'clinicalStatus'))?.code ?? (hasEnded(condition) ? 'resolved' : 'active'),
  onset: onsetOf(condition) ?? textAt(condition, 'recordedDate'),
});

const hasEnded = (condition: Resource): boolean =>
  textAt(condition, 'abatementDateTime') !== null || textAt(condition, 'abatementPeriod', 'end') !== null;
