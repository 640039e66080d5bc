import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testApp, type TestApp } from '../../support/app.ts';
import { people } from '../../support/people.ts';

const set = 'https://cochart.dev/fhir/ValueSet/vaccine';
const cvx = 'http://hl7.org/fhir/sid/cvx';

let app: TestApp;
let nurse: string;

beforeAll(async () => {
  app = await testApp();
  nurse = await app.cookieOf(people.nurse);
}, 60_000);
afterAll(() => app.close());

interface Parameters {
  parameter: { name: string; valueBoolean?: boolean; valueString?: string }[];
}

const get = (operation: string, query: Record<string, string>) =>
  app.ask('GET', `/fhir/R4/${operation}?${new URLSearchParams(query)}`, { cookie: nurse });
const post = (operation: string, parameter: object[]) =>
  app.ask('POST', `/fhir/R4/${operation}`, {
    cookie: nurse,
    body: { resourceType: 'Parameters', parameter },
    headers: { 'Content-Type': 'application/fhir+json' },
  });
const named = async (response: Response, name: string) =>
  ((await response.json()) as Parameters).parameter.find((each) => each.name === name);

describe('FHIR terminology operations', () => {
  test('$lookup says what a code is called, also when asked by POST', async () => {
    const asked = { system: cvx, code: '187' };
    expect((await named(await get('CodeSystem/$lookup', asked), 'display'))?.valueString).toBe(
      'Shingles, recombinant',
    );
    const posted = await post('CodeSystem/$lookup', [{ name: 'coding', valueCoding: asked }]);
    expect((await named(posted, 'display'))?.valueString).toBe('Shingles, recombinant');
    expect((await get('CodeSystem/$lookup', { system: cvx, code: '99999' })).status).toBe(404);
  });

  test('$validate-code judges the code, its name and its value set', async () => {
    const result = async (operation: string, query: Record<string, string>) =>
      (await named(await get(operation, query), 'result'))?.valueBoolean;
    expect(await result('CodeSystem/$validate-code', { url: cvx, code: '187' })).toBe(true);
    expect(await result('CodeSystem/$validate-code', { url: cvx, code: '187', display: 'Cholera' })).toBe(
      false,
    );
    expect(await result('CodeSystem/$validate-code', { url: 'https://example.org/none', code: '1' })).toBe(
      false,
    );
    expect(await result('ValueSet/$validate-code', { url: set, system: cvx, code: '187' })).toBe(true);
    expect(await result('ValueSet/$validate-code', { url: set, system: cvx, code: '998' })).toBe(false);
  });

  test('$expand filters and pages', async () => {
    const response = await get('ValueSet/$expand', { url: set, filter: 'hepat b', count: '2', offset: '1' });
    const { expansion } = (await response.json()) as {
      expansion: { total: number; contains: { display: string }[] };
    };
    expect(expansion.total).toBeGreaterThan(4);
    expect(expansion.contains).toHaveLength(2);
    expect(expansion.contains.every(({ display }) => display.includes('epatitis B'))).toBe(true);
  });

  test('$translate says when no map has a match', async () => {
    expect(
      (await named(await get('ConceptMap/$translate', { system: cvx, code: '187' }), 'result'))?.valueBoolean,
    ).toBe(false);
  });

  test.each([
    ['CodeSystem/$lookup', { system: cvx }, 400],
    ['ValueSet/$expand', { url: 'https://example.org/none' }, 404],
    ['ValueSet/$expand', { url: set, count: 'many' }, 400],
  ])('%s of %o is refused as an OperationOutcome', async (operation, query, status) => {
    const response = await get(operation, query);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });

  test('a body that is no Parameters resource is refused', async () => {
    expect((await app.ask('POST', '/fhir/R4/ValueSet/$expand', { cookie: nurse, body: [] })).status).toBe(
      400,
    );
  });
});
