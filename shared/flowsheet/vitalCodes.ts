import type { Consciousness } from './news2.ts';

export const loinc = 'http://loinc.org';

/** What the bedside set is made of: LOINC codes, as the FHIR vital-signs profiles use them. */
export const vitalCodes = {
  respiratoryRate: '9279-1',
  /** Pulse oximetry; 2708-6 (arterial blood) is sent beside it and read as the same. */
  spo2: '59408-5',
  oxygenSaturation: '2708-6',
  oxygenFlow: '3151-8',
  oxygenConcentration: '3150-0',
  bloodPressure: '85354-9',
  systolic: '8480-6',
  diastolic: '8462-4',
  pulse: '8867-4',
  consciousness: '80288-4',
  temperature: '8310-5',
  weight: '29463-7',
} as const;

export type VitalCode = keyof typeof vitalCodes;

interface VitalInfo {
  name: string;
  /** UCUM unit in which it is charted; null for a level in words. */
  unit: string | null;
}

export const vitalInfo: Record<VitalCode, VitalInfo> = {
  respiratoryRate: { name: 'Resp rate', unit: '/min' },
  spo2: { name: 'SpO₂', unit: '%' },
  oxygenSaturation: { name: 'SpO₂', unit: '%' },
  oxygenFlow: { name: 'Oxygen', unit: 'L/min' },
  oxygenConcentration: { name: 'Inspired oxygen', unit: '%' },
  bloodPressure: { name: 'Blood pressure', unit: 'mm[Hg]' },
  systolic: { name: 'Systolic', unit: 'mm[Hg]' },
  diastolic: { name: 'Diastolic', unit: 'mm[Hg]' },
  pulse: { name: 'Heart rate', unit: '/min' },
  consciousness: { name: 'Consciousness', unit: null },
  temperature: { name: 'Temperature', unit: 'Cel' },
  weight: { name: 'Weight', unit: 'kg' },
};

/** Codes that other systems send for the same thing. */
const alsoSent: Record<string, VitalCode> = {
  '55284-4': 'bloodPressure',
  '8331-1': 'temperature',
  '2708-6': 'spo2',
};

const byCode = new Map<string, VitalCode>([
  ...Object.entries(vitalCodes).map(([vital, code]): [string, VitalCode] => [code, vital as VitalCode]),
  ...Object.entries(alsoSent),
]);

/** Which vital sign a LOINC code is, if it is one. */
export const vitalOf = (code: string): VitalCode | undefined => byCode.get(code);

/** Coding of the level of consciousness; LOINC's own answer list has no "new confusion". */
export const acvpuSystem = 'https://cochart.dev/fhir/acvpu';

/** Words, not letters: a lone C or P is misread. */
export const consciousnessWords: Record<Consciousness, string> = {
  A: 'Alert',
  C: 'New confusion',
  V: 'Responds to voice',
  P: 'Responds to pain',
  U: 'Unresponsive',
};

/** The level that a charted word or letter means; undefined when it is none of them. */
export function consciousnessOf(text: string): Consciousness | undefined {
  const wanted = text.trim().toLowerCase();
  const entries = Object.entries(consciousnessWords) as [Consciousness, string][];
  return entries.find(
    ([level, words]) => wanted === level.toLowerCase() || wanted === words.toLowerCase(),
  )?.[0];
}
