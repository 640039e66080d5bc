import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { appRoot } from '../../../../server/db/appRoot.ts';
import { makeDefinitions } from '../../../../server/fhir/validate/makeDefinitions.ts';
import { validate } from '../../../../server/fhir/validate/validate.ts';
import { sampleData } from '../../../support/samples.ts';

const errors = (resource: object, profiles?: string[]): string[] =>
  validate(resource, profiles)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, expression }) => `${code} ${expression}`);

const allergy = {
  resourceType: 'AllergyIntolerance',
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
  },
  code: { text: 'Penicillin' },
  patient: { reference: 'Patient/p' },
};

const dose = (value: unknown) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'Dose' },
  valueQuantity: { value },
});

describe('a resource is refused', () => {
  it.each<[string, object, string]>([
    ['without what R4 requires', { ...allergy, patient: undefined }, 'structure AllergyIntolerance.patient'],
    ['with what R4 does not know', { ...allergy, colour: 'red' }, 'structure AllergyIntolerance.colour'],
    [
      'with one value where R4 has a list',
      { ...allergy, note: { text: 'x' } },
      'structure AllergyIntolerance.note',
    ],
    [
      'with a list where R4 has one value',
      { ...allergy, patient: [allergy.patient] },
      'structure AllergyIntolerance.patient',
    ],
    [
      'with a word for a date',
      { ...allergy, recordedDate: 'yesterday' },
      'structure AllergyIntolerance.recordedDate',
    ],
    ['with a text for a number', dose('1.5'), 'structure Observation.value[x].value'],
    [
      'with a code outside a required value set',
      { ...allergy, criticality: 'terrible' },
      'code-invalid AllergyIntolerance.criticality',
    ],
    [
      'with a concept outside a required value set',
      { ...allergy, clinicalStatus: { coding: [{ system: 'https://elsewhere.example', code: 'active' }] } },
      'code-invalid AllergyIntolerance.clinicalStatus',
    ],
    [
      'that points to another type than R4 allows',
      { ...allergy, patient: { reference: 'Medication/m' } },
      'structure AllergyIntolerance.patient',
    ],
    [
      'that breaks an invariant of R4',
      { ...allergy, clinicalStatus: undefined, verificationStatus: undefined },
      'invariant AllergyIntolerance',
    ],
    [
      'that contains no resource',
      { ...allergy, contained: [{ resourceType: 'Ward' }] },
      'structure AllergyIntolerance.contained[0]',
    ],
    [
      'in what it contains, too',
      { ...allergy, contained: [{ resourceType: 'Patient', gender: 'x' }] },
      'code-invalid Patient.gender',
    ],
    ['that says two of which R4 has one', { ...dose(1), valueString: '1' }, 'structure valueString'],
    ['that is of no type', { resourceType: 'Ward' }, 'structure Resource'],
  ])('%s', (_what, resource, expected) => {
    expect(errors(JSON.parse(JSON.stringify(resource)) as object)).toContain(expected);
  });
});

describe('a resource is accepted', () => {
  it.each<[string, object]>([
    ['as it should be', allergy],
    [
      'with a second coding from a local system beside the required one',
      {
        ...allergy,
        clinicalStatus: {
          coding: [...allergy.clinicalStatus.coding, { system: 'https://local.example', code: 'A' }],
        },
      },
    ],
    [
      'with a reference by address',
      { ...allergy, patient: { reference: 'https://elsewhere.example/fhir/Patient/1' } },
    ],
    [
      'with a reference to an entry',
      { ...allergy, patient: { reference: 'urn:uuid:c0de0000-0000-4000-8000-000000000001' } },
    ],
    ['with a number', dose(1.5)],
    ['with extensions of primitives', { ...allergy, _recordedDate: { id: 'x' }, recordedDate: '2026-03' }],
  ])('%s', (_what, resource) => {
    expect(errors(resource)).toEqual([]);
  });
});

describe('a profile', () => {
  const patient = { resourceType: 'Patient', name: [{ family: 'Okafor' }] };
  const usCore = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient';

  it('that is claimed and held is asked for too', () => {
    expect(errors({ ...patient, meta: { profile: [usCore] } })).toEqual([
      'structure Patient.identifier',
      'structure Patient.gender',
    ]);
  });

  it('of another version than the one held is noted, and judges nothing', () => {
    const claims = validate({ ...patient, meta: { profile: [`${usCore}|9.0.0`] } });
    expect(claims.map(({ severity, code }) => `${severity} ${code}`)).toEqual(['information not-supported']);
  });

  it('that is asked for and not held is no yes', () => {
    expect(errors(patient, ['https://elsewhere.example/profile'])).toEqual([
      'not-supported Resource.meta.profile',
    ]);
  });

  it('of another type is a no', () => {
    expect(errors(allergy, [usCore])).toContain('structure AllergyIntolerance');
  });
});

it('the definitions are those that the library carries', async () => {
  const shipped = await readFile(join(appRoot(), 'server/fhir/validate/r4.json.br'));
  expect(brotliDecompressSync(shipped).toString() === makeDefinitions()).toBe(true);
});

describe.runIf(sampleData !== null)('the sample data', () => {
  it('of US Core: all examples are R4, but for one whose narrative the IG publisher would have filled in', async () => {
    const folder = join(sampleData!, 'fhir/us-core');
    const refused: Record<string, string[]> = {};
    for (const name of await readdir(folder)) {
      const found = errors(JSON.parse(await readFile(join(folder, name), 'utf8')) as object);
      if (found.length > 0) refused[name] = found;
    }
    expect(refused).toEqual({ 'diagnosticreport-cbc.json': ['structure DiagnosticReport.text.div'] });
  });

  it('of Synthea: every resource is R4, and of the profiles it claims', async () => {
    const folder = join(sampleData!, 'fhir/synthea');
    const names = (await readdir(folder)).toSorted().filter((_name, index) => index % 5 === 0);
    for (const name of names) {
      const { entry } = JSON.parse(await readFile(join(folder, name), 'utf8')) as {
        entry: { resource: object }[];
      };
      expect(entry.flatMap(({ resource }) => errors(resource))).toEqual([]);
    }
  });
});
