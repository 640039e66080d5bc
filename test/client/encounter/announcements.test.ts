import { expect, test } from 'vitest';
import { arrivalsAndLeaves } from '../../../client/encounter/announcements.ts';
import { insertablesOf } from '../../../client/encounter/insertables.ts';
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
