import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogueAnswer } from '../../../shared/orders/catalogue.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { people } from '../../support/people.ts';

let app: TestApp;
let nurse: string;

beforeAll(async () => {
  app = await testApp();
  nurse = await app.cookieOf(people.nurse);
}, 60_000);
afterAll(() => app.close());

describe('GET /api/terminology/search', () => {
  test('answers a nurse with codes, words and what is usual', async () => {
    const response = await app.ask('GET', '/api/terminology/search?category=medication&q=warf', {
      cookie: nurse,
    });
    expect(response.status).toBe(200);
    const { items } = catalogueAnswer.parse(await response.json());
    expect(items[0]).toMatchObject({
      system: 'http://www.nlm.nih.gov/research/umls/rxnorm',
      code: '11289',
      display: 'warfarin',
      category: 'medication',
      hints: { doseUnit: 'mg', routes: ['oral'] },
    });
  });

  test('answers over all categories when none is named', async () => {
    const response = await app.ask('GET', '/api/terminology/search?q=potassium', { cookie: nurse });
    const { items } = catalogueAnswer.parse(await response.json());
    expect(new Set(items.map(({ category }) => category))).toEqual(
      new Set(['laboratory', 'medication', 'diet', 'problem']),
    );
  });

  test.each([
    ['a category that there is not', '/api/terminology/search?category=potions&q=a'],
    ['no words', '/api/terminology/search?category=medication'],
    ['words without end', `/api/terminology/search?q=${'a'.repeat(101)}`],
  ])('refuses %s', async (_name, path) => {
    expect((await app.ask('GET', path, { cookie: nurse })).status).toBe(400);
  });

  test('is closed to those who read no chart, and to nobody known', async () => {
    const clerk = await app.cookieOf(people.clerk);
    expect((await app.ask('GET', '/api/terminology/search?q=a', { cookie: clerk })).status).toBe(403);
    expect((await app.ask('GET', '/api/terminology/search?q=a')).status).toBe(401);
  });
});
