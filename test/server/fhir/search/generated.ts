import type { Random } from '../../../support/random.ts';
import type { NaiveResource } from './naive.ts';

const families = [
  'Núñez',
  "O'Brien",
  'Nunez',
  'Łukasik',
  'Smith-Jones',
  'Østergård',
  'Straße',
  'van der Berg',
  'Óscar',
  'Ng',
];
const givens = ['Ana María', 'José', 'Jose', 'Zoë', 'Anna', 'Ann', 'Björn', 'Özgür', 'D’Angelo', 'Maria'];
const cities = ['São Paulo', 'Sao Paulo', 'Zürich', 'Gräfelfing', 'York', 'New York'];
const birthdays = ['1957', '1957-02', '1957-02-14', '1980-12-31', '1981-01-01', '2000-02-29', '1999-12'];
const times = [
  '2024',
  '2024-03',
  '2024-03-10',
  '2024-03-10T10:00:00Z',
  '2024-03-10T23:30:00-05:00',
  '2024-03-11T04:30:00Z',
  '2024-03-10T10:00:00.500Z',
  '2023-12-31T23:59:59.999Z',
];
const amounts = [5.4, 5.35, 5.45, 5.44, 0.1, 100, 99.5, 100.5, 0, -3.2, 120, 140];
const units = [
  { unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  { unit: 'mm Hg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
  { unit: 'mg' },
];
const codes = [
  '2823-3',
  '8480-6',
  '8462-4',
  '718-7',
  'abc',
  'ABC',
  'E11',
  'E11.3',
  'e11.31',
  'E11.9',
  'E110',
];
const codeSystems = ['http://loinc.org', 'http://example.org/codes', 'http://hl7.org/fhir/sid/icd-10-cm'];

const concept = (random: Random): object => ({
  coding: [
    { system: random.pick(codeSystems), code: random.pick(codes) },
    ...(random.next() < 0.3 ? [{ code: random.pick(codes) }] : []),
  ],
  text: random.pick(['Blood pressure', 'Kalium', 'Natrium']),
});

const maybe = (random: Random, share: number, value: object): object => (random.next() < share ? value : {});

/** People and what was measured of them, with everything that makes a search hard. */
export function generatedRecord(random: Random): NaiveResource[] {
  const uuid = (kind: string, index: number): string =>
    `${kind}0000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const patients = Array.from({ length: 40 }, (_, index): NaiveResource => ({
    resourceType: 'Patient',
    id: uuid('ab00', index),
    ...maybe(random, 0.9, {
      name: [{ family: random.pick(families), given: [random.pick(givens), random.pick(givens)] }],
    }),
    ...maybe(random, 0.8, { gender: random.pick(['male', 'female', 'other']) }),
    ...maybe(random, 0.9, { birthDate: random.pick(birthdays) }),
    ...maybe(random, 0.5, {
      address: [{ city: random.pick(cities), postalCode: random.pick(['8001', 'YO1 7HH']) }],
    }),
    ...maybe(random, 0.5, {
      telecom: [{ system: random.pick(['phone', 'email']), value: random.pick(['555-1', 'a@b.example']) }],
    }),
    identifier: [
      { system: random.pick(['urn:a', 'urn:b']), value: `${random.pick(['X', 'x'])}${index % 9}` },
    ],
  }));
  const observations = Array.from({ length: 160 }, (_, index): NaiveResource => ({
    resourceType: 'Observation',
    id: uuid('0b00', index),
    status: random.pick(['final', 'preliminary', 'amended']),
    code: concept(random),
    ...maybe(random, 0.9, { subject: { reference: `Patient/${random.pick(patients).id}` } }),
    ...maybe(random, 0.5, { category: [concept(random)] }),
    ...random.pick<() => object>([
      () => ({ effectiveDateTime: random.pick(times) }),
      () => ({
        effectivePeriod: {
          start: random.pick(times),
          ...maybe(random, 0.5, { end: random.pick(['2025-01', '2024-03-11T12:00:00Z']) }),
        },
      }),
      () => ({}),
    ])(),
    ...random.pick<() => object>([
      () => ({ valueQuantity: { value: random.pick(amounts), ...random.pick(units) } }),
      () => ({ valueString: random.pick(givens) }),
      () => ({ valueCodeableConcept: concept(random) }),
      () => ({
        component: [
          { code: concept(random), valueQuantity: { value: random.pick(amounts), ...random.pick(units) } },
          { code: concept(random), valueQuantity: { value: random.pick(amounts), ...random.pick(units) } },
        ],
      }),
    ])(),
  }));
  return [...patients, ...observations];
}
