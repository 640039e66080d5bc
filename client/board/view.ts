import type { BoardCard, WardBoard } from '../../shared/encounters/schema.ts';
import { codeStatusWeight } from '../patients/codeStatus.ts';

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

const byRisk = (one: BoardCard, other: BoardCard): number =>
  riskOf(one) - riskOf(other) || (other.news2?.score ?? 0) - (one.news2?.score ?? 0);

/** Whether anything of this patient waits for somebody. */
export const isWaiting = (card: BoardCard): boolean =>
  waitingOf(card) > 0 || card.plannedTo !== null || card.plannedEndAt !== null;

const waitingOf = ({ newResults, draftOrders, ordersToReview }: BoardCard): number =>
  newResults + draftOrders + ordersToReview;

/** Continuous monitoring and whom nobody has measured yet come before any time; whom the score is not for comes last. */
function dueOf({ news2, news2NotFor }: BoardCard): number {
  if (news2NotFor !== null) return Infinity;
  return news2?.nextDueAt == null ? -Infinity : Date.parse(news2.nextDueAt);
}

const flagsOf = (card: BoardCard): number =>
  Number(codeStatusWeight(card.codeStatus ?? '') !== 'usual') * 2 + Number(card.isolation !== null);

export const sorts = ['bed', 'patient', 'risk', 'due', 'waiting', 'care', 'present'] as const;
export type Sort = (typeof sorts)[number];

/** What comes first when a list is sorted so: what is most pressing. Equals stay in bed order. */
const firsts: Record<
  Sort,
  (one: BoardCard, other: BoardCard, present: (encounterId: string) => number) => number
> = {
  bed: () => 0,
  patient: (one, other) => one.patient.name.localeCompare(other.patient.name),
  risk: byRisk,
  due: (one, other) => compare(dueOf(one), dueOf(other)),
  waiting: (one, other) => waitingOf(other) - waitingOf(one),
  care: (one, other) => flagsOf(other) - flagsOf(one),
  present: (one, other, present) => present(other.encounterId) - present(one.encounterId),
};

const compare = (one: number, other: number): number => (one < other ? -1 : one > other ? 1 : 0);

/** Encounters in an order; reversed, the equals stay in bed order too. */
export const sortedBy = (
  sort: Sort,
  cards: readonly BoardCard[],
  {
    reversed = false,
    present = () => 0,
  }: { reversed?: boolean; present?: (encounterId: string) => number } = {},
): string[] => {
  const inOrder = sort === 'bed' && reversed ? cards.toReversed() : cards;
  return inOrder
    .toSorted((one, other) => firsts[sort](one, other, present) * (reversed ? -1 : 1))
    .map((card) => card.encounterId);
};

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
