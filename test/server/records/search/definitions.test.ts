import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generate } from '../../../../server/records/search/makeParameters.ts';
import { indexedPaths, searchParameters } from '../../../../server/records/search/definitions.ts';
import { described } from '../../../../server/records/search/parameters.ts';
import { numbersOf } from '../../../../server/records/search/rows.ts';

it('the table of parameters is what the script makes of the definitions', { timeout: 60_000 }, () => {
  const table = new URL('../../../../server/records/search/parameters.ts', import.meta.url);
  expect(readFileSync(table, 'utf8')).toBe(generate());
});

it('no two paths share a number', () => {
  const owners = new Map<number, string>();
  for (const type of Object.keys(described)) {
    for (const number of new Set(numbersOf(type))) {
      expect(owners.get(number), `${type} and ${owners.get(number)}`).toBeUndefined();
      owners.set(number, type);
    }
    const paths = indexedPaths(type).map(({ p, kind }) => `${p} ${kind}`);
    expect([type, new Set(paths).size]).toEqual([type, paths.length]);
  }
});

/** US Core 7.0.0, the searches that a server must offer, by type. */
const usCore: Record<string, string> = {
  AllergyIntolerance: 'patient clinical-status',
  CarePlan: 'patient category date status',
  CareTeam: 'patient status role',
  Condition:
    'patient category clinical-status code onset-date recorded-date abatement-date encounter asserted-date',
  Coverage: 'patient',
  Device: 'patient type status',
  DiagnosticReport: 'patient category code date status',
  DocumentReference: 'patient category date type status period',
  Encounter: 'patient class date identifier location status type discharge-disposition',
  Goal: 'patient lifecycle-status target-date description',
  Immunization: 'patient date status',
  MedicationDispense: 'patient status type',
  MedicationRequest: 'patient status intent authoredon encounter',
  Observation: 'patient category code date status',
  Patient: 'identifier name family given birthdate gender death-date race ethnicity gender-identity',
  Procedure: 'patient date code status',
  Provenance: 'target',
  ServiceRequest: 'patient category code authored status',
  Specimen: 'patient',
};

it.each(Object.entries(usCore))('%s can be looked for by all that US Core asks', (type, codes) => {
  expect(codes.split(' ').filter((code) => !searchParameters(type).has(code))).toEqual([]);
});
