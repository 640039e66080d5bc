import {
  acvpuSystem,
  consciousnessWords,
  loinc,
  vitalCodes,
  vitalInfo,
  type VitalCode,
} from '../../shared/flowsheet/vitalCodes.ts';
import type { Consciousness } from '../../shared/flowsheet/news2.ts';
import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { staff } from './accounts.ts';
import type { Chart, Fact } from './story.ts';

/** One set: hours ago, breaths, saturation, litres of oxygen, blood pressure, pulse, level, temperature; null: not taken. */
export type VitalRow = [
  hoursAgo: number,
  respiratoryRate: number | null,
  spo2: number | null,
  oxygen: number | null,
  pressure: `${number}/${number}` | null,
  pulse: number | null,
  level: Consciousness | null,
  temperature: number | null,
];

const ucum = 'http://unitsofmeasure.org';

/** Units as people read them, beside their UCUM code. */
const unitNames: Record<string, string> = { 'mm[Hg]': 'mmHg', Cel: '°C' };

const quantity = (value: number, unit: string): object => ({
  value,
  unit: unitNames[unit] ?? unit,
  system: ucum,
  code: unit,
});

const category = [
  { coding: [{ system: systems.observationCategory, code: 'vital-signs', display: 'Vital Signs' }] },
];

/** The vital-signs profile codes a pulse oximetry as an oxygen saturation too. */
const alsoCoded: Partial<Record<VitalCode, string>> = { spo2: vitalCodes.oxygenSaturation };

const codeOf = (vital: VitalCode): object => ({
  coding: [vitalCodes[vital], ...(alsoCoded[vital] === undefined ? [] : [alsoCoded[vital]])].map((code) => ({
    system: loinc,
    code,
  })),
  text: vitalInfo[vital].name,
});

function observed(on: Chart, hoursAgo: number, vital: VitalCode, content: object): Resource {
  return on.make('Observation', 'subject', {
    status: 'final',
    category,
    code: codeOf(vital),
    effectiveDateTime: on.at(hoursAgo),
    performer: [staff(on.story.site === 'A' ? 'nurse' : 'nurse-b')],
    ...content,
  });
}

function measured(on: Chart, hoursAgo: number, vital: VitalCode, value: number | null): Resource[] {
  const { unit } = vitalInfo[vital];
  if (value === null || unit === null) return [];
  return [observed(on, hoursAgo, vital, { valueQuantity: quantity(value, unit) })];
}

function pressureOf(on: Chart, hoursAgo: number, pressure: VitalRow[4]): Resource[] {
  if (pressure === null) return [];
  const [systolic, diastolic] = pressure.split('/').map(Number) as [number, number];
  const component = (vital: 'systolic' | 'diastolic', value: number): object => ({
    code: codeOf(vital),
    valueQuantity: quantity(value, 'mm[Hg]'),
  });
  return [
    observed(on, hoursAgo, 'bloodPressure', {
      component: [component('systolic', systolic), component('diastolic', diastolic)],
    }),
  ];
}

function levelOf(on: Chart, hoursAgo: number, level: Consciousness | null): Resource[] {
  if (level === null) return [];
  const text = consciousnessWords[level];
  return [
    observed(on, hoursAgo, 'consciousness', {
      valueCodeableConcept: { coding: [{ system: acvpuSystem, code: level, display: text }], text },
    }),
  ];
}

/** Sets over a stay, in any order. */
export const vitals =
  (...rows: VitalRow[]): Fact =>
  (on) =>
    rows.flatMap(([hoursAgo, respiratoryRate, spo2, oxygen, pressure, pulse, level, temperature]) => [
      ...measured(on, hoursAgo, 'respiratoryRate', respiratoryRate),
      ...measured(on, hoursAgo, 'spo2', spo2),
      ...measured(on, hoursAgo, 'oxygenFlow', oxygen),
      ...pressureOf(on, hoursAgo, pressure),
      ...measured(on, hoursAgo, 'pulse', pulse),
      ...levelOf(on, hoursAgo, level),
      ...measured(on, hoursAgo, 'temperature', temperature),
    ]);

/** Weights: hours ago, kilograms. */
export const weights =
  (...rows: [hoursAgo: number, kilograms: number][]): Fact =>
  (on) =>
    rows.flatMap(([hoursAgo, kilograms]) => measured(on, hoursAgo, 'weight', kilograms));
