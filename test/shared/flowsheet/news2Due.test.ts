import { describe, expect, test } from 'vitest';
import { news2, type News2Set } from '../../../shared/flowsheet/news2.ts';
import { news2Interval, news2NextDueAt, news2Offer } from '../../../shared/flowsheet/news2Due.ts';

const hourMs = 3_600_000;
const at = new Date('2026-11-22T03:00:00Z');
const hoursLater = (hours: number): Date => new Date(at.getTime() + hours * hourMs);

const well: News2Set = {
  respiratoryRate: 16,
  spo2: 97,
  supplementalOxygen: false,
  systolic: 120,
  pulse: 70,
  consciousness: 'A',
  temperature: 37,
};
const scored = (changes: Partial<News2Set>) => ({ result: news2({ ...well, ...changes }), at });

describe('the score says how soon to look again', () => {
  test.each<[string, Partial<News2Set>, number | null]>([
    ['0: within 12 h', {}, 12],
    ['1: within 6 h', { pulse: 91 }, 6],
    ['4 without a 3: within 6 h', { respiratoryRate: 21, supplementalOxygen: true }, 6],
    ['a single 3: within the hour', { consciousness: 'C' }, 1],
    ['5: within the hour', { respiratoryRate: 21, supplementalOxygen: true, pulse: 91 }, 1],
    ['7: continuously', { respiratoryRate: 25, supplementalOxygen: true, pulse: 111 }, null],
  ])('%s', (_name, changes, hours) => {
    expect(news2NextDueAt(scored(changes))).toEqual(hours === null ? null : hoursLater(hours));
  });

  test('1 to 4 may be looked at from 4 h on', () => {
    expect(news2Interval(scored({ pulse: 91 }).result)).toEqual({
      continuous: false,
      fromMs: 4 * hourMs,
      toMs: 6 * hourMs,
    });
  });

  test('a clinician may ask for more often, never for less', () => {
    expect(news2NextDueAt(scored({ pulse: 91 }), { everyMs: 2 * hourMs })).toEqual(hoursLater(2));
    expect(news2NextDueAt(scored({ consciousness: 'C' }), { everyMs: 2 * hourMs })).toEqual(hoursLater(1));
  });
});

describe('an incomplete set buys no time', () => {
  const incomplete = scored({ temperature: null });

  test('has no interval of its own', () => {
    expect(news2Interval(incomplete.result)).toBeNull();
  });

  test('is due at once when there was no complete set before', () => {
    expect(news2NextDueAt(incomplete)).toEqual(at);
  });

  test('is due when the last complete set said', () => {
    const previousComplete = { result: news2({ ...well, pulse: 91 }), at: hoursLater(-4) };
    expect(news2NextDueAt(incomplete, { previousComplete })).toEqual(hoursLater(2));
  });

  test('is due within the hour when what it holds is worrying', () => {
    const previousComplete = { result: news2(well), at: hoursLater(-1) };
    expect(news2NextDueAt(scored({ temperature: null, systolic: 88 }), { previousComplete })).toEqual(
      hoursLater(1),
    );
    expect(
      news2NextDueAt(
        scored({ temperature: null, respiratoryRate: 22, supplementalOxygen: true, pulse: 95 }),
        {
          previousComplete,
        },
      ),
    ).toEqual(hoursLater(1));
  });

  test('is missed at once under continuous monitoring', () => {
    const previousComplete = {
      result: news2({ ...well, spo2: 88, systolic: 88, pulse: 120 }),
      at: hoursLater(-1),
    };
    expect(news2NextDueAt(incomplete, { previousComplete })).toEqual(at);
  });
});

describe('the score is offered to those it was made for', () => {
  test.each([
    ['1957-02-14', false, { offered: true }],
    ['2010-11-22', false, { offered: true }],
    ['2010-11-23', false, { offered: false, reason: 'under-16' }],
    ['2010-11', false, { offered: false, reason: 'under-16' }],
    ['2010', false, { offered: false, reason: 'under-16' }],
    ['2009', false, { offered: true }],
    [null, false, { offered: false, reason: 'birth-date-unknown' }],
    ['about 1950', false, { offered: false, reason: 'birth-date-unknown' }],
    ['1990-05-01', true, { offered: false, reason: 'pregnancy' }],
  ])('born %s, pregnant %s, on 22-Nov-2026', (birthDate, pregnant, offer) => {
    expect(news2Offer({ birthDate, pregnant }, '2026-11-22')).toEqual(offer);
  });
});
