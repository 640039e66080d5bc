import { describe, expect, it } from 'vitest';
import { interpretAllergies } from '../../../shared/patients/allergies.ts';
import { interpretDocuments, interpretImmunizations } from '../../../shared/patients/documents.ts';
import { instantOf, referencedId, type Resource } from '../../../shared/patients/fhirValue.ts';
import { interpretFlags } from '../../../shared/patients/flags.ts';
import { interpretMedicines } from '../../../shared/patients/medicines.ts';
import { interpretPatient, listName } from '../../../shared/patients/patient.ts';
import { interpretProblems } from '../../../shared/patients/problems.ts';

const concept = (code: string, display: string, system = 'http://snomed.info/sct') => ({
  coding: [{ system, code, display }],
});
const made = (resourceType: string, id: string, rest: object): Resource => ({ resourceType, id, ...rest });

describe('allergies', () => {
  const allergy = (id: string, rest: object = {}): Resource =>
    made('AllergyIntolerance', id, { code: concept(id, `Allergy to ${id}`), ...rest });
  const status = (code: string) => ({ clinicalStatus: { coding: [{ code }] } });

  it('nobody has recorded anything: unknown, never "none"', () => {
    expect(interpretAllergies([])).toEqual({ state: 'unknown' });
  });

  it('somebody recorded that there is none: none, with who and when', () => {
    const none = allergy('716186003', { recordedDate: '2026-01-02', recorder: { display: 'R. Nurse' } });
    expect(interpretAllergies([none])).toEqual({ state: 'none', at: '2026-01-02', by: 'R. Nurse' });
  });

  it('no known drug allergy says nothing about food: it is shown, it is not "none"', () => {
    expect(interpretAllergies([allergy('409137002')])).toMatchObject({
      state: 'listed',
      items: [{ id: '409137002' }],
    });
  });

  it('an allergy outweighs a record that there is none', () => {
    expect(interpretAllergies([allergy('716186003'), allergy('latex')])).toMatchObject({
      state: 'listed',
      items: [{ id: 'latex' }],
    });
  });

  it('come worst first, and one of unknown severity before a mild one', () => {
    const reaction = (severity: string) => ({ reaction: [{ severity, manifestation: [{ text: 'Rash' }] }] });
    const listed = interpretAllergies([
      allergy('mild', reaction('mild')),
      allergy('unknown'),
      allergy('severe', reaction('severe')),
      allergy('high', { criticality: 'high' }),
      allergy('moderate', reaction('moderate')),
    ]);
    expect(listed.state === 'listed' && listed.items.map(({ id }) => id)).toEqual([
      'high',
      'severe',
      'moderate',
      'unknown',
      'mild',
    ]);
  });

  it('that are resolved, refuted or entered in error do not count', () => {
    const refuted = allergy('a', { verificationStatus: { coding: [{ code: 'refuted' }] } });
    expect(
      interpretAllergies([refuted, allergy('b', status('resolved')), allergy('c', status('inactive'))]),
    ).toEqual({
      state: 'unknown',
    });
  });
});

describe('problems', () => {
  const problem = (id: string, code: string, status: string, onsetDateTime: string): Resource =>
    made('Condition', id, {
      code: concept(code, code),
      clinicalStatus: { coding: [{ code: status }] },
      onsetDateTime,
    });

  it('active ones come first, newest first, and each once', () => {
    const listed = interpretProblems([
      problem('1', 'asthma', 'resolved', '2020-01-01'),
      problem('2', 'copd', 'active', '2010-01-01'),
      problem('3', 'asthma', 'active', '1999-05-05T10:00:00+02:00'),
      problem('4', 'gout', 'recurrence', '2015'),
      problem('5', 'flu', 'resolved', '2021-01-01'),
    ]);
    expect(listed.state === 'listed' && listed.items.map(({ id }) => id)).toEqual(['4', '2', '3', '5']);
  });

  it('none and unknown are told apart', () => {
    expect(interpretProblems([])).toEqual({ state: 'unknown' });
    expect(
      interpretProblems([made('Condition', '1', { code: concept('160245001', 'No current problems') })]),
    ).toEqual({
      state: 'none',
      at: null,
      by: null,
    });
  });
});

describe('medicines', () => {
  const request = (id: string, rest: object = {}): Resource =>
    made('MedicationRequest', id, {
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: concept('860975', 'Metformin 500 MG Oral Tablet'),
      authoredOn: `2026-01-0${id}`,
      ...rest,
    });
  const ids = (resources: Resource[], medications = new Map<string, Resource>()): string[] => {
    const medicines = interpretMedicines(resources, medications);
    return medicines.state === 'listed' ? medicines.items.map(({ id }) => id) : [medicines.state];
  };
  const dosed = (text: string) => ({ dosageInstruction: [{ text }] });

  it('the same medicine at the same dose is one line, the newest; at another dose it is another', () => {
    expect(
      ids([request('1', dosed('500 mg BID')), request('2', dosed('500 mg BID')), request('3', dosed('1 g'))]),
    ).toEqual(['3', '2']);
  });

  it('what has stopped, was only proposed or is not to be given is not taken', () => {
    expect(
      ids([
        request('1', { status: 'stopped' }),
        request('2', { intent: 'proposal' }),
        request('3', { doNotPerform: true }),
      ]),
    ).toEqual([]);
  });

  it('nobody has recorded anything: unknown; somebody recorded that there are none: none', () => {
    expect(ids([])).toEqual(['unknown']);
    expect(
      ids([
        made('MedicationStatement', '1', {
          status: 'active',
          medicationCodeableConcept: concept('787481004', 'No known medications'),
        }),
      ]),
    ).toEqual(['none']);
  });

  it('are named by the Medication they point to, on record or contained', () => {
    const pointing = (reference: string, rest: object = {}): Resource =>
      request('1', { medicationCodeableConcept: undefined, medicationReference: { reference }, ...rest });
    const aspirin = made('Medication', 'm', { code: concept('1191', 'Aspirin') });
    const name = (resource: Resource, medications: Resource[]): unknown => {
      const medicines = interpretMedicines([resource], new Map(medications.map((each) => [each.id, each])));
      return medicines.state === 'listed' && medicines.items[0]!.name;
    };
    expect(name(pointing('Medication/m'), [aspirin])).toBe('Aspirin');
    expect(name(pointing('#m', { contained: [aspirin] }), [])).toBe('Aspirin');
    expect(name(pointing('Medication/lost'), [])).toBe('Medicine not named');
  });

  it('a dose without words is put together from its parts', () => {
    const medicines = interpretMedicines(
      [
        request('1', {
          dosageInstruction: [
            {
              route: concept('26643006', 'Oral'),
              doseAndRate: [{ doseQuantity: { value: 500, unit: 'mg' } }],
              timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' } },
              asNeededBoolean: true,
            },
          ],
        }),
      ],
      new Map(),
    );
    expect(medicines).toMatchObject({ items: [{ dose: '500 mg · Oral · 2 × a day · as needed' }] });
  });
});

describe('flags', () => {
  const flag = (code: string, text: string, start: string, status = 'active'): Resource =>
    made('Flag', text, {
      status,
      category: [{ coding: [{ system: 'https://cochart.dev/fhir/flag-category', code }] }],
      code: { text },
      period: { start },
    });

  it('the newest code status that holds counts; isolation, falls and others are worded', () => {
    expect(
      interpretFlags([
        flag('code-status', 'Full code', '2026-01-01'),
        flag('code-status', 'Do not attempt resuscitation', '2026-02-01'),
        flag('code-status', 'Withdrawn', '2026-03-01', 'inactive'),
        flag('isolation', 'Contact isolation', '2026-01-01'),
        made('Flag', 'x', { status: 'active', code: { text: 'Interpreter needed' } }),
      ]),
    ).toEqual({
      codeStatus: { text: 'Do not attempt resuscitation', at: '2026-02-01' },
      flags: [
        { kind: 'isolation', text: 'Contact isolation' },
        { kind: 'other', text: 'Interpreter needed' },
      ],
    });
  });
});

describe('a patient', () => {
  it('is shown by the official name, and called by the nickname', () => {
    const fields = interpretPatient(
      made('Patient', 'p', {
        name: [
          { use: 'nickname', given: ['Addie'] },
          { use: 'maiden', family: 'Eze' },
          { use: 'official', family: 'Okafor', given: ['Adaeze', 'Ngozi'], prefix: ['Dr'] },
        ],
        gender: 'female',
        birthDate: '1957-02-14',
        identifier: [
          { system: 'urn:x', value: 'other' },
          { type: concept('MR', 'MRN', 'http://terminology.hl7.org/CodeSystem/v2-0203'), value: 'MRN-1' },
          { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9434765919' },
        ],
      }),
    );
    expect(fields).toMatchObject({
      family: 'Okafor',
      given: 'Adaeze Ngozi',
      prefix: 'Dr',
      preferredName: 'Addie',
      birthDate: '1957-02-14',
      sex: 'female',
      mrn: 'MRN-1',
      nationalNumber: '9434765919',
      deceasedAt: null,
    });
    expect(fields.searchText).toContain(' eze');
    expect(listName(fields.family, fields.given)).toBe('OKAFOR, Adaeze Ngozi');
  });

  it('of whom little is known still has a line', () => {
    const fields = interpretPatient(
      made('Patient', 'p', { name: 'nobody', gender: 5, deceasedBoolean: true }),
    );
    expect(fields).toMatchObject({
      family: '',
      given: '',
      sex: 'unknown',
      birthDate: null,
      mrn: null,
      deceasedAt: 'unknown',
    });
    expect(listName(fields.family, fields.given)).toBe('Name not recorded');
  });
});

it('documents and immunizations come newest first, without what was entered in error or not given', () => {
  expect(
    interpretDocuments([
      made('DocumentReference', '1', { status: 'current', type: { text: 'Letter' }, date: '2020-01-01' }),
      made('DiagnosticReport', '2', {
        status: 'final',
        code: { text: 'CBC' },
        effectiveDateTime: '2021-01-01',
      }),
      made('DocumentReference', '3', { status: 'entered-in-error' }),
    ]).map(({ id, type, title }) => [id, type, title]),
  ).toEqual([
    ['2', 'DiagnosticReport', 'CBC'],
    ['1', 'DocumentReference', 'Letter'],
  ]);
  expect(
    interpretImmunizations([
      made('Immunization', '1', {
        status: 'completed',
        vaccineCode: { text: 'Td' },
        occurrenceDateTime: '2019-07-09',
      }),
      made('Immunization', '2', { status: 'not-done', vaccineCode: { text: 'MMR' } }),
    ]),
  ).toEqual([{ id: '1', name: 'Td', at: '2019-07-09' }]);
});

it.each([
  ['2026', '2026-01-01T00:00:00.000Z'],
  ['2026-03', '2026-03-01T00:00:00.000Z'],
  ['2026-03-02', '2026-03-02T00:00:00.000Z'],
  ['2026-03-02T08:00:00+02:00', '2026-03-02T06:00:00.000Z'],
  ['2026-03-02T08:00:00', '2026-03-02T08:00:00.000Z'],
  ['2026-13-02', null],
  ['yesterday', null],
  [null, null],
])('a FHIR time %j orders as %j', (text, instant) => {
  expect(instantOf(text)).toBe(instant);
});

it.each([
  ['Patient/p1', 'p1'],
  ['https://a.example/fhir/Patient/p1', 'p1'],
  ['Patient/p1/_history/3', 'p1'],
  ['Practitioner/p1', null],
  ['urn:uuid:p1', null],
  [7, null],
])('a reference %j names the patient %j', (reference, id) => {
  expect(referencedId({ reference }, 'Patient')).toBe(id);
});
