import { describe, expect, test } from 'vitest';
import { toDraft } from '../../../client/lists/draft.ts';
import { forms, type Draft } from '../../../client/lists/forms.ts';
import { enteredSince, rebase } from '../../../client/lists/rebase.ts';
import { onTopOf, type Line } from '../../../client/lists/review.ts';
import type { ListName } from '../../../shared/lists/names.ts';
import type { ListItem } from '../../../shared/lists/wire.ts';

const draftOf = (list: ListName, entry: Draft | null): Draft => toDraft(forms[list], entry);
const dose = (value: string) => ({ dose: { value, unit: 'mg' }, route: 'oral', timing: 'QD' });

describe('an entry that somebody else changed while its form was open', () => {
  const before = { medicine: { text: 'bisoprolol' }, dosing: dose('2.5'), informant: 'patient' };
  const opened = draftOf('medicines', before);

  test('keeps the dose that they wrote when only a note was entered here', () => {
    const now = draftOf('medicines', { ...before, dosing: dose('5') });
    const { draft, taken, disputed } = rebase('medicines', { ...opened, note: 'at night' }, opened, now);
    expect(draft).toEqual({ ...now, note: 'at night' });
    expect([taken, disputed]).toEqual([['dosing'], []]);
  });

  test('never gives the dose of one medicine to another', () => {
    const now = draftOf('medicines', { ...before, medicine: { text: 'atenolol' }, dosing: dose('50') });
    const entered = { ...opened, dosing: draftOf('medicines', { ...before, dosing: dose('5') })['dosing'] };
    const { draft, disputed } = rebase('medicines', entered, opened, now);
    expect(draft).toEqual(entered);
    expect(disputed).toEqual(['medicine', 'dosing']);
  });

  test('never puts a unit to another number', () => {
    const weight = draftOf('measures', { what: 'weight', value: '70', unit: 'kg', method: 'measured' });
    const now = { ...weight, value: '72' };
    const { draft, disputed } = rebase('measures', { ...weight, unit: 'lb' }, weight, now);
    expect([draft['value'], draft['unit'], disputed]).toEqual(['70', 'lb', ['value']]);
  });
});

test('what was entered while an entry was being sent stays for the next one', () => {
  const sent = { ...draftOf('problems', null), problem: { text: 'Gout' }, onset: '2019' };
  const anew = draftOf('problems', null);
  expect(enteredSince({ ...sent, note: 'left foot' }, sent, anew)).toEqual({ ...anew, note: 'left foot' });
});

test('a review that was refused keeps what was said of the entries that are as they were', () => {
  const item = (id: string, version: number): ListItem => ({ id, version }) as ListItem;
  const lineOf = (each: ListItem): Line => ({
    item: each,
    say: 'open',
    draft: {},
    outcome: '',
    reason: '',
    problem: null,
  });
  const said: Line[] = [
    { ...lineOf(item('a', 1)), say: 'ended', reason: 'stopped in May' },
    { ...lineOf(item('b', 1)), say: 'confirmed' },
    { ...lineOf(item('c', 1)), say: 'confirmed' },
  ];
  const lines = onTopOf([item('a', 1), item('b', 2), item('d', 1)], said, lineOf, 'changed');
  expect(lines.map(({ item: { id }, say, reason, problem }) => [id, say, reason, problem])).toEqual([
    ['a', 'ended', 'stopped in May', null],
    ['b', 'open', '', 'changed'],
    ['d', 'open', '', 'changed'],
  ]);
});
