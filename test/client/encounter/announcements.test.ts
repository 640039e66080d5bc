import { expect, test } from 'vitest';
import { arrivalsAndLeaves } from '../../../client/encounter/announcements.ts';
import { firstNote, kindsToStart } from '../../../client/notes/choice.ts';
import { insertablesOf } from '../../../client/encounter/insertables.ts';
import { capabilitiesOf, type Role } from '../../../shared/access/capabilities.ts';
import type { NoteLine } from '../../../shared/notes/schema.ts';
import type { ObservationValue } from '../../../shared/patients/schema.ts';

const words = { joined: (who: string) => `${who} joined.`, left: (who: string) => `${who} left.` };

test('who came and went is said in one sentence each', () => {
  const before = new Map([['1', 'Nurse SB']]);
  expect(arrivalsAndLeaves(before, new Map([['2', 'Resident TM']]), words)).toBe(
    'Resident TM joined. Nurse SB left.',
  );
});

test('who came and left again meanwhile is not mentioned', () => {
  const same = new Map([['1', 'Nurse SB']]);
  expect(arrivalsAndLeaves(same, new Map(same), words)).toBeNull();
});

const may = (role: Role) => (capability: Parameters<ReturnType<typeof capabilitiesOf>['has']>[0]) =>
  capabilitiesOf(role).has(capability);

test('a role is offered the notes it may write; an addendum starts from the note it adds to', () => {
  expect(kindsToStart(may('nurse'))).toEqual(['multidisciplinary', 'nursing']);
  expect(kindsToStart(may('clerk'))).toEqual([]);
});

test('a chart opens with the newest draft that I may write', () => {
  const note = (
    id: string,
    kind: NoteLine['kind'],
    status: NoteLine['status'],
    createdAt: string,
  ): NoteLine => ({
    id,
    kind,
    status,
    createdAt,
    title: kind,
    author: { id: 'u', name: 'U', role: 'attending' },
  });
  const notes = [
    note('a', 'multidisciplinary', 'draft', '2026-11-21T08:00:00Z'),
    note('b', 'progress', 'draft', '2026-11-22T08:00:00Z'),
    note('c', 'nursing', 'signed', '2026-11-22T09:00:00Z'),
  ];
  expect(firstNote(notes, may('nurse'))?.id).toBe('a');
  expect(firstNote(notes, may('attending'))?.id).toBe('b');
  expect(firstNote(notes.slice(2), may('student'))?.id).toBe('c');
  expect(firstNote([], may('student'))).toBeNull();
});

test('a blood pressure goes into a note as its pair, a flag only when it says something', () => {
  const point: ObservationValue = {
    id: 'o1',
    code: '85354-9',
    system: null,
    name: 'Blood pressure',
    category: 'vital-signs',
    value: null,
    unit: null,
    text: null,
    components: [
      { code: '8480-6', name: 'Systolic', value: 118, unit: 'mmHg' },
      { code: '8462-4', name: 'Diastolic', value: 64, unit: 'mmHg' },
    ],
    flag: 'N',
    range: null,
    at: '2026-11-22T03:05:00Z',
    status: 'final',
  };
  const series = [{ code: point.code, name: 'Blood pressure', unit: 'mmHg', points: [point] }];
  expect(insertablesOf(series, () => '03:05')).toMatchObject([
    {
      detail: '118/64 mmHg, 03:05',
      value: {
        label: 'Blood pressure',
        value: '118/64',
        unit: 'mmHg',
        at: '03:05',
        source: 'Observation/o1',
      },
    },
  ]);
  expect(insertablesOf([{ ...series[0]!, points: [] }], () => '')).toEqual([]);
});
