import type { ListItem } from '../../shared/lists/wire.ts';
import type { Draft } from './forms.ts';

/** One entry of a review, and what is said of it. */
export interface Line {
  item: ListItem;
  say: 'open' | 'confirmed' | 'changed' | 'ended';
  draft: Draft;
  outcome: string;
  reason: string;
  problem: string | null;
}

/**
 * A review of a list that has moved on: what was said of an entry stands for as long as the entry is as it was seen;
 * what others changed or added is to be looked at.
 */
export function onTopOf(
  items: readonly ListItem[],
  lines: readonly Line[],
  lineOf: (item: ListItem) => Line,
  changed: string,
): Line[] {
  return items.map((item) => {
    const before = lines.find((line) => line.item.id === item.id);
    if (before?.item.version === item.version) return before;
    return { ...lineOf(item), problem: changed };
  });
}
