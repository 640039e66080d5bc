import { count } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outbox } from '../../../server/outbox/tables.ts';
import { resources, resourceVersions } from '../../../server/records/tables.ts';
import { uuid } from '../../support/bundles.ts';
import { fhirApi, type FhirApi } from '../../support/fhir.ts';
import { people, type Person } from '../../support/people.ts';
import type { Random } from '../../support/random.ts';
import { forSeeds } from '../../support/seeds.ts';

type Json = Record<string, unknown>;

let api: FhirApi;
let made = 0;
beforeAll(async () => {
  api = await fhirApi();
});
afterAll(() => api.close());

/** A patient and what is known of them, under ids that no bundle before has had. */
function good(): Json {
  const [una, allergy, weight] = [uuid(++made), uuid(++made), uuid(++made)];
  const patient = { reference: `urn:uuid:${una}` };
  const hl7 = 'http://terminology.hl7.org/CodeSystem';
  const entry = (resource: Json): Json => ({
    fullUrl: `urn:uuid:${String(resource.id)}`,
    resource,
    request: { method: 'POST', url: resource.resourceType },
  });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      entry({ resourceType: 'Patient', id: una, name: [{ family: 'Testcase', given: ['Zoë'] }] }),
      entry({
        resourceType: 'AllergyIntolerance',
        id: allergy,
        clinicalStatus: { coding: [{ system: `${hl7}/allergyintolerance-clinical`, code: 'active' }] },
        code: { text: 'Penicillin' },
        patient,
      }),
      entry({
        resourceType: 'Observation',
        id: weight,
        status: 'final',
        category: [{ coding: [{ system: `${hl7}/observation-category`, code: 'vital-signs' }] }],
        code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
        subject: patient,
        valueQuantity: { value: 71.5, unit: 'kg' },
      }),
    ],
  };
}

const rows = async (): Promise<number[]> => {
  const of = async (table: typeof resources | typeof resourceVersions | typeof outbox) =>
    (await api.service.deps.reader.select({ count: count() }).from(table))[0]!.count;
  return [await of(resources), await of(resourceVersions), await of(outbox)];
};

interface Said {
  status: number;
  body: Json;
}

async function send(person: Person, body: string | Uint8Array<ArrayBuffer>, headers = {}): Promise<Said> {
  const cookie = await (cookies[person.username] ??= api.service.cookieOf(person));
  const response = await api.service.app.request('/fhir/R4', {
    method: 'POST',
    headers: { Cookie: cookie, 'Content-Type': 'application/fhir+json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Json };
}
const cookies: Record<string, Promise<string>> = {};

/** It is carried out whole, or refused in FHIR's own form with nothing left behind. */
async function isWholeOrNothing(person: Person, body: string | Uint8Array<ArrayBuffer>): Promise<number> {
  const before = await rows();
  const answer = await send(person, body);
  if (answer.status === 200) return 200;
  expect(Math.floor(answer.status / 100)).toBe(4);
  expect(await rows()).toEqual(before);
  expect(answer.body.resourceType).toBe('OperationOutcome');
  expect((answer.body.issue as Json[])[0]).toMatchObject({ severity: 'error' });
  expect(JSON.stringify(answer.body)).not.toMatch(/Testcase|Penicillin|Zo/);
  return answer.status;
}

const senders = [
  ['a transaction of a nurse', people.nurse],
  ['records that an administrator brings over', people.admin],
] as const;

describe.each(senders)('%s', (_what, person) => {
  it('as it should be is carried out', async () => {
    expect(await isWholeOrNothing(person, JSON.stringify(good()))).toBe(200);
  });

  it('is refused whole, wherever it is cut off', async () => {
    const text = JSON.stringify(good());
    for (let end = 1; end < text.length; end += 41)
      expect(await isWholeOrNothing(person, text.slice(0, end))).toBe(400);
  });

  it('is whole or nothing, whatever one value is replaced by', async () => {
    const seen = new Set<number>();
    await forSeeds({ count: 120 }, async (random) => {
      seen.add(await isWholeOrNothing(person, JSON.stringify(spoilt(good(), random))));
    });
    expect([...seen]).toContain(400);
  });

  it.each([
    ['nested without end', (text: string) => text.replace('"Testcase"', '['.repeat(60_000))],
    [
      'with a value nested deeper than anything means',
      (text: string) => text.replace('"Testcase"', '{"a":'.repeat(90) + '1' + '}'.repeat(90)),
    ],
    [
      'that says one thing twice, differently',
      (text: string) => text.replace('"type"', '"type":"batch","type"'),
    ],
    ['that reaches for a prototype', (text: string) => text.replace('"name"', '"__proto__":{"x":1},"name"')],
    ['with a control sign in a word', (text: string) => text.replace('Testcase', 'Test\u0000case')],
  ])('%s is refused', async (_how, spoil) => {
    expect(await isWholeOrNothing(person, spoil(JSON.stringify(good())))).not.toBe(200);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it('in another encoding is refused, and never guessed at', async () => {
    const text = JSON.stringify(good());
    const latin = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    const wide = new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'));
    const cut = new Uint8Array(Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xc3])]));
    for (const bytes of [latin, wide, cut]) expect(await isWholeOrNothing(person, bytes)).toBe(400);
    const before = await rows();
    const named = await send(person, latin, { 'Content-Type': 'application/fhir+json; charset=iso-8859-1' });
    expect([named.status, await rows()]).toEqual([415, before]);
  });
});

it('a value of many megabytes is too large for a screen’s act, and kept whole when it is brought over', async () => {
  const huge = (): string => JSON.stringify(good()).replace('71.5,', `71.5,"code":"${'x'.repeat(5 << 20)}",`);
  expect(await isWholeOrNothing(people.nurse, huge())).toBe(413);
  expect(await isWholeOrNothing(people.admin, huge())).toBe(200);
});

it('a number without end is no decimal', async () => {
  expect(await isWholeOrNothing(people.nurse, JSON.stringify(good()).replace('71.5', '1e999999'))).toBe(422);
});

type Path = (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  const here = path.length === 0 ? [] : [path];
  if (value === null || typeof value !== 'object') return here;
  return [
    ...here,
    ...Object.entries(value).flatMap(([name, member]) =>
      pathsOf(member, [...path, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

function spoilt(value: Json, random: Random): unknown {
  const wrong = [null, [], {}, [[]], 17, true, '', 'urn:uuid:', { reference: 1 }, -0.5, ['x', null]];
  const path = random.pick(pathsOf(value));
  return replaced(value, path, random.pick(wrong));
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.map((each, index) => (index === step ? replaced(each, rest, by) : each));
  const object = value as Json;
  return { ...object, [step]: replaced(object[step], rest, by) };
}
