import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJson, writeJson } from '../../../server/records/json.ts';
import type { Writing } from '../../../shared/lists/kind.ts';
import { isEntry, lists } from '../../../shared/lists/lists.ts';
import { listNames, type ListName } from '../../../shared/lists/names.ts';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import { timingCodes } from '../../../shared/units/timing.ts';

const writing: Writing = {
  patientId: 'ba000000-0000-4000-8000-000000000001',
  at: '2026-03-02T09:00:00.000+01:00',
  who: { type: 'Practitioner', display: 'Test nurse' },
  decimal: parseJson,
};

/** As the record keeps it, digit for digit. */
const stored = (resource: Resource): Resource => parseJson(writeJson(resource)) as Resource;

const words = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ,.-]{0,38}[A-Za-z0-9]$/);
const concept = fc.record(
  {
    text: words,
    coding: fc.record({
      system: fc.constantFrom('http://snomed.info/sct', 'urn:x'),
      code: words,
      display: words,
    }),
  },
  { requiredKeys: ['text'] },
);
const two = (number: number): string => String(number).padStart(2, '0');
const date = fc
  .tuple(
    fc.integer({ min: 1900, max: 2025 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .chain(([year, month, day]) =>
    fc.constantFrom(`${year}`, `${year}-${two(month)}`, `${year}-${two(month)}-${two(day)}`),
  );
const decimal = fc
  .tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('', '.5', '.50', '.125', '.0'))
  .map(([whole, rest]) => `${whole}${rest}`);
const severity = fc.constantFrom('mild', 'moderate', 'severe');
const years = fc.integer({ min: 0, max: 110 });
const someWords = fc.array(words, { maxLength: 1 });

const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(
  fields: T,
  ...needed: (keyof T & string)[]
) => fc.record(fields, { requiredKeys: needed });
const either = (...options: fc.Arbitrary<unknown>[]) => fc.oneof(...options);
const one = fc.constantFrom;

const structured = optional(
  {
    dose: fc.record({ value: decimal, unit: one('mg', 'g', 'tablet', 'micrograms') }),
    route: words,
    timing: one(...timingCodes, 'Q3H', 'Q36H'),
    asNeeded: either(fc.constant(true), words),
  },
  'dose',
  'route',
  'timing',
);

const entries: Record<ListName, fc.Arbitrary<unknown>> = {
  problems: optional(
    {
      problem: concept,
      category: one('problem-list-item', 'encounter-diagnosis'),
      course: one('active', 'recurrence', 'relapse'),
      certainty: one('confirmed', 'provisional', 'differential', 'unconfirmed'),
      severity,
      onset: date,
      note: words,
    },
    'problem',
    'category',
    'course',
    'certainty',
  ),
  allergies: optional(
    {
      substance: concept,
      type: one('allergy', 'intolerance'),
      category: one('medication', 'food', 'environment', 'biologic'),
      criticality: one('low', 'high', 'unable-to-assess'),
      certainty: one('confirmed', 'unconfirmed'),
      reactions: fc.array(optional({ manifestation: concept, severity }, 'manifestation'), { maxLength: 4 }),
      onset: date,
      note: words,
    },
    'substance',
    'certainty',
    'reactions',
  ),
  medicines: optional(
    {
      medicine: concept,
      dosing: either(fc.constant(null), structured, fc.record({ asWritten: words })),
      since: date,
      informant: one('patient', 'relative', 'carer', 'pharmacy', 'records'),
      indication: words,
      note: words,
    },
    'medicine',
    'dosing',
  ),
  immunisations: either(
    optional(
      {
        vaccine: concept,
        given: fc.constant('given'),
        where: one('here', 'elsewhere'),
        on: date,
        lot: words,
        site: words,
        route: words,
        note: words,
      },
      'vaccine',
      'given',
      'where',
    ),
    fc.record({ vaccine: concept, given: fc.constant('not-done'), where: one('here'), reason: words }),
  ),
  'family-history': optional(
    {
      relationship: concept,
      conditions: fc.array(optional({ condition: concept, onsetAge: years }, 'condition'), { maxLength: 3 }),
      life: one('living', 'deceased'),
      age: years,
      note: words,
    },
    'relationship',
    'conditions',
  ),
  procedures: optional({ procedure: concept, on: date, where: words, note: words }, 'procedure'),
  'social-history': either(
    optional(
      {
        what: fc.constant('smoking'),
        smoking: one('daily', 'some-days', 'former', 'never', 'current', 'unknown'),
        at: date,
        note: words,
      },
      'what',
      'smoking',
      'at',
    ),
    fc.record({ what: fc.constant('pack-years'), value: decimal, at: date }),
    fc.record({ what: one('alcohol', 'occupation', 'living'), text: words, at: date }),
  ),
  measures: either(
    fc.record({
      what: fc.constant('weight'),
      value: decimal,
      unit: one('kg', 'lb'),
      method: one('measured', 'stated', 'estimated'),
      at: date,
    }),
    fc.record({
      what: fc.constant('height'),
      value: decimal.map((value) => `1${two(Number(value.split('.')[0]))}`),
      unit: one('cm'),
      method: one('measured', 'stated'),
      at: date,
    }),
    optional(
      {
        what: fc.constant('pregnancy'),
        status: one('pregnant', 'not-pregnant', 'possible', 'unknown'),
        dueDate: date,
        at: date,
      },
      'what',
      'status',
      'at',
    ),
  ),
  flags: optional({ kind: one('isolation', 'falls', 'other'), text: words, reason: words }, 'kind', 'text'),
  'code-status': either(
    fc.record({ status: one('full', 'no-cpr', 'comfort'), reason: words, discussedWith: words }),
    fc.record({ status: one('limited', 'no-cpr'), limits: words, reason: words, discussedWith: words }),
  ),
};

const bare = (list: ListName): Resource => ({ resourceType: lists[list].resourceType, id: 'x' });

describe.each(listNames)('%s', (list) => {
  const kind = lists[list];

  test('what is said is what is read back, digit for digit', () => {
    fc.assert(
      fc.property(entries[list], (entry) => {
        const resource = stored(kind.write(entry, bare(list), writing));
        expect(kind.read(resource)).toEqual(entry);
        expect(isEntry(list, resource)).toBe(true);
        expect(kind.standing(resource)).toBe('holds');
        expect(kind.line(entry).title).not.toBe('');
      }),
      { numRuns: 150 },
    );
  });

  test('writing the same again over it changes nothing, and another entry over it is that entry', () => {
    fc.assert(
      fc.property(entries[list], entries[list], (entry, other) => {
        const first = stored(kind.write(entry, bare(list), writing));
        expect({ ...stored(kind.write(entry, first, writing)), status: first['status'] }).toEqual(first);
        const sameKind = (entry as { what?: string }).what === (other as { what?: string }).what;
        if (sameKind) expect(kind.read(stored(kind.write(other, first, writing)))).toEqual(other);
      }),
      { numRuns: 100 },
    );
  });

  test('what ended does not hold, what was a mistake never did', () => {
    fc.assert(
      fc.property(entries[list], someWords, (entry, [reason]) => {
        const resource = kind.write(entry, bare(list), writing);
        expect(kind.standing(stored(kind.mistake(resource)))).toBe('error');
        for (const outcome of kind.ending?.outcomes ?? []) {
          const ended = stored(kind.ending!.write(resource, { outcome, reason }, writing));
          expect(kind.standing(ended)).toBe('ended');
          expect(kind.read(ended)).not.toBeNull();
        }
      }),
      { numRuns: 40 },
    );
  });

  test('"there is none" is a statement, not an entry', () => {
    if (kind.none === null) return;
    const said = { id: 'n', ...kind.none.write(writing) } as Resource;
    expect(kind.none.is(said)).toBe(true);
    expect(isEntry(list, said)).toBe(false);
    expect(kind.standing(said)).toBe('holds');
    if (kind.none.over) expect(kind.standing(kind.none.over(said))).not.toBe('holds');
  });
});

const sampleFolder = process.env.COCHART_SAMPLE_DATA;

describe('what other systems write', () => {
  test.skipIf(!sampleFolder)(
    'keeps its own codings and details when an entry of it is written back unchanged (needs COCHART_SAMPLE_DATA)',
    () => {
      const folders = ['fhir/us-core', 'fhir/synthea']
        .map((name) => join(sampleFolder!, name))
        .filter(existsSync);
      const found = folders.flatMap((folder) =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.json'))
          .slice(0, folder.endsWith('us-core') ? undefined : 4)
          .flatMap((name) => resourcesIn(parseJson(readFileSync(join(folder, name), 'utf8')))),
      );
      let read = 0;
      for (const resource of found) {
        const list = listNames.find((name) => isEntry(name, resource));
        if (list === undefined || resource.resourceType === 'Flag') continue;
        const kind = lists[list];
        const entry = kind.read(resource);
        if (entry === null || kind.standing(resource) !== 'holds') continue;
        read++;
        const back = kind.write(entry, resource, writing);
        for (const [element, value] of Object.entries(resource)) {
          if (element === 'status' || element === 'dateAsserted') continue;
          expect(back[element], `${resource.resourceType}.${element}`).toEqual(value);
        }
      }
      expect(read).toBeGreaterThan(50);
    },
  );
});

function resourcesIn(value: unknown): Resource[] {
  const resource = value as Resource & { entry?: { resource?: Resource }[] };
  if (resource.resourceType !== 'Bundle') return [resource];
  return (resource.entry ?? []).flatMap(({ resource: each }) => (each ? [each] : []));
}
