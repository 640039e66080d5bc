import { describe, expect, test } from 'vitest';
import { orderCategories, orderDetail, orderCategoryTitles } from '../../../shared/orders/schema.ts';

const rxnorm = 'http://www.nlm.nih.gov/research/umls/rxnorm';

const medicine = {
  code: { system: rxnorm, code: '21212', display: 'clarithromycin 500 mg tablet' },
  dose: { value: '500', unit: 'mg' },
  route: 'oral',
  timing: 'BID',
};
const lactate = { code: { system: 'http://loinc.org', code: '2524-7', display: 'Lactate' } };

const accepts = (category: keyof typeof orderDetail, detail: unknown): boolean =>
  orderDetail[category].safeParse(detail).success;

describe('the detail of a medicine', () => {
  test.each<[string, object]>([
    ['with all it needs', {}],
    ['every 6 hours', { timing: 'Q6H' }],
    ['if needed', { asNeeded: true }],
    ['if needed for something', { asNeeded: 'pain' }],
    ['for some days', { duration: { value: '5', unit: 'd' } }],
    ['for some days, as a number', { duration: { value: 5, unit: 'd' } }],
    ['with a fraction', { dose: { value: '0.5', unit: 'mg' } }],
    [
      'with a FHIR timing',
      { timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd', timeOfDay: ['18:00:00'] } } },
    ],
  ])('is accepted %s', (_name, changes) => {
    expect(accepts('medication', { ...medicine, ...changes })).toBe(true);
  });

  test.each<[string, object]>([
    ['a number that lost its string', { dose: { value: 500, unit: 'mg' } }],
    ['a naked point', { dose: { value: '.5', unit: 'mg' } }],
    ['a point with nothing after it', { dose: { value: '5.', unit: 'mg' } }],
    ['a comma', { dose: { value: '0,5', unit: 'mg' } }],
    ['thousands in groups', { dose: { value: '1,000', unit: 'mg' } }],
    ['a sign', { dose: { value: '-5', unit: 'mg' } }],
    ['an exponent', { dose: { value: '1e3', unit: 'mg' } }],
    ['nothing', { dose: { value: '0.0', unit: 'mg' } }],
    ['no number', { dose: { value: '', unit: 'mg' } }],
    ['no unit', { dose: { value: '5' } }],
    ['an empty unit', { dose: { value: '5', unit: ' ' } }],
    ['two doses', { dose: [{ value: '5', unit: 'mg' }] }],
    ['no dose', { dose: undefined }],
    ['no route', { route: undefined }],
    ['no timing', { timing: undefined }],
    ['an unknown timing', { timing: 'OD' }],
    ['a timing in lower case', { timing: 'bid' }],
    ['a timing that says nothing', { timing: {} }],
    ['a timing with a frequency of 0', { timing: { repeat: { frequency: 0 } } }],
    ['a code without words', { code: { system: rxnorm, code: '21212' } }],
    ['a code without a system', { code: { code: '21212', display: 'clarithromycin' } }],
    ['a name instead of a code', { code: 'clarithromycin' }],
    ['a key that is not in the contract', { strength: '500 mg' }],
  ])('is refused with %s', (_name, changes) => {
    expect(accepts('medication', { ...medicine, ...changes })).toBe(false);
  });
});

describe('the detail of the rest', () => {
  const others = orderCategories.filter((category) => category !== 'medication');

  test.each(others)('%s needs a code and no more', (category) => {
    expect(accepts(category, lactate)).toBe(true);
    expect(accepts(category, {})).toBe(false);
    expect(accepts(category, null)).toBe(false);
  });

  test('may say when, of what, where and why, and add keys of its own', () => {
    expect(
      accepts('laboratory', { ...lactate, timing: 'Q4H', specimen: 'blood', reason: 'trend', fasting: true }),
    ).toBe(true);
    expect(accepts('imaging', { ...lactate, bodySite: 'chest' })).toBe(true);
  });

  test('is refused with a specimen that is no text, or a timing that cannot be read', () => {
    expect(accepts('laboratory', { ...lactate, specimen: 5 })).toBe(false);
    expect(accepts('laboratory', { ...lactate, timing: 'sometimes' })).toBe(false);
  });
});

test('every category has a heading', () => {
  for (const category of orderCategories) expect(orderCategoryTitles[category]).toMatch(/^[A-Z]/);
});
