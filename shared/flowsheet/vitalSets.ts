import type { ObservationValue } from '../patients/schema.ts';
import { news2, type News2Set } from './news2.ts';
import { news2NextDueAt, type ScoredSet } from './news2Due.ts';
import { consciousnessOf, vitalCodes, vitalOf } from './vitalCodes.ts';

/** What reading a set needs of an observation. */
export type VitalObservation = Pick<
  ObservationValue,
  'code' | 'value' | 'unit' | 'text' | 'components' | 'at' | 'status'
>;

/** Measurements taken together, by their time. */
export interface VitalSet {
  at: string;
  observations: VitalObservation[];
}

/** Values that were withdrawn, or never came to be. */
const notCounted = new Set(['entered-in-error', 'cancelled', 'unknown']);

const news2Vitals = new Set([
  'respiratoryRate',
  'spo2',
  'oxygenFlow',
  'oxygenConcentration',
  'bloodPressure',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
]);

/**
 * Vital signs grouped by the instant they were taken, oldest first. A time at which nothing of NEWS2 was measured
 * (a weight alone) is no set.
 */
export function vitalSets(observations: readonly VitalObservation[]): VitalSet[] {
  const byInstant = new Map<number, VitalSet>();
  for (const observation of observations) {
    const vital = vitalOf(observation.code);
    if (observation.at === null || notCounted.has(observation.status)) continue;
    if (vital === undefined || !news2Vitals.has(vital)) continue;
    const instant = Date.parse(observation.at);
    if (Number.isNaN(instant)) continue;
    const set = byInstant.get(instant) ?? { at: new Date(instant).toISOString(), observations: [] };
    set.observations.push(observation);
    byInstant.set(instant, set);
  }
  return [...byInstant.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Spellings of the units in which NEWS2 is read; a number in any other unit is not used. */
const unitSpellings: Record<string, readonly string[]> = {
  respiratoryRate: ['/min', '{breaths}/min', 'breaths/minute', 'breaths/min'],
  pulse: ['/min', '{beats}/min', '{Beats}/min', 'beats/minute', 'beats/min', 'bpm'],
  spo2: ['%'],
  oxygenFlow: ['L/min', 'l/min'],
  oxygenConcentration: ['%'],
  systolic: ['mm[Hg]', 'mmHg'],
  temperature: ['Cel', '°C', 'C', 'degC'],
};

const fahrenheit = new Set(['[degF]', '°F', 'degF', 'F']);

interface Measured {
  value: number | null;
  unit: string | null;
}

function numberOf(vital: string, from: Measured | undefined): number | null {
  if (from?.value === null || from?.value === undefined || from.unit === null) return null;
  if (vital === 'temperature' && fahrenheit.has(from.unit)) return ((from.value - 32) * 5) / 9;
  return unitSpellings[vital]?.includes(from.unit) ? from.value : null;
}

/** The NEWS2 input that a set holds. Oxygen is a flow above 0, or a concentration above room air. */
export function news2SetOf(observations: readonly VitalObservation[], scale: 1 | 2 = 1): News2Set {
  const find = (vital: string): VitalObservation | undefined =>
    observations.find((observation) => vitalOf(observation.code) === vital);
  const systolic =
    find('bloodPressure')?.components.find((component) => component.code === vitalCodes.systolic) ??
    find('systolic');
  const flow = numberOf('oxygenFlow', find('oxygenFlow'));
  const concentration = numberOf('oxygenConcentration', find('oxygenConcentration'));
  const level = find('consciousness')?.text;
  return {
    respiratoryRate: numberOf('respiratoryRate', find('respiratoryRate')),
    spo2: numberOf('spo2', find('spo2')),
    scale,
    supplementalOxygen: onOxygen(flow, concentration),
    systolic: numberOf('systolic', systolic),
    pulse: numberOf('pulse', find('pulse')),
    consciousness: (level && consciousnessOf(level)) || null,
    temperature: numberOf('temperature', find('temperature')),
  };
}

function onOxygen(flow: number | null, concentration: number | null): boolean | null {
  if (flow !== null && flow > 0) return true;
  if (concentration !== null) return concentration > 21;
  return flow === null ? null : false;
}

/** What a bed card shows: the latest set's score, the one before it, and when the next set is due. */
export interface News2Latest {
  score: number | null;
  band: ReturnType<typeof news2>['band'];
  /** The last score before this set; null when there was none. */
  previous: number | null;
  at: string;
  /** Null: continuous monitoring. */
  nextDueAt: string | null;
}

/** @returns null when no set was ever taken. */
export function news2Latest(observations: readonly VitalObservation[], scale: 1 | 2 = 1): News2Latest | null {
  const scored: ScoredSet[] = vitalSets(observations).map((set) => ({
    result: news2(news2SetOf(set.observations, scale)),
    at: new Date(set.at),
  }));
  const latest = scored.at(-1);
  if (!latest) return null;
  const previousComplete = scored.slice(0, -1).findLast((set) => set.result.score !== null);
  return {
    score: latest.result.score,
    band: latest.result.band,
    previous: previousComplete?.result.score ?? null,
    at: latest.at.toISOString(),
    nextDueAt: news2NextDueAt(latest, { previousComplete })?.toISOString() ?? null,
  };
}
