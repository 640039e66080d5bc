import type { Node } from '@tiptap/pm/model';

/** Which lines of `before` others of `after` have taken the place of: the same number at both ends stayed as they were. */
export function changedLines(before: Node, after: Node): { from: number; beforeTo: number; afterTo: number } {
  const fewer = Math.min(before.childCount, after.childCount);
  let from = 0;
  while (from < fewer && before.child(from).eq(after.child(from))) from += 1;
  let beforeTo = before.childCount;
  let afterTo = after.childCount;
  while (beforeTo > from && afterTo > from && before.child(beforeTo - 1).eq(after.child(afterTo - 1))) {
    beforeTo -= 1;
    afterTo -= 1;
  }
  return { from, beforeTo, afterTo };
}
