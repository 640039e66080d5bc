import type { BoardCard, WardBoard } from '../../shared/encounters/schema.ts';

export const filters = ['all', 'mine', 'overdue', 'score5', 'inUse'] as const;
export type Filter = (typeof filters)[number];

/** What a filter may ask besides the card itself. */
export interface Context {
  now: Date;
  /** Whether somebody is in this chart now. */
  inUse: (encounterId: string) => boolean;
}

export const isOverdue = (card: BoardCard, now: Date): boolean =>
  card.news2?.nextDueAt != null && now.getTime() - Date.parse(card.news2.nextDueAt) >= 60_000;

const tests: Record<Filter, (card: BoardCard, context: Context) => boolean> = {
  all: () => true,
  mine: (card) => card.mine,
  overdue: (card, { now }) => isOverdue(card, now),
  // 5 is the threshold of an urgent response (Royal College of Physicians, NEWS2, 2017).
  score5: (card) => (card.news2?.score ?? 0) >= 5,
  inUse: (card, { inUse }) => inUse(card.encounterId),
};

export const matches = (filter: Filter, card: BoardCard, context: Context): boolean =>
  tests[filter](card, context);

export const countOf = (filter: Filter, cards: readonly BoardCard[], context: Context): number =>
  cards.filter((card) => matches(filter, card, context)).length;

const bandRank = { high: 0, medium: 1, 'low-medium': 2, incomplete: 3, low: 4 } as const;

const riskOf = (card: BoardCard): number => (card.news2 ? bandRank[card.news2.band] : 3.5);

/** Encounters by risk: band first, then the score; equals stay in bed order. An unknown risk stands above a low one. */
export const byRisk = (cards: readonly BoardCard[]): string[] =>
  [...cards]
    .sort((one, other) => riskOf(one) - riskOf(other) || (other.news2?.score ?? 0) - (one.news2?.score ?? 0))
    .map((card) => card.encounterId);

export interface Place {
  bed: string;
  card: BoardCard | null;
}

export interface Bay {
  name: string;
  places: Place[];
  /** `1 to 5`. */
  first: string;
  last: string;
}

/** The ward as it stands: each bay with each of its beds, taken or empty. A bed nobody planned is added at the end. */
export function layOut(board: WardBoard): Bay[] {
  const byBed = new Map(board.cards.map((card) => [card.bed, card]));
  const bays = board.bays.map(({ name, beds }) => ({
    name,
    places: beds.map((bed) => ({ bed, card: byBed.get(bed) ?? null })),
    first: beds[0] ?? '',
    last: beds.at(-1) ?? '',
  }));
  const planned = new Set(board.bays.flatMap((bay) => bay.beds));
  const others = board.cards.flatMap((card) =>
    card.bed !== null && !planned.has(card.bed) ? [{ bed: card.bed, card }] : [],
  );
  if (others.length > 0)
    bays.push({ name: '', places: others, first: others[0]?.bed ?? '', last: others.at(-1)?.bed ?? '' });
  return bays;
}

export type Trend = 'up' | 'down' | 'same' | null;

export const trendOf = (score: number | null, previous: number | null): Trend => {
  if (score === null || previous === null) return null;
  if (score === previous) return 'same';
  return score > previous ? 'up' : 'down';
};

/** `Contact` of `Contact isolation`: beside its shield the second word says nothing. */
export const isolationInShort = (text: string): string => text.replace(/\s+(isolation|precautions)$/i, '');
