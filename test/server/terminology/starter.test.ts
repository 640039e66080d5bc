import { describe, expect, test } from 'vitest';
import { codeSystems, starterCatalogue, starterItem } from '../../../server/terminology/starter.ts';
import {
  catalogueCategories,
  catalogueItem,
  isOrderable,
  startDetail,
  type CatalogueItem,
} from '../../../shared/orders/catalogue.ts';
import { orderDetail } from '../../../shared/orders/schema.ts';
import { orderSentence, readOrder } from '../../../shared/orders/summary.ts';
import { isTimingCode } from '../../../shared/units/timing.ts';

const of = (category: string): CatalogueItem[] =>
  starterCatalogue.filter((item) => item.category === category);

/** Every order that the catalogue can start: one for each form of a medicine. */
const started = starterCatalogue.filter(isOrderable).flatMap((item) =>
  (item.hints.forms ?? [undefined]).map((form) => ({
    item,
    category: item.category,
    detail: startDetail(item, form),
  })),
);
const isReckoned = (item: CatalogueItem): boolean => item.hints.doses?.length === 0;

/** The Luhn sum with which LOINC guards its codes. */
function loincCheckDigit(digits: string): number {
  const doubled = [...digits].reverse().map((digit, index) => Number(digit) * (index % 2 === 0 ? 2 : 1));
  const sum = [...doubled.join('')].reduce((total, digit) => total + Number(digit), 0);
  return (10 - (sum % 10)) % 10;
}

describe('the starter catalogue', () => {
  test('holds enough for a first day on a ward', () => {
    const { other, ...sizes } = Object.fromEntries(
      catalogueCategories.map((category) => [category, of(category).length]),
    );
    expect(other).toBe(0);
    expect(sizes['medication']).toBeGreaterThanOrEqual(90);
    expect(sizes['laboratory']).toBeGreaterThanOrEqual(60);
    expect(sizes['imaging']).toBeGreaterThanOrEqual(25);
    expect(sizes['problem']).toBeGreaterThanOrEqual(150);
    expect(sizes['allergen']).toBeGreaterThanOrEqual(120);
    expect(sizes['vaccine']).toBeGreaterThanOrEqual(60);
    expect(Math.min(...Object.values(sizes))).toBeGreaterThanOrEqual(7);
  });

  test('names and codes are each there once', () => {
    const codes = starterCatalogue.map((item) => `${item.category} ${item.system}|${item.code}`);
    const names = starterCatalogue.map((item) => `${item.category} ${item.display.toLowerCase()}`);
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(names).size).toBe(names.length);
  });

  test('every item is well formed and every timing it offers is known', () => {
    const odd = starterCatalogue.filter(
      (item) =>
        !catalogueItem.safeParse(item).success ||
        !(item.hints.timings ?? []).every((code) => isTimingCode(code)),
    );
    expect(odd).toEqual([]);
  });

  test('every item starts a complete order, except for a dose that must be reckoned', () => {
    const odd = started.filter(
      ({ item, category, detail }) => orderDetail[category].safeParse(detail).success === isReckoned(item),
    );
    expect(odd.map(({ item }) => item.display)).toEqual([]);
  });

  test('every order that it starts reads as a sentence', () => {
    const sentences = started
      .filter(({ item }) => !isReckoned(item))
      .map(({ category, detail }) => orderSentence(readOrder(category, detail)));
    expect(sentences.filter((sentence) => /not readable|not complete/.test(sentence))).toEqual([]);
  });

  test('medicines are generic names in small letters, so that tall letters are the only large ones', () => {
    expect(of('medication').filter(({ display }) => display !== display.toLowerCase())).toEqual([]);
  });

  test('codes have the form of their system', () => {
    const forms = new Map<string, RegExp>([
      [codeSystems.rxnorm, /^\d{2,7}$/],
      [codeSystems.loinc, /^\d{2,6}-\d$/],
      [codeSystems.icd10, /^[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?$/],
      [codeSystems.cvx, /^\d{2,3}$/],
      [codeSystems.snomed, /^\d{6,18}$/],
      [codeSystems.roles, /^[A-Z]{3,10}$/],
      [codeSystems.local, /^[a-z0-9-]+$/],
    ]);
    expect(starterCatalogue.filter((item) => !forms.get(item.system)?.test(item.code))).toEqual([]);
  });

  test('the check digit of every LOINC code is right', () => {
    const wrong = starterCatalogue.filter(({ system, code }) => {
      const [digits = '', check] = code.split('-');
      return system === codeSystems.loinc && loincCheckDigit(digits) !== Number(check);
    });
    expect(wrong.map(({ display }) => display)).toEqual([]);
  });

  test('an item that is not there is a fault of ours', () => {
    expect(starterItem('medication', 'warfarin').code).toBe('11289');
    expect(() => starterItem('medication', 'panacea')).toThrow('panacea');
  });
});
