import { describe, expect, it } from 'vitest';
import { countOf, isOverdue, layOut, matches, sortedBy, trendOf } from '../../../client/board/view.ts';
import type { BoardCard, WardBoard } from '../../../shared/encounters/schema.ts';

const now = new Date('2026-11-22T03:12:00Z');

const news2 = (
  score: number | null,
  band: NonNullable<BoardCard['news2']>['band'],
  nextDueAt: string | null = null,
) => ({
  score,
  band,
  previous: null,
  at: '2026-11-22T02:00:00Z',
  nextDueAt,
});

const card = (encounterId: string, more: Partial<BoardCard> = {}): BoardCard => ({
  encounterId,
  bed: encounterId,
  patient: {
    id: `p${encounterId}`,
    family: 'Hughes',
    given: 'Pádraig',
    name: 'HUGHES, Pádraig',
    prefix: null,
    preferredName: null,
    birthDate: '1945-03-02',
    sex: 'male',
    mrn: '44601187',
    nationalNumber: null,
    deceasedAt: null,
    siteId: 'a',
  },
  similarName: null,
  sameBirthDate: null,
  version: 1,
  plannedTo: null,
  plannedEndAt: null,
  ordersToReview: 0,
  news2: null,
  news2NotFor: null,
  newResults: 0,
  draftOrders: 0,
  codeStatus: null,
  isolation: null,
  mine: false,
  reason: null,
  changedAt: null,
  ...more,
});

const context = { now, inUse: (id: string) => id === 'used' };

describe('filters of the board', () => {
  it('call observations overdue a minute after they were due, and never when monitoring is continuous', () => {
    expect(isOverdue(card('1', { news2: news2(5, 'medium', '2026-11-22T03:11:00Z') }), now)).toBe(true);
    expect(isOverdue(card('1', { news2: news2(5, 'medium', '2026-11-22T03:11:30Z') }), now)).toBe(false);
    expect(isOverdue(card('1', { news2: news2(7, 'high', null) }), now)).toBe(false);
    expect(isOverdue(card('1'), now)).toBe(false);
  });

  it('count a score of 5 or more, and neither an incomplete set nor a single 3', () => {
    const cards = [
      card('a', { news2: news2(5, 'medium') }),
      card('b', { news2: news2(7, 'high') }),
      card('c', { news2: news2(null, 'incomplete') }),
      card('d', { news2: news2(3, 'low-medium') }),
    ];
    expect(countOf('score5', cards, context)).toBe(2);
  });

  it('know my patients and the charts in use', () => {
    expect(matches('mine', card('1', { mine: true }), context)).toBe(true);
    expect(matches('mine', card('1'), context)).toBe(false);
    expect(matches('inUse', card('used'), context)).toBe(true);
    expect(matches('inUse', card('1'), context)).toBe(false);
    expect(matches('all', card('1'), context)).toBe(true);
  });
});

describe('a list sorted by', () => {
  it.each([
    ['bed', false, ['1', '2', '3', '4']],
    ['bed', true, ['4', '3', '2', '1']],
    ['patient', false, ['4', '1', '2', '3']],
    // Continuous first, then whoever is due next; a child is not scored.
    ['due', false, ['3', '2', '4', '1']],
    ['due', true, ['1', '4', '2', '3']],
    ['waiting', false, ['2', '1', '3', '4']],
    ['care', false, ['3', '1', '2', '4']],
    ['present', false, ['4', '1', '2', '3']],
  ] as const)('%s, reversed %s', (sort, reversed, expected) => {
    const full = { codeStatus: 'Full resuscitation' };
    const cards = [
      card('1', { ...full, news2NotFor: 'under-16', newResults: 1, isolation: 'Contact isolation' }),
      card('2', { ...full, news2: news2(1, 'low', '2026-11-22T04:00:00Z'), draftOrders: 2 }),
      card('3', { codeStatus: 'No resuscitation', news2: news2(8, 'high') }),
      card('4', { ...full, news2: news2(1, 'low', '2026-11-22T05:00:00Z') }),
    ];
    cards[3]!.patient.name = 'ABDI, Farah';
    const present = (id: string) => (id === '4' ? 2 : 0);
    expect(sortedBy(sort, cards, { reversed, present })).toEqual(expected);
  });
});

describe('order by risk', () => {
  it('puts the high band first, then the score, and keeps bed order among equals', () => {
    const cards = [
      card('low', { news2: news2(2, 'low') }),
      card('six', { news2: news2(6, 'medium') }),
      card('seven', { news2: news2(7, 'high') }),
      card('five', { news2: news2(5, 'medium') }),
      card('two', { news2: news2(2, 'low') }),
      card('three', { news2: news2(3, 'low-medium') }),
    ];
    expect(sortedBy('risk', cards)).toEqual(['seven', 'six', 'five', 'three', 'low', 'two']);
  });

  it('stands an unknown risk above a low one', () => {
    const cards = [
      card('low', { news2: news2(4, 'low') }),
      card('none'),
      card('gap', { news2: news2(null, 'incomplete') }),
    ];
    expect(sortedBy('risk', cards)).toEqual(['gap', 'none', 'low']);
  });
});

describe('the ward as it stands', () => {
  const board = (cards: BoardCard[]): WardBoard => ({
    ward: { id: 'w', name: '7 West', specialty: null, siteId: 'a', siteName: 'Northgate' },
    bedStates: [],
    incoming: [],
    bays: [
      { name: 'Bay A', beds: ['1', '2'] },
      { name: 'Side rooms', beds: ['3'] },
    ],
    cards,
    unassigned: [],
    asOf: now.toISOString(),
  });

  it('shows each bed in its place, taken or empty', () => {
    const bays = layOut(board([card('2')]));
    expect(bays.map(({ name, first, last }) => [name, first, last])).toEqual([
      ['Bay A', '1', '2'],
      ['Side rooms', '3', '3'],
    ]);
    expect(bays[0]!.places.map(({ card }) => card?.encounterId ?? null)).toEqual([null, '2']);
  });

  it('never hides somebody whose bed nobody planned', () => {
    const bays = layOut(board([card('99')]));
    expect(bays.at(-1)!.places.map(({ bed }) => bed)).toEqual(['99']);
  });
});

describe('the trend of a score', () => {
  it('is said only when there are two scores', () => {
    expect(trendOf(5, 3)).toBe('up');
    expect(trendOf(3, 5)).toBe('down');
    expect(trendOf(3, 3)).toBe('same');
    expect(trendOf(3, null)).toBeNull();
    expect(trendOf(null, 3)).toBeNull();
  });
});
