import type { NoteContent, NoteLine } from '../../shared/documents/note.ts';

export interface Piece {
  text: string;
  marks?: Record<string, unknown>;
  change: 'same' | 'added' | 'removed';
}

export interface ShownLine {
  kind: string;
  level?: number;
  indent?: number;
  checked?: boolean;
  pieces: Piece[];
  /** `changed` is also a line of another kind with the same words. */
  change: 'same' | 'changed' | 'added' | 'removed';
}

export interface ShownSection {
  id: string;
  title: string;
  lines: ShownLine[];
}

type Step<T> = { keep: T } | { remove: T } | { add: T };

/** Beyond this the table of two lists would cost more than a person waits: the whole middle counts as replaced. */
const largestTable = 4_000_000;

/** The shortest way from one list to another, by longest common subsequence. */
function align<T>(before: readonly T[], now: readonly T[], keyOf: (item: T) => string): Step<T>[] {
  const [a, b] = [before.map(keyOf), now.map(keyOf)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  return [
    ...now.slice(0, start).map((keep) => ({ keep })),
    ...alignMiddle(before.slice(start, endA), now.slice(start, endB), keyOf),
    ...now.slice(endB).map((keep) => ({ keep })),
  ];
}

function alignMiddle<T>(before: readonly T[], now: readonly T[], keyOf: (item: T) => string): Step<T>[] {
  const [rows, columns] = [before.length, now.length];
  if (rows === 0 || columns === 0 || rows * columns > largestTable)
    return [...before.map((remove) => ({ remove })), ...now.map((add) => ({ add }))];
  const [a, b] = [before.map(keyOf), now.map(keyOf)];
  const width = columns + 1;
  const length = new Uint32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      length[row * width + column] =
        a[row] === b[column]
          ? length[(row + 1) * width + column + 1]! + 1
          : Math.max(length[(row + 1) * width + column]!, length[row * width + column + 1]!);
    }
  }
  const steps: Step<T>[] = [];
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    if (row < rows && column < columns && a[row] === b[column]) {
      steps.push({ keep: now[column]! });
      row++;
      column++;
    } else if (
      column >= columns ||
      (row < rows && length[(row + 1) * width + column]! >= length[row * width + column + 1]!)
    ) {
      steps.push({ remove: before[row]! });
      row++;
    } else {
      steps.push({ add: now[column]! });
      column++;
    }
  }
  return steps;
}

type Run = NoteLine['runs'][number];

const wordsOf = (runs: readonly Run[]): Run[] =>
  runs.flatMap(({ text, marks }) =>
    (text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? []).map((word) =>
      marks === undefined ? { text: word } : { text: word, marks },
    ),
  );

const keyOfRun = ({ text, marks }: Run): string => JSON.stringify([text, marks ?? null]);

function joined(pieces: Piece[]): Piece[] {
  const list: Piece[] = [];
  for (const piece of pieces) {
    const last = list.at(-1);
    if (last?.change === piece.change && JSON.stringify(last.marks) === JSON.stringify(piece.marks))
      list[list.length - 1] = { ...last, text: last.text + piece.text };
    else list.push(piece);
  }
  return list;
}

function wordDifference(before: readonly Run[], now: readonly Run[]): Piece[] {
  const steps = align(wordsOf(before), wordsOf(now), keyOfRun);
  return joined(
    steps.map((step): Piece => {
      if ('keep' in step) return { ...step.keep, change: 'same' };
      return 'add' in step ? { ...step.add, change: 'added' } : { ...step.remove, change: 'removed' };
    }),
  );
}

const shown = (
  { runs, value: _value, ...line }: NoteLine,
  change: ShownLine['change'],
  pieces?: Piece[],
): ShownLine => {
  const all = change === 'added' || change === 'removed' ? change : 'same';
  return { ...line, change, pieces: pieces ?? runs.map((run): Piece => ({ ...run, change: all })) };
};

function lineDifference(before: readonly NoteLine[], now: readonly NoteLine[]): ShownLine[] {
  const lines: ShownLine[] = [];
  let removed: NoteLine[] = [];
  let added: NoteLine[] = [];
  /** Lines that stand for one another are one changed line. */
  const settle = (): void => {
    const pairs = Math.min(removed.length, added.length);
    for (let index = 0; index < pairs; index++)
      lines.push(shown(added[index]!, 'changed', wordDifference(removed[index]!.runs, added[index]!.runs)));
    lines.push(...removed.slice(pairs).map((line) => shown(line, 'removed')));
    lines.push(...added.slice(pairs).map((line) => shown(line, 'added')));
    removed = [];
    added = [];
  };
  for (const step of align(before, now, (line) => JSON.stringify(line))) {
    if ('remove' in step) removed.push(step.remove);
    else if ('add' in step) added.push(step.add);
    else {
      settle();
      lines.push(shown(step.keep, 'same'));
    }
  }
  settle();
  return lines;
}

/** A note as it is now, with what was added and removed since before. */
export function difference(before: NoteContent, now: NoteContent): ShownSection[] {
  const earlier = new Map(before.sections.map((section) => [section.id, section]));
  const here = new Set(now.sections.map(({ id }) => id));
  return [
    ...now.sections.map(({ id, title, lines }) => ({
      id,
      title,
      lines: lineDifference(earlier.get(id)?.lines ?? [], lines),
    })),
    ...before.sections
      .filter(({ id }) => !here.has(id))
      .map(({ id, title, lines }) => ({ id, title, lines: lines.map((line) => shown(line, 'removed')) })),
  ];
}

export interface NoteChange {
  sectionTitle: string;
  /** What came and went, without what stayed. */
  pieces: Piece[];
}

/** The changed lines by themselves, for a list. */
export const changesIn = (sections: readonly ShownSection[]): NoteChange[] =>
  sections.flatMap(({ title, lines }) =>
    lines
      .filter(({ change }) => change !== 'same')
      .map(({ pieces }) => ({
        sectionTitle: title,
        pieces: pieces.filter(({ change, text }) => change !== 'same' && text !== ''),
      })),
  );
