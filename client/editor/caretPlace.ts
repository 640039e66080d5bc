import type { Node } from '@tiptap/pm/model';

const lineBreak = '\n';
const atom = '\uFFFC';

/** The text of a body: one line a block, one character a reference. */
export function flatText(doc: Node): string {
  const lines: string[] = [];
  doc.forEach((node) => lines.push(node.isTextblock ? node.textContent : atom));
  return lines.join(lineBreak);
}

/** A position in the document as an offset in its flat text. */
export function offsetOf(doc: Node, pos: number): number {
  let offset = 0;
  let start = 0;
  for (let index = 0; index < doc.childCount; index++) {
    const node = doc.child(index);
    const length = node.isTextblock ? node.content.size : 1;
    const end = start + node.nodeSize;
    if (pos < end || index === doc.childCount - 1) {
      const inside = node.isTextblock ? pos - start - 1 : pos - start;
      return offset + Math.min(length, Math.max(0, inside));
    }
    offset += length + 1;
    start = end;
  }
  return 0;
}

/** The inverse of `offsetOf`. */
export function positionOf(doc: Node, offset: number): number {
  let left = offset;
  let start = 0;
  for (let index = 0; index < doc.childCount; index++) {
    const node = doc.child(index);
    const length = node.isTextblock ? node.content.size : 1;
    if (left <= length || index === doc.childCount - 1) {
      return node.isTextblock ? start + 1 + Math.min(left, length) : start + Math.min(left, 1);
    }
    left -= length + 1;
    start += node.nodeSize;
  }
  return 0;
}

/** More differences than this are a different text, not an edit of it. */
const maxDifferences = 400;

interface Hunk {
  beforeFrom: number;
  beforeTo: number;
  afterFrom: number;
  afterTo: number;
}

/**
 * Where a caret at `offset` of `before` belongs in `after`: in the same words. At the place of an insertion it stays
 * before what came in, except that a line opened above the words it stands at leaves it with those words.
 */
export function carry(before: string, after: string, offset: number): number {
  for (const { beforeFrom, beforeTo, afterFrom, afterTo } of hunksOf(before, after).toReversed()) {
    if (offset < beforeFrom) continue;
    const isInsertion = beforeFrom === beforeTo;
    if (isInsertion && offset === beforeFrom) {
      return opensLineAbove(before, after, offset, afterTo) ? afterTo : afterFrom;
    }
    if (offset >= beforeTo) return afterTo + (offset - beforeTo);
    return Math.min(afterTo, afterFrom + (offset - beforeFrom));
  }
  return offset;
}

const opensLineAbove = (before: string, after: string, offset: number, afterTo: number): boolean =>
  after[afterTo - 1] === lineBreak &&
  (offset === 0 || before[offset - 1] === lineBreak) &&
  offset < before.length &&
  before[offset] !== lineBreak;

function hunksOf(before: string, after: string): Hunk[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const whole: Hunk = {
    beforeFrom: start,
    beforeTo: before.length - end,
    afterFrom: start,
    afterTo: after.length - end,
  };
  if (whole.beforeFrom === whole.beforeTo && whole.afterFrom === whole.afterTo) return [];
  if (whole.beforeFrom === whole.beforeTo || whole.afterFrom === whole.afterTo) return [whole];
  const inner = differences(before.slice(start, whole.beforeTo), after.slice(start, whole.afterTo));
  return inner?.map((hunk) => shifted(hunk, start)) ?? [whole];
}

const shifted = (hunk: Hunk, by: number): Hunk => ({
  beforeFrom: hunk.beforeFrom + by,
  beforeTo: hunk.beforeTo + by,
  afterFrom: hunk.afterFrom + by,
  afterTo: hunk.afterTo + by,
});

/** The shortest edit script (Myers 1986), as hunks in order; null when the texts have too little in common. */
function differences(before: string, after: string): Hunk[] | null {
  const reach = Math.min(before.length + after.length, maxDifferences);
  let furthest = new Map<number, number>([[1, 0]]);
  const rounds: Map<number, number>[] = [];
  for (let edits = 0; edits <= reach; edits++) {
    rounds.push(furthest);
    const next = new Map(furthest);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = comesDown(next, diagonal, edits)
        ? (next.get(diagonal + 1) ?? 0)
        : (next.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length)
        return backtrack(rounds, before.length, after.length);
    }
    furthest = next;
  }
  return null;
}

const comesDown = (furthest: Map<number, number>, diagonal: number, edits: number): boolean =>
  diagonal === -edits ||
  (diagonal !== edits && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1));

function backtrack(rounds: Map<number, number>[], beforeLength: number, afterLength: number): Hunk[] {
  const hunks: Hunk[] = [];
  let x = beforeLength;
  let y = afterLength;
  for (let edits = rounds.length - 1; edits > 0; edits--) {
    const furthest = rounds[edits]!;
    const diagonal = x - y;
    const down = comesDown(furthest, diagonal, edits);
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = furthest.get(from) ?? 0;
    const fromY = fromX - from;
    const step: Hunk = down
      ? { beforeFrom: fromX, beforeTo: fromX, afterFrom: fromY, afterTo: fromY + 1 }
      : { beforeFrom: fromX, beforeTo: fromX + 1, afterFrom: fromY, afterTo: fromY };
    const last = hunks.at(-1);
    if (last && last.beforeFrom === step.beforeTo && last.afterFrom === step.afterTo) {
      last.beforeFrom = step.beforeFrom;
      last.afterFrom = step.afterFrom;
    } else {
      hunks.push(step);
    }
    x = fromX;
    y = fromY;
  }
  return hunks.reverse();
}
