import { describe, expect, test } from 'vitest';
import {
  dateIn,
  formatDate,
  formatDateTime,
  formatTime,
  formatWhen,
  isRepeatedTime,
  zoneOffset,
} from '../../../shared/units/dates.ts';

const london = 'Europe/London';

describe('dates and times of a site', () => {
  test.each([
    ['1957-02-14', '14-Feb-1957'],
    ['2026-09-01', '01-Sep-2026'],
    ['2026-11', 'Nov-2026'],
    ['2019', '2019'],
    ['2026-11-22T03:12:00Z', '22-Nov-2026'],
    ['2026-06-30T23:30:00Z', '01-Jul-2026'],
    ['not a date', 'date not readable'],
  ])('%s reads %s', (date, words) => {
    expect(formatDate(date, london)).toBe(words);
  });

  test('a birth date is the same day everywhere', () => {
    expect(formatDate('1957-02-14', 'Pacific/Auckland')).toBe('14-Feb-1957');
    expect(formatDate('1957-02-14', 'America/Los_Angeles')).toBe('14-Feb-1957');
  });

  test('the time is the 24-hour clock of the zone, midnight is 00:00', () => {
    expect(formatTime('2026-11-22T00:00:00Z', london)).toBe('00:00');
    expect(formatTime('2026-07-22T12:05:00Z', london)).toBe('13:05');
    expect(formatTime('', london)).toBe('time not readable');
  });

  test('the calendar date is the one of the zone', () => {
    expect(dateIn('2026-11-22T11:30:00Z', 'Pacific/Auckland')).toBe('2026-11-23');
  });

  test.each([
    ['2026-11-22T03:12:00Z', london, '+00:00'],
    ['2026-07-22T03:12:00Z', london, '+01:00'],
    ['2026-07-22T03:12:00.750Z', 'America/St_Johns', '-02:30'],
    ['2026-07-22T03:12:00Z', 'Asia/Kathmandu', '+05:45'],
  ])('%s in %s is %s from Greenwich', (at, zone, offset) => {
    expect(zoneOffset(at, zone)).toBe(offset);
  });

  test('the offset is printed where it is asked for', () => {
    expect(formatDateTime('2026-11-21T20:15:00Z', london)).toBe('21-Nov-2026 20:15');
    expect(formatDateTime('2026-11-21T20:15:00Z', london, { offset: true })).toBe('21-Nov-2026 20:15 +00:00');
  });

  test('the hour that comes twice always says which of the two it is', () => {
    expect(formatDateTime('2026-10-25T00:30:00Z', london)).toBe('25-Oct-2026 01:30 +01:00');
    expect(formatDateTime('2026-10-25T01:30:00Z', london)).toBe('25-Oct-2026 01:30 +00:00');
    expect(formatDateTime('2026-10-25T02:00:00Z', london)).toBe('25-Oct-2026 02:00');
    expect(isRepeatedTime('2026-10-24T23:59:00Z', london)).toBe(false);
    expect(isRepeatedTime('2026-03-29T01:30:00Z', london)).toBe(false);
  });

  test('a time of today stands alone, of another day or year with it', () => {
    const now = new Date('2026-11-22T03:12:00Z');
    expect(formatWhen('2026-11-22T03:05:00Z', now, london)).toBe('03:05');
    expect(formatWhen('2026-11-21T18:40:00Z', now, london)).toBe('21-Nov 18:40');
    expect(formatWhen('2025-11-21T18:40:00Z', now, london)).toBe('21-Nov-2025 18:40');
  });
});
