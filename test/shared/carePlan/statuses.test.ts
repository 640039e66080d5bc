import { expect, test } from 'vitest';
import {
  goalStatuses,
  interventionStatuses,
  problemStatuses,
  statusInfo,
} from '../../../shared/carePlan/statuses.ts';

test('every status has words and a ring', () => {
  const all = [
    ...problemStatuses.map((status) => statusInfo('problem', status)),
    ...goalStatuses.map((status) => statusInfo('goal', status)),
    ...interventionStatuses.map((status) => statusInfo('intervention', status)),
  ];
  for (const info of all) expect(info.words).toMatch(/^[A-Z][a-z]/);
});

test('a status nobody set, and one nobody knows, are said and not left blank', () => {
  expect(statusInfo('goal', null)).toEqual({ words: 'Not set', ring: 'empty' });
  expect(statusInfo('goal', 'half-baked')).toEqual({ words: 'half-baked', ring: 'empty' });
  expect(statusInfo('goal', 'constructor').words).toBe('constructor');
});

test('a goal that is met is ticked, one under way is half full', () => {
  expect(statusInfo('goal', 'achieved').ring).toBe('done');
  expect(statusInfo('goal', 'in-progress').ring).toBe('half');
  expect(statusInfo('goal', 'not-achieved').ring).toBe('empty');
});
