import type { PastContent, PastItem, PastLine } from '../../shared/history/schema.ts';

export interface Share {
  id: string;
  /** How many characters of a text, or how many values. */
  count: number;
  percent: number;
}

const linesOf = (content: PastContent): PastLine[] =>
  content.kind === 'note'
    ? content.sections.flatMap(({ lines }) => lines)
    : content.kind === 'care-plan'
      ? content.problems.flatMap(({ evaluation }) => evaluation)
      : [];

const itemsOf = (content: PastContent): PastItem[] =>
  content.kind === 'orders'
    ? content.drafts
    : content.kind === 'care-plan'
      ? content.problems.flatMap((problem) => [problem, ...problem.goals, ...problem.interventions])
      : [];

/** How much of a document each author wrote, the most first; of values, how many each has set. */
export function sharesOf(content: PastContent): Share[] {
  const counts = new Map<string, number>();
  const count = (id: string, more: number): void => {
    counts.set(id, (counts.get(id) ?? 0) + more);
  };
  if (content.kind === 'note') {
    for (const { runs } of linesOf(content)) {
      for (const { text, author, change } of runs) if (change !== 'removed') count(author.id, text.length);
    }
  } else {
    for (const { values } of itemsOf(content)) {
      for (const { author } of Object.values(values)) count(author.id, 1);
    }
  }
  const sum = [...counts.values()].reduce((total, each) => total + each, 0);
  return [...counts]
    .filter(([, each]) => each > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([id, each]) => ({ id, count: each, percent: Math.round((each / sum) * 100) }));
}

/** The numbers before numbered lines, null before others: each indent counts for itself, and starts anew below another kind. */
export function lineNumbers(lines: readonly Pick<PastLine, 'kind' | 'indent'>[]): (number | null)[] {
  const counters: number[] = [];
  return lines.map(({ kind, indent = 0 }) => {
    if (kind !== 'numbered') {
      counters.length = Math.min(counters.length, indent);
      return null;
    }
    counters.length = Math.min(counters.length, indent + 1);
    counters[indent] = (counters[indent] ?? 0) + 1;
    return counters[indent];
  });
}
