import type { KeptText } from '../collab/refused.svelte.ts';

/** Several things kept aside that a person knows as one. */
export interface KeptGroup extends KeptText {
  members: readonly KeptText[];
}

/** Letters of one sentence are lost within this time of each other. */
const apartMs = 60_000;

const areNear = (one: string | null, other: string | null): boolean =>
  one === null || other === null || Math.abs(Date.parse(other) - Date.parse(one)) <= apartMs;

const belongs = (last: KeptText, next: KeptText): boolean =>
  last.why === 'rescued' &&
  next.why === 'rescued' &&
  last.room === next.room &&
  last.author?.id === next.author?.id &&
  last.removedBy?.id === next.removedBy?.id &&
  last.pieces[0]?.place === next.pieces[0]?.place &&
  areNear(last.at, next.at);

/**
 * Puts together what was rescued piece by piece: words typed into a line that is gone arrive letter by letter, and are
 * lost so. Takes them oldest first, gives them newest first, and before all what happened on this page.
 */
export function groupKept(items: readonly KeptText[]): KeptGroup[] {
  const groups: KeptGroup[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    const before = last?.members.at(-1);
    if (!last || !before || !belongs(before, item)) {
      groups.push({ ...item, members: [item] });
      continue;
    }
    const [piece] = last.pieces;
    const text = (piece?.text ?? '') + item.pieces.map((each) => each.text).join('');
    last.pieces = [{ place: piece?.place ?? null, text }];
    last.members = [...last.members, item];
    last.isNew ||= item.isNew;
  }
  return groups
    .filter(({ pieces, why }) => why !== 'rescued' || pieces.some(({ text }) => text.trim() !== ''))
    .sort((a, b) => (a.isNew === b.isNew ? (b.at ?? '').localeCompare(a.at ?? '') : a.isNew ? -1 : 1));
}
