import { describe, expect, test } from 'vitest';
import { tallMan, tallManList } from '../../../shared/units/tallMan.ts';
import { isTimingCode, timingCodes, timingInWords, type FhirTiming } from '../../../shared/units/timing.ts';

describe('tall-man letters', () => {
  test.each([
    ['prednisolone 5 mg tablet', 'prednisoLONE 5 mg tablet'],
    ['prednisone', 'predniSONE'],
    ['Ceftriaxone', 'cefTRIAXone'],
    ['clarithromycin', 'clarithromycin'],
    ['methylprednisolone', 'methylPREDNISolone'],
  ])('%s is shown as %s', (name, written) => {
    expect(tallMan(name)).toBe(written);
    expect(tallMan(name).toLowerCase()).toBe(name.toLowerCase());
  });

  test('a site may have its own list', () => {
    expect(tallMan('warfarin', tallManList(['WARFarin']))).toBe('WARFarin');
  });
});

describe('when, in words', () => {
  test.each([
    ['QD', 'daily'],
    ['BID', 'twice daily'],
    ['TID', '3 times daily'],
    ['QID', '4 times daily'],
    ['Q1H', 'every hour'],
    ['Q6H', 'every 6 hours'],
    ['Q36H', 'every 36 hours'],
    ['QOD', 'every other day'],
    ['STAT', 'once, now'],
    ['Q0H', 'timing not readable'],
    ['OD', 'timing not readable'],
    ['toString', 'timing not readable'],
  ])('%s is %s', (code, words) => {
    expect(timingInWords(code)).toBe(words);
    expect(isTimingCode(code)).toBe(words !== 'timing not readable');
  });

  test('every code that is offered has words, none of them an abbreviation', () => {
    for (const code of timingCodes) expect(timingInWords(code)).toMatch(/^[a-z0-9 ,]+$/);
  });

  test.each<[FhirTiming, string]>([
    [{ repeat: { frequency: 1, period: 1, periodUnit: 'd', timeOfDay: ['18:00:00'] } }, 'daily at 18:00'],
    [{ repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, 'twice daily'],
    [{ repeat: { frequency: 1, period: 6, periodUnit: 'h' } }, 'every 6 hours'],
    [{ repeat: { frequency: 1, period: 2, periodUnit: 'd' } }, 'every other day'],
    [{ repeat: { frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: ['mon'] } }, 'weekly on Monday'],
    [{ repeat: { frequency: 2, period: 1, periodUnit: 'h' } }, 'twice per hour'],
    [{ repeat: { frequency: 3, period: 2, periodUnit: 'wk' } }, '3 times in 2 weeks'],
    [{ repeat: { frequency: 1, period: 1, periodUnit: 'd', when: ['NIGHT'] } }, 'daily at night'],
    [{ repeat: { timeOfDay: ['08:00', '14:00', '20:00'] } }, 'at 08:00, 14:00 and 20:00'],
    [{ repeat: { count: 1 } }, 'once'],
    [{ repeat: { frequency: 1, period: 1, periodUnit: 'd', count: 3 } }, 'daily 3 times in all'],
    [{ code: { coding: [{ code: 'BID' }] } }, 'twice daily'],
    [{ code: { text: 'with dialysis' } }, 'with dialysis'],
    [{ repeat: {} }, 'timing not readable'],
    [{}, 'timing not readable'],
  ])('FHIR timing %j', (timing, words) => {
    expect(timingInWords(timing)).toBe(words);
  });
});
