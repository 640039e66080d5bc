import fc from 'fast-check';
import { count } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resourceVersions } from '../../../server/records/tables.ts';
import { fhirApi, idIn, type FhirApi } from '../../support/fhir.ts';
import { people } from '../../support/people.ts';

let api: FhirApi;
let una: string;
beforeAll(async () => {
  api = await fhirApi();
  una = idIn(
    await api.ask(people.nurse, 'POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'X' }] }),
  );
});
afterAll(() => api.close());

const versions = async (): Promise<number> =>
  (await api.service.deps.reader.select({ count: count() }).from(resourceVersions))[0]!.count;

const good = () => ({
  resourceType: 'AllergyIntolerance',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  },
  code: { text: 'Penicillin', coding: [{ system: 'http://snomed.info/sct', code: '91936005' }] },
  patient: { reference: `Patient/${una}` },
  reaction: [{ manifestation: [{ text: 'Rash' }], severity: 'mild', onset: '2026-01-02' }],
  recordedDate: '2026-03-02',
});

const post = (body: unknown) => api.ask(people.nurse, 'POST', '/AllergyIntolerance', body);

async function isRefusedWhole(body: unknown, statuses = [400, 413, 422]): Promise<string> {
  const before = await versions();
  const answer = await post(body);
  expect(statuses).toContain(answer.status);
  expect(answer.body).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] });
  expect(await versions()).toBe(before);
  return answer.text;
}

it('cut off anywhere, a resource is refused', async () => {
  const text = JSON.stringify(good());
  for (let end = 0; end < text.length; end += 23)
    expect(await isRefusedWhole(text.slice(0, end) || ' ')).toContain('This is not JSON.');
});

it.each([
  ['nested without end', '['.repeat(100_000)],
  ['nested deeper than anything means', `{"a":`.repeat(65) + '1' + '}'.repeat(65)],
  ['saying the same member twice, differently', '{"resourceType":"AllergyIntolerance","id":"a","id":"b"}'],
  ['reaching for a prototype', '{"resourceType":"AllergyIntolerance","__proto__":{"polluted":true}}'],
  ['reaching for it in disguise', '{"resourceType":"AllergyIntolerance","\\u005f_proto__":{"polluted":1}}'],
  ['reaching for a constructor', '{"resourceType":"AllergyIntolerance","constructor":{"prototype":{}}}'],
  ['a list', '[]'],
  ['a word', '"AllergyIntolerance"'],
  ['nothing', 'null'],
  ['no JSON', '<AllergyIntolerance xmlns="http://hl7.org/fhir"/>'],
])('%s, it is refused', async (_what, text) => {
  await isRefusedWhole(text);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

it('with one value of a wrong kind, it is refused with its place and never quoted back', async () => {
  const paths = pathsOf(good()).filter((path) => path[0] !== 'resourceType');
  const wrong = fc.constantFrom<unknown>(null, [], {}, [[]], 17, true, { a: { b: 'Penicillin-secret' } });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), wrong, async (path, value) => {
      const changed = withValue(good(), path, value);
      const text = await isRefusedWhole(changed);
      expect(text).not.toContain('Penicillin');
    }),
    { numRuns: 150 },
  );
});

it('a value of many megabytes is refused for its size', async () => {
  const text = await isRefusedWhole({ ...good(), note: [{ text: 'x'.repeat(5 * 1024 * 1024) }] }, [413]);
  expect(text.length).toBeLessThan(1000);
});

it('two that point to each other, and one to itself, are kept and read without end', async () => {
  const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
  const observation = (id: string, other: string) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' },
        ],
      },
    ],
    code: { text: 'x' },
    subject: { reference: `Patient/${una}` },
    hasMember: [{ reference: `Observation/${other}` }],
    derivedFrom: [{ reference: `Observation/${id}` }],
  });
  const [a = '', b = ''] = ids;
  const answer = await api.ask(people.nurse, 'POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: observation(a, b), request: { method: 'PUT', url: `Observation/${a}` } },
      { resource: observation(b, a), request: { method: 'PUT', url: `Observation/${b}` } },
    ],
  });
  expect(answer.status).toBe(200);
  const everything = await api.ask(people.nurse, 'GET', `/Patient/${una}/$everything`);
  expect(everything.status).toBe(200);
});

it('a script in a narrative is data: kept as it came, answered as JSON alone', async () => {
  const div = '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>';
  const made = await post({ ...good(), text: { status: 'generated', div } });
  expect(made.body.text).toEqual({ status: 'generated', div });
  expect(made.headers.get('Content-Type')).toBe('application/fhir+json; charset=utf-8');
  expect(made.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(made.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
});

type Path = (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([name, member]) => {
    const step = Array.isArray(value) ? Number(name) : name;
    return pathsOf(member, [...path, step]);
  });
}

function withValue(value: unknown, [step, ...rest]: Path, replacement: unknown): unknown {
  if (step === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? withValue(item, rest, replacement) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [step]: withValue(object[step], rest, replacement) };
}
