import { describe, expect, test } from 'vitest';
import { firstNote, kindsToStart } from '../../../client/notes/choice.ts';
import { capabilitiesOf, type Capability, type Role } from '../../../shared/access/capabilities.ts';
import type { NoteKind } from '../../../shared/notes/kinds.ts';
import type { NoteLine } from '../../../shared/notes/schema.ts';

const as = (role: Role) => (capability: Capability) => capabilitiesOf(role).has(capability);
const nobody = (): number => 0;
const inNote =
  (people: Record<string, number>) =>
  (noteId: string): number =>
    people[noteId] ?? 0;

let hour = 0;
const note = (id: string, kind: NoteKind, status: NoteLine['status'] = 'draft'): NoteLine => ({
  id,
  kind,
  title: id,
  status,
  author: { id: 'u', name: 'U', role: 'resident' },
  createdAt: new Date(Date.UTC(2026, 2, 2, hour++)).toISOString(),
  signatures: [],
});

describe('the note a chart opens with', () => {
  const round = note('round', 'multidisciplinary');
  const nursing = note('nursing', 'nursing');
  const progress = note('progress', 'progress');
  const yesterday = note('yesterday', 'multidisciplinary', 'signed');
  const notes = [round, nursing, progress, yesterday];

  test('is the one that others are in now, if I may write it', () => {
    expect(firstNote(notes, as('nurse'), inNote({ nursing: 1 }))).toBe(nursing);
    expect(firstNote(notes, as('attending'), inNote({ round: 1, progress: 2 }))).toBe(progress);
    expect(firstNote(notes, as('nurse'), inNote({ progress: 3 }))).toBe(round);
  });

  test('is the newest draft of the whole team when nobody is in one', () => {
    expect(firstNote(notes, as('nurse'), nobody)).toBe(round);
    const next = note('next round', 'multidisciplinary');
    expect(firstNote([next, ...notes], as('attending'), nobody)).toBe(next);
  });

  test('is the newest draft of my own profession when the team has none', () => {
    const earlier = note('earlier', 'nursing');
    const later = note('later', 'nursing');
    expect(firstNote([later, earlier, progress, yesterday], as('nurse'), nobody)).toBe(later);
  });

  test('is where the others are, else the round, for somebody who may write none of them', () => {
    expect(firstNote(notes, as('student'), inNote({ round: 1 }))).toBe(round);
    expect(firstNote(notes, as('student'), inNote({ progress: 1 }))).toBe(progress);
    expect(firstNote(notes, as('student'), nobody)).toBe(round);
  });

  test('is the newest of all when no draft is left, and none when there is none', () => {
    expect(firstNote([yesterday, note('today', 'nursing', 'signed')], as('nurse'), nobody)?.id).toBe('today');
    expect(firstNote([], as('nurse'), nobody)).toBeNull();
  });
});

test('a person is offered the kinds of note that their role writes, and an addendum only from its note', () => {
  expect(kindsToStart(as('nurse'))).toEqual(['multidisciplinary', 'nursing']);
  expect(kindsToStart(as('student'))).toEqual(['student']);
  expect(kindsToStart(as('clerk'))).toEqual([]);
});
