import { describe, expect, test } from 'vitest';
import { isPregnant, pregnancyNow } from '../../../shared/patients/pregnancy.ts';

const today = new Date('2026-11-22T03:00:00Z');
const pregnancy = (since: string | null, dueDate: string | null = null) =>
  ({ status: 'pregnant', since, by: 'Nurse SB', dueDate }) as const;

describe('a pregnancy on record', () => {
  test.each([
    ['of this year', '2026-03-01', null, true],
    ['of last year', '2025-12-01', null, false],
    ['due next month', '2026-03-01', '2026-12-20', true],
    ['three weeks past its due date', '2026-03-01', '2026-11-01', false],
    ['not yet three weeks past it', '2026-03-01', '2026-11-02', true],
    ['due some time this month', '2026-03-01', '2026-11', true],
    ['due some time last year', '2026-03-01', '2025', false],
    ['without any date', null, null, true],
  ])('%s', (_which, since, dueDate, holds) => {
    expect(pregnancyNow(pregnancy(since, dueDate), today) !== null).toBe(holds);
  });

  test('that is only possible keeps nobody from being scored', () => {
    expect(isPregnant(pregnancy('2026-10-01'), today)).toBe(true);
    expect(isPregnant({ ...pregnancy('2026-10-01'), status: 'possible' }, today)).toBe(false);
    expect(isPregnant(null, today)).toBe(false);
  });
});
