import { z } from 'zod';
import { conceptText, textAt, valueAt, type Resource } from '../patients/fhirValue.ts';
import { formatNumber } from '../units/number.ts';
import { listKind, type Writing } from './kind.ts';
import {
  loincOf,
  observationMistake,
  observationStanding,
  observedAt,
  readAnswer,
  readWords,
  writeAnswer,
  writeObservation,
  writeWords,
  type Answer,
} from './observed.ts';
import { decimal, listSystems, moment, note, present, readDecimal, readNote, shortText } from './parts.ts';

/** Answers of LOINC 72166-2, SNOMED CT codes as US Core has them. */
const smokingAnswers = [
  ['daily', listSystems.snomed, '449868002', 'Smokes every day'],
  ['some-days', listSystems.snomed, '428041000124106', 'Smokes some days'],
  ['former', listSystems.snomed, '8517006', 'Former smoker'],
  ['never', listSystems.snomed, '266919005', 'Never smoked'],
  ['current', listSystems.snomed, '77176002', 'Smoker, how much not known'],
  ['unknown', listSystems.snomed, '266927001', 'Not known if ever smoked'],
] as const satisfies readonly Answer<string>[];

const smokings = smokingAnswers.map(([key]) => key) as [Smoking, ...Smoking[]];
type Smoking = (typeof smokingAnswers)[number][0];

/** LOINC codes of what is asked about how somebody lives. */
export const socialCodes = {
  smoking: '72166-2',
  'pack-years': '8664-5',
  alcohol: '11331-6',
  occupation: '11341-5',
  living: '71802-3',
} as const;
const displays = {
  smoking: 'Tobacco smoking status',
  'pack-years': 'Cigarettes smoked total (pack per year) - Reported',
  alcohol: 'History of Alcohol use',
  occupation: 'History of Occupation',
  living: 'Housing status',
} as const;
type What = keyof typeof socialCodes;

const when = { at: moment.optional(), note: note.optional() };

const entry = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('smoking'), smoking: z.enum(smokings), ...when }),
  z
    .strictObject({ what: z.literal('pack-years'), value: decimal, ...when })
    .refine(({ value }) => Number(value) <= 300, {
      path: ['value'],
      message: 'More than 300 pack-years is not possible.',
    }),
  ...(['alcohol', 'occupation', 'living'] as const).map((what) =>
    z.strictObject({ what: z.literal(what), text: shortText, ...when }),
  ),
]);
type Entry = z.infer<typeof entry>;

const whatOf = (observation: Resource): What | null =>
  (Object.keys(socialCodes) as What[]).find((what) => socialCodes[what] === loincOf(observation)) ?? null;

const valueOf = (what: What | null, observation: Resource): Record<string, unknown> => {
  if (what === 'smoking')
    return { smoking: readAnswer<Smoking>(smokingAnswers, valueAt(observation, 'valueCodeableConcept')) };
  if (what === 'pack-years') return { value: readDecimal(valueAt(observation, 'valueQuantity', 'value')) };
  return { text: readWords(observation) };
};

function elementsOf(said: Entry, before: Resource, { decimal: digits }: Writing): Record<string, unknown> {
  if (said.what === 'smoking') {
    const concept = before['valueCodeableConcept'];
    return {
      valueCodeableConcept:
        readAnswer<Smoking>(smokingAnswers, concept) === said.smoking
          ? concept
          : writeAnswer<Smoking>(smokingAnswers, said.smoking),
    };
  }
  if (said.what === 'pack-years') {
    const quantity = before['valueQuantity'];
    return {
      valueQuantity:
        readDecimal(valueAt(quantity, 'value')) === said.value
          ? quantity
          : {
              value: digits(said.value.replace(/^0+(?=\d)/, '')),
              unit: 'pack-years',
              system: listSystems.ucum,
              code: '{PackYears}',
            },
    };
  }
  // A source that answers in a string goes on in words with codes.
  return {
    valueString: textAt(before, 'valueString') === said.text ? before['valueString'] : undefined,
    valueCodeableConcept:
      textAt(before, 'valueString') === said.text
        ? undefined
        : writeWords(before['valueCodeableConcept'], said.text),
  };
}

const titles: Record<What, string> = {
  smoking: 'Smoking',
  'pack-years': 'Pack-years',
  alcohol: 'Alcohol',
  occupation: 'Occupation',
  living: 'Lives',
};

const valueWords = (said: Entry): string => {
  if (said.what === 'smoking') return smokingAnswers.find(([key]) => key === said.smoking)![3];
  return said.what === 'pack-years' ? formatNumber(said.value) : said.text;
};

export const socialHistory = listKind<Entry>({
  resourceType: 'Observation',
  codes: Object.values(socialCodes),
  listCode: null,
  holds: 'newest',
  entry,
  belongs: (observation) => whatOf(observation) !== null,
  title: (observation) => conceptText(valueAt(observation, 'code')),
  read: (observation) => {
    const what = whatOf(observation);
    const read = entry.safeParse({
      what,
      ...valueOf(what, observation),
      ...present({ at: observedAt(observation), note: readNote(observation) }),
    });
    return read.success ? read.data : null;
  },
  write: (said, before, writing) => {
    const { what, at, note: words } = said;
    return writeObservation(
      before,
      {
        code: socialCodes[what],
        display: displays[what],
        category: 'social-history',
        at,
        elements: elementsOf(said, before, writing),
        note: words,
      },
      writing,
    );
  },
  standing: observationStanding,
  line: (said) => ({ title: titles[said.what], detail: valueWords(said) }),
  about: ({ what }) => [what],
  past: ({ at }) => [at],
  ending: null,
  mistake: observationMistake,
  none: null,
});
