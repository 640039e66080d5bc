import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { starterItem } from '../terminology/starter.ts';
import type { Chart, Fact } from './story.ts';

interface Limits {
  low?: number;
  high?: number;
  /** Beyond these a laboratory telephones. */
  criticalLow?: number;
  criticalHigh?: number;
}

/** Adult reference limits of the demo's laboratory, in the units of the starter catalogue. */
const limits: Record<string, Limits> = {
  'C-reactive protein': { high: 5 },
  Potassium: { low: 3.5, high: 5.1, criticalLow: 2.8, criticalHigh: 6 },
  Sodium: { low: 135, high: 145, criticalLow: 125, criticalHigh: 155 },
  Urea: { low: 2.5, high: 7.8 },
  Creatinine: { low: 45, high: 105 },
  eGFR: { low: 60 },
  Lactate: { low: 0.5, high: 2, criticalHigh: 4 },
  INR: { low: 0.9, high: 1.1, criticalHigh: 6 },
  Haemoglobin: { low: 120, high: 160, criticalLow: 70 },
  'White cell count': { low: 4, high: 11 },
  Neutrophils: { low: 2, high: 7.5 },
  Platelets: { low: 150, high: 400, criticalLow: 20 },
  Glucose: { low: 4, high: 7.8, criticalLow: 2.8, criticalHigh: 25 },
  Magnesium: { low: 0.7, high: 1, criticalLow: 0.4 },
  Albumin: { low: 35, high: 50 },
  'Alanine aminotransferase': { high: 40 },
  Bilirubin: { high: 21 },
  'NT-proBNP': { high: 300 },
  'Troponin I, high sensitivity': { high: 34 },
  'D-dimer': { high: 500 },
};

function flagOf(value: number, { low, high, criticalLow, criticalHigh }: Limits): string {
  if (criticalLow !== undefined && value <= criticalLow) return 'LL';
  if (criticalHigh !== undefined && value >= criticalHigh) return 'HH';
  if (low !== undefined && value < low) return 'L';
  return high !== undefined && value > high ? 'H' : 'N';
}

function labResource(on: Chart, name: string, hoursAgo: number, value: number): Resource {
  const { system, code, display, hints } = starterItem('laboratory', name);
  const bounds = limits[name];
  if (!bounds || hints.unit === undefined)
    throw new Error(`The demo's laboratory has no limits for ${name}.`);
  const quantity = (number: number): object => ({
    value: number,
    unit: hints.unit,
    system: 'http://unitsofmeasure.org',
    code: hints.unit,
  });
  return on.make('Observation', 'subject', {
    status: 'final',
    category: [
      { coding: [{ system: systems.observationCategory, code: 'laboratory', display: 'Laboratory' }] },
    ],
    code: { coding: [{ system, code }], text: display },
    effectiveDateTime: on.at(hoursAgo),
    issued: on.at(Math.max(hoursAgo - 0.75, 0)),
    valueQuantity: quantity(value),
    interpretation: [{ coding: [{ system: systems.interpretation, code: flagOf(value, bounds) }] }],
    referenceRange: [
      {
        ...(bounds.low === undefined ? {} : { low: quantity(bounds.low) }),
        ...(bounds.high === undefined ? {} : { high: quantity(bounds.high) }),
      },
    ],
  });
}

/** Results of one test: hours ago, value. */
export const lab =
  (name: string, ...rows: [hoursAgo: number, value: number][]): Fact =>
  (on) =>
    rows.map(([hoursAgo, value]) => labResource(on, name, hoursAgo, value));

/** One sample, several tests: results and the report that holds them together. */
export const panel =
  (name: string, hoursAgo: number, values: Record<string, number>): Fact =>
  (on) => {
    const results = Object.entries(values).map(([test, value]) => labResource(on, test, hoursAgo, value));
    const { system, code, display } = starterItem('laboratory', name);
    const report = on.make('DiagnosticReport', 'subject', {
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'LAB' }] }],
      code: { coding: [{ system, code }], text: display },
      effectiveDateTime: on.at(hoursAgo),
      issued: on.at(Math.max(hoursAgo - 0.75, 0)),
      result: results.map(({ id }) => ({ reference: `urn:uuid:${id}` })),
    });
    return [...results, report];
  };

/** An imaging report. */
export const imaging =
  (name: string, hoursAgo: number, status: 'preliminary' | 'final', conclusion: string): Fact =>
  (on) => {
    const { system, code, display } = starterItem('imaging', name);
    return [
      on.make('DiagnosticReport', 'subject', {
        status,
        category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: 'RAD' }] }],
        code: { coding: [{ system, code }], text: display },
        effectiveDateTime: on.at(hoursAgo),
        issued: on.at(Math.max(hoursAgo - 1, 0)),
        conclusion,
      }),
    ];
  };

/** What grew, or that nothing did. */
export const culture =
  (name: string, hoursAgo: number, status: 'preliminary' | 'final', text: string): Fact =>
  (on) => {
    const { system, code, display } = starterItem('laboratory', name);
    return [
      on.make('Observation', 'subject', {
        status,
        category: [
          { coding: [{ system: systems.observationCategory, code: 'laboratory', display: 'Laboratory' }] },
        ],
        code: { coding: [{ system, code }], text: display },
        effectiveDateTime: on.at(hoursAgo),
        valueString: text,
      }),
    ];
  };
