import { expect, test } from 'vitest';
import type { KeptText } from '../../../client/collab/refused.svelte.ts';
import { groupKept } from '../../../client/quarantine/groups.ts';

const rescued = (id: string, text: string, rest: Partial<KeptText> = {}): KeptText => ({
  id,
  why: 'rescued',
  reason: '',
  room: 'e1/note/n1',
  at: '2026-03-02T08:00:00.000Z',
  pieces: [{ text, place: 'sections/s1/body' }],
  author: null,
  removedBy: null,
  isCut: false,
  stored: true,
  isNew: false,
  ...rest,
});
const nurse = { id: 'u1', name: 'Sunniva Bello', role: 'nurse' as const };
const shown = (items: KeptText[]): string[] =>
  groupKept(items).map(({ pieces }) => pieces.map(({ text }) => text).join('|'));

test('letters that were lost one by one are offered as the words that they were', () => {
  const [group, ...others] = groupKept([...'Sat out.'].map((letter, at) => rescued(`r${at}`, letter)));
  expect(others).toEqual([]);
  expect(group?.pieces).toEqual([{ text: 'Sat out.', place: 'sections/s1/body' }]);
  expect(group?.members.map(({ id }) => id)).toEqual([...'Sat out.'].map((_letter, at) => `r${at}`));
});

test.each<[string, Partial<KeptText>]>([
  ['from another place', { pieces: [{ text: 'B', place: 'sections/s2/body' }] }],
  ['of another document', { room: 'e1/orders' }],
  ['of somebody else', { author: nurse }],
  ['that somebody else removed', { removedBy: nurse }],
  ['from two minutes later', { at: '2026-03-02T08:02:00.000Z' }],
])('words %s stand apart', (_what, rest) => {
  expect(groupKept([rescued('r1', 'A'), rescued('r2', 'B', rest)])).toHaveLength(2);
});

test('refused words are never run together', () => {
  expect(shown([rescued('q1', 'A', { why: 'refused' }), rescued('q2', 'B', { why: 'refused' })])).toEqual([
    'A',
    'B',
  ]);
});

test('what happened on this page stands first, then the newest', () => {
  const at = (minute: number): Partial<KeptText> => ({
    why: 'refused',
    at: `2026-03-02T08:0${minute}:00.000Z`,
  });
  const items = [
    rescued('old', 'old', at(1)),
    rescued('new', 'new', at(5)),
    rescued('here', 'here', { ...at(0), isNew: true }),
  ];
  expect(shown(items)).toEqual(['here', 'new', 'old']);
});

test('a lost space is no loss', () => {
  expect(groupKept([rescued('r1', ' ')])).toEqual([]);
});
