import { z } from 'zod';
import { hasCode, listAt, textAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import { codedKind } from './kind.ts';
import {
  concept,
  kept,
  listSystems,
  note,
  overlay,
  present,
  readConcept,
  readNote,
  writeConcept,
  writeNote,
} from './parts.ts';
import { sameThing } from './sameThing.ts';

const years = z.int().min(0).max(130);
const lives = ['living', 'deceased'] as const;

const entry = z.strictObject({
  relationship: concept,
  conditions: z.array(z.strictObject({ condition: concept, onsetAge: years.optional() })).max(50),
  life: z.enum(lives).optional(),
  /** Now, or at death. */
  age: years.optional(),
  note: note.optional(),
});
type Entry = z.infer<typeof entry>;

const readAge = (value: unknown): number | null => {
  const [age, unit] = [valueAt(value, 'value'), textAt(value, 'code') ?? textAt(value, 'unit')];
  return typeof age === 'number' && ['a', 'yr', 'year', 'years'].includes(unit ?? '') ? age : null;
};

const writeAge = (value: number): object => ({ value, unit: 'years', system: listSystems.ucum, code: 'a' });

const readConditions = (value: unknown): Entry['conditions'] =>
  (Array.isArray(value) ? value : []).flatMap((each: unknown) => {
    const condition = readConcept(valueAt(each, 'code'));
    return condition === null
      ? []
      : [{ condition, ...present({ onsetAge: readAge(valueAt(each, 'onsetAge')) }) }];
  });

const readLife = (history: Resource): Entry['life'] | null => {
  if (valueAt(history, 'deceasedBoolean') === false) return 'living';
  const deceased = ['deceasedBoolean', 'deceasedAge', 'deceasedRange', 'deceasedDate', 'deceasedString'];
  return deceased.some((element) => valueAt(history, element) !== undefined) ? 'deceased' : null;
};

const readAgeThen = (history: Resource): number | null =>
  readAge(valueAt(history, 'deceasedAge')) ?? readAge(valueAt(history, 'ageAge'));

function writeLife(before: Resource, { life, age }: Entry): Record<string, unknown> {
  if (readLife(before) === (life ?? null) && readAgeThen(before) === (age ?? null)) return {};
  return {
    ageRange: undefined,
    ageString: undefined,
    deceasedRange: undefined,
    deceasedDate: undefined,
    deceasedString: undefined,
    ageAge: life !== 'deceased' && age !== undefined ? writeAge(age) : undefined,
    deceasedAge: life === 'deceased' && age !== undefined ? writeAge(age) : undefined,
    deceasedBoolean:
      life === undefined || (life === 'deceased' && age !== undefined) ? undefined : life === 'deceased',
  };
}

const noneCode = 'no-known-family-history';

export const familyHistory = codedKind<Entry>({
  resourceType: 'FamilyMemberHistory',
  listCode: '10157-6',
  entry,
  names: { element: 'relationship', field: 'relationship' },
  fields: (history) => ({
    conditions: readConditions(valueAt(history, 'condition')),
    ...present({ life: readLife(history), age: readAgeThen(history), note: readNote(history) }),
  }),
  write: (said, before, { patientId, at, who }) =>
    overlay(before, {
      status: before['status'] === 'partial' ? 'partial' : 'completed',
      patient: before['patient'] ?? { reference: `Patient/${patientId}` },
      date: before['date'] ?? at,
      relationship: kept(before['relationship'], readConcept, said.relationship, writeConcept),
      ...writeLife(before, said),
      condition: kept(before['condition'], readConditions, said.conditions, (conditions) =>
        conditions.length === 0
          ? undefined
          : conditions.map(({ condition, onsetAge }) => ({
              code: writeConcept(condition),
              ...(onsetAge !== undefined && { onsetAge: writeAge(onsetAge) }),
            })),
      ),
      note: writeNote(before, said.note, { at, who }),
    }),
  standing: ({ status }) => (status === 'entered-in-error' ? 'error' : 'holds'),
  line: ({ relationship, conditions, life, age }) => {
    const ill = conditions.map(({ condition, onsetAge }) =>
      onsetAge === undefined ? condition.text : `${condition.text} at ${onsetAge}`,
    );
    const lived =
      life === 'deceased' ? (age === undefined ? 'died' : `died at ${age}`) : age && `aged ${age}`;
    return {
      title: relationship.text,
      detail: [ill.join(', ') || 'no illness named', lived].filter(Boolean).join('; '),
    };
  },
  about: ({ relationship, conditions }) =>
    conditions.flatMap(({ condition }) =>
      sameThing(condition).map((key) => `${relationship.text.toLowerCase()}|${key}`),
    ),
  ending: null,
  mistake: (history) => overlay(history, { status: 'entered-in-error' }),
  none: {
    is: (history) =>
      listAt(history, 'condition').some((each) => hasCode(valueAt(each, 'code'), new Set([noneCode]))),
    over: null,
    write: ({ patientId, at }) => ({
      resourceType: 'FamilyMemberHistory',
      status: 'completed',
      patient: { reference: `Patient/${patientId}` },
      date: at,
      relationship: {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
            code: 'FAMMEMB',
            display: 'family member',
          },
        ],
        text: 'Family',
      },
      condition: [
        {
          code: {
            coding: [{ system: listSystems.local, code: noneCode, display: 'No known family history' }],
            text: 'No known family history',
          },
        },
      ],
    }),
  },
});
