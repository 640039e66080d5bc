import { describe, expect, test } from 'vitest';
import { auditActions } from '../../../shared/audit/actions.ts';
import { audit } from '../../../client/messages/en/audit.ts';
import { addressOf, askedOf, sortedBy, viewOf, type TrailFilter } from '../../../client/audit/view.ts';

const everything = viewOf('').filter;
const narrowed = (change: Partial<TrailFilter>): TrailFilter => ({ ...everything, ...change });

describe('what is shown of the trail', () => {
  test('is everything, the newest first, at the bare address', () => {
    expect(viewOf('').order).toEqual({ sort: 'at', order: 'desc' });
    expect(Object.values(everything).every((value) => value === '')).toBe(true);
    expect(addressOf(viewOf(''))).toBe('/audit');
  });

  test('stands in the address whole, so that a colleague sees the same', () => {
    const view = {
      filter: narrowed({
        patientId: 'p-1',
        userId: 'u-1',
        encounterId: 'e-1',
        entity: 'GET /api/patients/:id & more',
        action: 'chart:opened',
        outcome: 'refused',
        from: '2026-03-01',
        to: '2026-03-31',
      }),
      order: { sort: 'user', order: 'desc' } as const,
    };
    const address = addressOf(view);
    expect(viewOf(address.slice('/audit'.length))).toEqual(view);
  });

  test('is not narrowed by what an address cannot mean', () => {
    expect(viewOf('?outcome=maybe&from=yesterday&to=2026-03-31T10:00:00Z&sort=colour&order=up')).toEqual(
      viewOf(''),
    );
  });

  test('is turned round by a second press on a heading; words begin with A, times with the newest', () => {
    const byUser = sortedBy({ sort: 'at', order: 'desc' }, 'user');
    expect(byUser).toEqual({ sort: 'user', order: 'asc' });
    expect(sortedBy(byUser, 'user')).toEqual({ sort: 'user', order: 'desc' });
    expect(sortedBy(byUser, 'at')).toEqual({ sort: 'at', order: 'desc' });
  });
});

describe('the days of a question', () => {
  const asked = (from: string, to: string, zone: string): Record<string, string> =>
    Object.fromEntries(askedOf(narrowed({ from, to }), zone));

  test.each([
    ['2026-03-02', 'Europe/Brussels', '2026-03-01T23:00:00.000Z', '2026-03-02T22:59:59.999Z'],
    ['2026-03-02', 'America/New_York', '2026-03-02T05:00:00.000Z', '2026-03-03T04:59:59.999Z'],
    // The clocks go forward at 02:00: 23 hours. Back at 03:00: 25.
    ['2026-03-29', 'Europe/Brussels', '2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.999Z'],
    ['2026-10-25', 'Europe/Brussels', '2026-10-24T22:00:00.000Z', '2026-10-25T22:59:59.999Z'],
  ])('%s in %s is a day of the site', (day, zone, from, to) => {
    expect(asked(day, day, zone)).toEqual({ from, to });
  });

  test('that are not given are not asked for', () => {
    expect(asked('', '', 'UTC')).toEqual({});
  });
});

test.each(auditActions)('%s can be found by exactly one choice of what to show', (action) => {
  const groups = audit.filter.groups.filter(([beginning]) => action.startsWith(beginning));
  expect(groups).toHaveLength(1);
});
