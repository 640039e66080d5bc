import { systems } from '../../shared/patients/codes.ts';
import { formatDose, formatStrength } from '../../shared/units/dose.ts';
import { timingInWords } from '../../shared/units/timing.ts';
import { codeSystems, starterItem } from '../terminology/starter.ts';
import { staff } from './accounts.ts';
import type { Fact } from './story.ts';

const hl7 = 'http://terminology.hl7.org/CodeSystem';
const coded = (system: string, code: string): object => ({ coding: [{ system: `${hl7}/${system}`, code }] });

/** A problem of the starter catalogue; onset in hours ago, or a date as far as it is known (`2019`). */
export const problem =
  (name: string, onset: number | string, status: 'active' | 'resolved' = 'active'): Fact =>
  (on) => {
    const { system, code, display } = starterItem('problem', name);
    return [
      on.make('Condition', 'subject', {
        clinicalStatus: coded('condition-clinical', status),
        verificationStatus: coded('condition-ver-status', 'confirmed'),
        category: [coded('condition-category', 'problem-list-item')],
        code: { coding: [{ system, code }], text: display },
        onsetDateTime: typeof onset === 'string' ? onset : on.dateAt(onset),
      }),
    ];
  };

interface Reaction {
  severity: 'severe' | 'moderate' | 'mild';
  criticality?: 'high' | 'low';
}

/** An allergy or intolerance to a medicine of the starter catalogue, or to something else by its name. */
export const allergy =
  (
    substance: string,
    manifestation: string,
    { severity, criticality }: Reaction,
    recorded = '2019-05',
  ): Fact =>
  (on) => [
    on.make('AllergyIntolerance', 'patient', {
      clinicalStatus: coded('allergyintolerance-clinical', 'active'),
      verificationStatus: coded('allergyintolerance-verification', 'confirmed'),
      code: { text: substance },
      ...(criticality === undefined ? {} : { criticality }),
      recordedDate: recorded,
      reaction: [{ manifestation: [{ text: manifestation }], severity }],
    }),
  ];

/** Somebody asked, and there is none. Without this, and without an allergy, the chart says "not recorded". */
export const noKnownAllergies =
  (hoursAgo: number): Fact =>
  (on) => [
    on.make('AllergyIntolerance', 'patient', {
      clinicalStatus: coded('allergyintolerance-clinical', 'active'),
      verificationStatus: coded('allergyintolerance-verification', 'confirmed'),
      code: {
        coding: [{ system: systems.snomed, code: '716186003', display: 'No known allergy' }],
        text: 'No known allergies',
      },
      recordedDate: on.at(hoursAgo),
      recorder: staff(on.story.site === 'A' ? 'resident' : 'specialist'),
    }),
  ];

/** A medicine of the starter catalogue: its form, a dose, a route, when. */
export type MedicineRow = [
  name: string,
  form: string,
  dose: `${number} ${string}`,
  route: string,
  timing: string,
];

function medicineContent(
  [name, form, dose, route, timing]: MedicineRow,
  more: string | undefined,
): {
  medicationCodeableConcept: object;
  dosage: object;
} {
  const { system, code, display } = starterItem('medication', name);
  const at = dose.indexOf(' ');
  const [value, unit] = [dose.slice(0, at), dose.slice(at + 1)];
  const words = [`${formatDose({ value, unit })} ${route}`, timingInWords(timing), more];
  return {
    medicationCodeableConcept: {
      coding: [{ system, code, display }],
      text: `${display} ${formatStrength(form)}`,
    },
    dosage: {
      text: words.filter((part) => part !== undefined).join(', '),
      timing: {
        code: {
          coding: [{ system: `${hl7}/v3-GTSAbbreviation`, code: timing }],
          text: timingInWords(timing),
        },
      },
      ...(more === 'if needed' ? { asNeededBoolean: true } : {}),
      route: { text: route },
      doseAndRate: [{ doseQuantity: { value: Number(value), unit } }],
    },
  };
}

/** What the patient took at home, since a date as far as it is known. */
export const takesAtHome =
  (since: string, ...row: MedicineRow): Fact =>
  (on) => {
    const { medicationCodeableConcept, dosage } = medicineContent(row, undefined);
    return [
      on.make('MedicationStatement', 'subject', {
        status: 'active',
        medicationCodeableConcept,
        effectivePeriod: { start: since },
        informationSource: staff(on.story.site === 'A' ? 'pharmacist' : 'nurse-b'),
        dosage: [dosage],
      }),
    ];
  };

interface Prescribed {
  status?: 'active' | 'on-hold' | 'stopped' | 'completed';
  because?: string;
  ifNeeded?: boolean;
}

/** A prescription of this stay. */
export const prescribed =
  (
    hoursAgo: number,
    row: MedicineRow,
    { status = 'active', because, ifNeeded = false }: Prescribed = {},
  ): Fact =>
  (on) => {
    const more = ifNeeded
      ? 'if needed'
      : status === 'on-hold' && because !== undefined
        ? `held: ${because}`
        : undefined;
    const { medicationCodeableConcept, dosage } = medicineContent(row, more);
    return [
      on.make('MedicationRequest', 'subject', {
        status,
        intent: 'order',
        medicationCodeableConcept,
        authoredOn: on.at(hoursAgo),
        requester: staff(on.story.site === 'A' ? 'resident' : 'specialist'),
        ...(because === undefined
          ? {}
          : status === 'active'
            ? { reasonCode: [{ text: because }] }
            : { statusReason: { text: because } }),
        dosageInstruction: [dosage],
      }),
    ];
  };

/** Code status, isolation or falls risk, in the words of the banner. */
export const flag =
  (category: 'code-status' | 'isolation' | 'falls', words: string, hoursAgo: number): Fact =>
  (on) => [
    on.make('Flag', 'subject', {
      status: 'active',
      category: [{ coding: [{ system: systems.flagCategory, code: category }] }],
      code: { text: words },
      period: { start: on.at(hoursAgo) },
      author: staff(on.story.site === 'A' ? 'attending' : 'specialist'),
    }),
  ];

/** CVX codes (CDC, public domain). */
const vaccines = {
  Influenza: '88',
  'Pneumococcal, 23-valent': '33',
  'COVID-19': '213',
  'Zoster, recombinant': '187',
  'Tetanus and diphtheria': '113',
} as const;

export const immunised =
  (vaccine: keyof typeof vaccines, hoursAgo: number): Fact =>
  (on) => [
    on.make('Immunization', 'patient', {
      status: 'completed',
      vaccineCode: { coding: [{ system: codeSystems.cvx, code: vaccines[vaccine] }], text: vaccine },
      occurrenceDateTime: on.dateAt(hoursAgo),
    }),
  ];

/** LOINC document types. */
const documentTypes = {
  'Emergency department note': '34111-5',
  'Referral letter': '57133-1',
  'Discharge summary': '18842-5',
} as const;

export const document =
  (type: keyof typeof documentTypes, hoursAgo: number, text: string): Fact =>
  (on) => [
    on.make('DocumentReference', 'subject', {
      status: 'current',
      docStatus: 'final',
      type: { coding: [{ system: systems.loinc, code: documentTypes[type] }], text: type },
      date: on.at(hoursAgo),
      content: [
        {
          attachment: {
            contentType: 'text/plain; charset=utf-8',
            title: type,
            data: Buffer.from(text, 'utf8').toString('base64'),
          },
        },
      ],
    }),
  ];

/** A contact that is over: an emergency visit, an earlier stay. */
export const earlierEncounter =
  (kind: 'EMER' | 'IMP' | 'AMB', fromHoursAgo: number, toHoursAgo: number, reason: string): Fact =>
  (on) => [
    on.make('Encounter', 'subject', {
      status: 'finished',
      class: { system: systems.actCode, code: kind },
      period: { start: on.at(fromHoursAgo), end: on.at(toHoursAgo) },
      reasonCode: [{ text: reason }],
    }),
  ];
