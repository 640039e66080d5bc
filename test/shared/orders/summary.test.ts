import { describe, expect, test } from 'vitest';
import { orderSentence, readOrder, splitDrugName } from '../../../shared/orders/summary.ts';

const shown = (text: string): string => text.replaceAll('\u00A0', '~');

const medicine = (display: string, more: object = {}) => ({
  code: { system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '1', display },
  dose: { value: '500', unit: 'mg' },
  route: 'oral',
  timing: 'BID',
  ...more,
});

describe('an order line', () => {
  test.each<[string, object, string]>([
    [
      'a course',
      medicine('clarithromycin 500 mg tablet', { duration: { value: '5', unit: 'd' } }),
      'clarithromycin 500~mg tablet, dose 500~mg, oral, twice daily, 5~days',
    ],
    [
      'a single injection',
      medicine('furosemide 10 mg/mL injection', {
        dose: { value: '40.0', unit: 'mg' },
        route: 'intravenous',
        timing: 'STAT',
      }),
      'furosemide 10~mg~per~mL injection, dose 40~mg, intravenous, once, now',
    ],
    [
      'a dose at a time of day',
      medicine('warfarin 1 mg tablet', {
        dose: { value: '3', unit: 'mg' },
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', timeOfDay: ['18:00:00'] } },
      }),
      'warfarin 1~mg tablet, dose 3~mg, oral, daily at 18:00',
    ],
    [
      'a dose if needed',
      medicine('paracetamol 500 mg tablet', {
        dose: { value: '1', unit: 'g' },
        timing: 'Q6H',
        asNeeded: 'pain',
      }),
      'paracetamol 500~mg tablet, dose 1~g, oral, every 6 hours, if needed for pain',
    ],
    [
      'units',
      medicine('insulin glargine 100 U/mL pen', {
        dose: { value: '12', unit: 'U' },
        route: 'subcutaneous',
        timing: 'BED',
      }),
      'insulin glargine 100~units~per~mL pen, dose 12~units, subcutaneous, at bedtime',
    ],
  ])('%s reads as one sentence', (_name, detail, sentence) => {
    expect(shown(orderSentence(readOrder('medication', detail)))).toBe(sentence);
  });

  test('look-alike names get tall letters on screen and stay plain for readers', () => {
    const reading = readOrder('medication', medicine('prednisolone 5 mg tablet'));
    expect(reading).toMatchObject({
      readable: true,
      line: { name: 'prednisoLONE', plainName: 'prednisolone' },
    });
    expect(orderSentence(reading)).toMatch(/^prednisolone /);
  });

  test('a test says of what, when and why', () => {
    const detail = {
      code: { system: 'http://loinc.org', code: '2524-7', display: 'Lactate' },
      specimen: 'blood',
      timing: 'Q4H',
      reason: 'rising oxygen need',
    };
    expect(orderSentence(readOrder('laboratory', detail))).toBe(
      'Lactate blood, every 4 hours, for rising oxygen need',
    );
  });

  test.each<[string, unknown, string]>([
    ['nothing', null, 'Nothing chosen yet'],
    ['a disagreement', { contested: 'c1' }, 'Two versions: someone must choose'],
    ['half an order', { code: { display: 'warfarin' } }, 'This order is not complete'],
  ])('%s is said in words, never shown as a dose', (_name, detail, words) => {
    expect(readOrder('medication', detail)).toEqual({ readable: false, words });
  });
});

test.each([
  ['furosemide 10 mg per mL injection', 'furosemide', '10 mg per mL injection'],
  ['insulin glargine 100 units per mL', 'insulin glargine', '100 units per mL'],
  ['vitamin B12', 'vitamin B12', null],
  ['5 % glucose', '5 % glucose', null],
])('the drug and its strength are told apart in %s', (display, drug, form) => {
  expect(splitDrugName(display)).toEqual({ drug, form });
});
