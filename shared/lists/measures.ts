import { z } from 'zod';
import {
  codeIn,
  conceptText,
  instantOf,
  listAt,
  textAt,
  valueAt,
  type Resource,
} from '../patients/fhirValue.ts';
import type { Banner } from '../patients/schema.ts';
import { formatQuantity } from '../units/dose.ts';
import { formatRounded } from '../units/number.ts';
import { listKind, type Writing } from './kind.ts';
import {
  loincOf,
  observationMistake,
  observationStanding,
  observedAt,
  readAnswer,
  writeAnswer,
  writeObservation,
  type Answer,
} from './observed.ts';
import {
  dateWords,
  decimal,
  listSystems,
  moment,
  note,
  oneOf,
  overlay,
  partialDate,
  present,
  readDate,
  readDecimal,
  readNote,
} from './parts.ts';

const weightUnits = ['kg', 'g', 'lb'] as const;
const heightUnits = ['cm', 'm', 'in'] as const;
const methods = ['measured', 'stated', 'estimated'] as const;
const pregnancies = ['pregnant', 'not-pregnant', 'possible', 'unknown'] as const;

/** Kilograms and centimetres in one of each unit; pound and inch are exact by definition (1959). */
const perUnit = { kg: 1, g: 0.001, lb: 0.45359237, cm: 1, m: 100, in: 2.54 } as const;
const ucum = { kg: 'kg', g: 'g', lb: '[lb_av]', cm: 'cm', m: 'm', in: '[in_i]' } as const;
type Unit = keyof typeof perUnit;

const inBaseUnit = ({ value, unit }: { value: string; unit: Unit }): number => Number(value) * perUnit[unit];

/** What no person has ever weighed or measured is refused; what few do is asked about. */
const limits = {
  weight: { possible: [0.2, 700], likely: [2, 250], mostChange: 0.15 },
  height: { possible: [15, 280], likely: [40, 215], mostChange: 0.05 },
} as const;

const possible = (what: 'weight' | 'height') => (said: { value: string; unit: Unit }) => {
  const [low, high] = limits[what].possible;
  const value = inBaseUnit(said);
  return value >= low && value <= high;
};
const impossible = { path: ['value'], message: 'Nobody measures that. Look at the number and the unit.' };
const measured = { value: decimal, method: z.enum(methods), at: moment.optional(), note: note.optional() };

const entry = z.discriminatedUnion('what', [
  z
    .strictObject({ what: z.literal('weight'), unit: z.enum(weightUnits), ...measured })
    .refine(possible('weight'), impossible),
  z
    .strictObject({ what: z.literal('height'), unit: z.enum(heightUnits), ...measured })
    .refine(possible('height'), impossible),
  z.strictObject({
    what: z.literal('pregnancy'),
    status: z.enum(pregnancies),
    dueDate: partialDate.optional(),
    at: moment.optional(),
    note: note.optional(),
  }),
]);
type Entry = z.infer<typeof entry>;
type Measured = Extract<Entry, { value: string }>;

export const measureCodes = { weight: '29463-7', height: '8302-2', pregnancy: '82810-3' } as const;
const displays = { weight: 'Body weight', height: 'Body height', pregnancy: 'Pregnancy status' } as const;
const dueDateCode = '11778-8';

const pregnancyAnswers: readonly Answer<(typeof pregnancies)[number]>[] = [
  ['pregnant', listSystems.snomed, '77386006', 'Pregnant'],
  ['not-pregnant', listSystems.snomed, '60001007', 'Not pregnant'],
  ['possible', listSystems.snomed, '146799005', 'Possible pregnancy'],
  ['unknown', 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', 'UNK', 'Unknown'],
];

const whatOf = (observation: Resource): Entry['what'] | null =>
  (['weight', 'height', 'pregnancy'] as const).find((what) => measureCodes[what] === loincOf(observation)) ??
  null;

const readUnit = (quantity: unknown): string | null => {
  const said = textAt(quantity, 'code') ?? textAt(quantity, 'unit');
  return (Object.keys(ucum) as Unit[]).find((unit) => ucum[unit] === said || unit === said) ?? null;
};

const dueDateOf = (observation: Resource): string | null =>
  readDate(
    valueAt(
      listAt(observation, 'component').find(
        (each) => codeIn(valueAt(each, 'code'), listSystems.loinc) === dueDateCode,
      ),
      'valueDateTime',
    ),
  );

function readEntry(observation: Resource): Entry | null {
  const what = whatOf(observation);
  const shared = present({ at: observedAt(observation), note: readNote(observation) });
  const quantity = valueAt(observation, 'valueQuantity');
  const read = entry.safeParse(
    what === 'pregnancy'
      ? {
          what,
          status: readAnswer(pregnancyAnswers, valueAt(observation, 'valueCodeableConcept')),
          ...present({ dueDate: dueDateOf(observation) }),
          ...shared,
        }
      : {
          what,
          value: readDecimal(valueAt(quantity, 'value')),
          unit: readUnit(quantity),
          method: oneOf(methods, conceptText(valueAt(observation, 'method'))) ?? 'measured',
          ...shared,
        },
  );
  return read.success ? read.data : null;
}

function elementsOf(said: Entry, before: Resource, { decimal: digits }: Writing): Record<string, unknown> {
  if (said.what === 'pregnancy') {
    const { status, dueDate } = said;
    return {
      valueCodeableConcept: writeAnswer(pregnancyAnswers, status),
      component:
        dueDate === undefined
          ? undefined
          : [
              {
                code: {
                  coding: [
                    { system: listSystems.loinc, code: dueDateCode, display: 'Delivery date Estimated' },
                  ],
                },
                valueDateTime: dueDate,
              },
            ],
    };
  }
  const { value, unit, method } = said;
  const quantity = before['valueQuantity'];
  const unchanged = readDecimal(valueAt(quantity, 'value')) === value && readUnit(quantity) === unit;
  return {
    valueQuantity: unchanged
      ? quantity
      : { value: digits(value.replace(/^0+(?=\d)/, '')), unit, system: listSystems.ucum, code: ucum[unit] },
    method: conceptText(before['method']) === method ? before['method'] : { text: method },
  };
}

/** `71.4 kg (157.4 lb)`: what was said first, the other way of saying it after it. */
function measuredWords(said: Measured): string {
  const base = inBaseUnit(said);
  const other =
    said.what === 'weight'
      ? said.unit === 'kg'
        ? formatQuantity(formatRounded(base / perUnit.lb, 1), 'lb')
        : formatQuantity(formatRounded(base, base < 10 ? 3 : 1), 'kg')
      : said.unit === 'cm'
        ? formatQuantity(formatRounded(base / perUnit.in, 1), 'in')
        : formatQuantity(formatRounded(base, 1), 'cm');
  return `${formatQuantity(said.value, said.unit)} (${other})`;
}

const titles = { weight: 'Weight', height: 'Height', pregnancy: 'Pregnancy' } as const;

export const measures = listKind<Entry>({
  resourceType: 'Observation',
  codes: Object.values(measureCodes),
  listCode: null,
  holds: 'newest',
  entry,
  belongs: (observation) => whatOf(observation) !== null,
  title: (observation) => conceptText(valueAt(observation, 'code')),
  read: readEntry,
  write: (said, before, writing) => {
    const { what, at, note: words } = said;
    const category = what === 'pregnancy' ? 'social-history' : 'vital-signs';
    return writeObservation(
      before['valueQuantity'] !== undefined || before['valueCodeableConcept'] !== undefined
        ? before
        : overlay(before, { code: undefined }),
      {
        code: measureCodes[what],
        display: displays[what],
        category,
        at,
        elements: elementsOf(said, before, writing),
        note: words,
      },
      writing,
    );
  },
  standing: observationStanding,
  line: (said) => ({
    title: titles[said.what],
    detail:
      said.what === 'pregnancy'
        ? [
            pregnancyAnswers.find(([key]) => key === said.status)![3],
            said.dueDate && `due ${dateWords(said.dueDate)}`,
          ]
            .filter(Boolean)
            .join(', ')
        : [measuredWords(said), said.method === 'measured' ? null : said.method].filter(Boolean).join(', '),
  }),
  about: ({ what }) => [what],
  past: ({ at }) => [at],
  odd: (said, earlier) => {
    if (said.what === 'pregnancy') return [];
    const { likely, mostChange } = limits[said.what];
    const value = inBaseUnit(said);
    const last = earlier.find((each): each is Measured => each.what === said.what);
    const before = last && inBaseUnit(last);
    return [
      ...(value < likely[0] || value > likely[1] ? [`${said.what}-unusual`] : []),
      ...(before !== undefined && Math.abs(value - before) / before > mostChange
        ? [`${said.what}-changed`]
        : []),
    ];
  },
  ending: null,
  mistake: observationMistake,
  none: null,
});

/** The newest statement about a pregnancy for the banner; null where it does not say that there is or may be one. */
export function interpretPregnancy(observations: readonly Resource[]): Banner['pregnancy'] {
  const whenOf = (observation: Resource): string => instantOf(observedAt(observation)) ?? '';
  const newest = observations
    .filter((each) => whatOf(each) === 'pregnancy' && observationStanding(each) === 'holds')
    .toSorted((one, other) => (whenOf(one) < whenOf(other) ? 1 : -1))[0];
  const said = newest && readEntry(newest);
  if (said?.what !== 'pregnancy' || (said.status !== 'pregnant' && said.status !== 'possible')) return null;
  return {
    status: said.status,
    since: said.at ?? null,
    by: textAt(listAt(newest, 'performer')[0], 'display'),
    dueDate: said.dueDate ?? null,
  };
}

/** A weight for the banner, in kilograms; null for what does not hold or is no weight. */
export function interpretWeight(observation: Resource): Banner['weight'] {
  if (observationStanding(observation) !== 'holds') return null;
  const said = readEntry(observation);
  if (said?.what !== 'weight') return null;
  return {
    kg: inBaseUnit(said),
    at: said.at ?? null,
    method: said.method === 'measured' ? null : said.method,
  };
}
