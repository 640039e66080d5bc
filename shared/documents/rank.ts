/**
 * Places in a list that several people reorder at once: a rank is a string, lists are sorted by rank and then by id,
 * and there is always room between two ranks. Digits are base 62 in ASCII order; a rank never ends in the lowest one.
 */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A rank after `low` and before `high`; null is the start or the end of the list. */
export function rankBetween(low: string | null, high: string | null): string {
  if (low !== null && high !== null && low >= high) return low + digits[31];
  let rank = '';
  for (let place = 0; ; place++) {
    const from = low !== null && place < low.length ? digits.indexOf(low[place]!) : 0;
    const below = high === null || !high.startsWith(rank);
    const to = below ? digits.length : place < high.length ? digits.indexOf(high[place]!) : 0;
    if (to - from > 1) return rank + digits[Math.floor((from + to) / 2)];
    rank += digits[from];
  }
}

/** `count` ranks in order, for a list made at once. */
export function ranks(count: number): string[] {
  const list: string[] = [];
  for (let index = 0; index < count; index++) list.push(rankBetween(list.at(-1) ?? null, null));
  return list;
}

export const byRank = (a: { rank: string; id: string }, b: { rank: string; id: string }): number =>
  a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
