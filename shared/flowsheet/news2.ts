/**
 * The National Early Warning Score, NEWS2. Table, bands and monitoring frequencies: Royal College of Physicians,
 * "National Early Warning Score (NEWS) 2", London 2017. Screens that show the score credit the College.
 */

/** Alert, (new) Confusion, responds to Voice, responds to Pain, Unresponsive. */
export const consciousnessLevels = ['A', 'C', 'V', 'P', 'U'] as const;
export type Consciousness = (typeof consciousnessLevels)[number];

export const news2Parameters = [
  'respiratoryRate',
  'spo2',
  'supplementalOxygen',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
] as const;
export type News2Parameter = (typeof news2Parameters)[number];

/** One set of observations. Absent and null both mean: not measured. */
export interface News2Set {
  /** Breaths per minute. */
  respiratoryRate?: number | null;
  /** Percent. */
  spo2?: number | null;
  /**
   * Scale 2 is for documented hypercapnic respiratory failure with a target of 88 to 92 %, and only a clinician
   * decides on it; everybody else is on scale 1.
   */
  scale?: 1 | 2;
  supplementalOxygen?: boolean | null;
  /** mmHg. */
  systolic?: number | null;
  /** Beats per minute. */
  pulse?: number | null;
  consciousness?: Consciousness | null;
  /** Degrees Celsius. */
  temperature?: number | null;
}

export type News2Band = 'low' | 'low-medium' | 'medium' | 'high' | 'incomplete';
export type ParameterScore = 0 | 1 | 2 | 3;

export interface News2Result {
  /** Points of each parameter; null where it was not measured. */
  parameters: Record<News2Parameter, ParameterScore | null>;
  /** The aggregate, or null: a set with a gap has no score, because a partial sum reads like a low one. */
  score: number | null;
  band: News2Band;
  missing: News2Parameter[];
}

/** Upper edge of a band (inclusive) and its points; the last band has no upper edge. */
type Bands = readonly (readonly [upTo: number, points: ParameterScore])[];

const respiratoryRateBands: Bands = [
  [8, 3],
  [11, 1],
  [20, 0],
  [24, 2],
  [Infinity, 3],
];
const spo2Scale1Bands: Bands = [
  [91, 3],
  [93, 2],
  [95, 1],
  [Infinity, 0],
];
const spo2Scale2OnAirBands: Bands = [
  [83, 3],
  [85, 2],
  [87, 1],
  [Infinity, 0],
];
const spo2Scale2OnOxygenBands: Bands = [
  [83, 3],
  [85, 2],
  [87, 1],
  [92, 0],
  [94, 1],
  [96, 2],
  [Infinity, 3],
];
const systolicBands: Bands = [
  [90, 3],
  [100, 2],
  [110, 1],
  [219, 0],
  [Infinity, 3],
];
const pulseBands: Bands = [
  [40, 3],
  [50, 1],
  [90, 0],
  [110, 1],
  [130, 2],
  [Infinity, 3],
];
const temperatureBands: Bands = [
  [35, 3],
  [36, 1],
  [38, 0],
  [39, 1],
  [Infinity, 2],
];

/**
 * Outside of these a number is a slip of the keypad or of the unit (98.6 is a temperature in Fahrenheit), never a
 * measurement: it counts as not measured rather than as an emergency or, worse, as normal.
 */
const plausible = {
  respiratoryRate: [0, 120],
  spo2: [1, 100],
  systolic: [1, 350],
  pulse: [0, 350],
  temperature: [20, 46],
} as const satisfies Partial<Record<News2Parameter, readonly [number, number]>>;

/** The chart knows whole numbers, and tenths of a degree; a finer value is rounded as a hand would write it down. */
function measured(parameter: keyof typeof plausible, value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null;
  const [low, high] = plausible[parameter];
  if (value < low || value > high) return null;
  return parameter === 'temperature' ? Math.round(value * 10) / 10 : Math.round(value);
}

function pointsIn(bands: Bands, value: number | null): ParameterScore | null {
  if (value === null) return null;
  return bands.find(([upTo]) => value <= upTo)?.[1] ?? null;
}

/** On scale 2 a saturation of 93 or more is good on air and harmful on oxygen: without knowing which, no points. */
function spo2Points(set: News2Set): ParameterScore | null {
  const value = measured('spo2', set.spo2);
  if (set.scale !== 2) return pointsIn(spo2Scale1Bands, value);
  if (set.supplementalOxygen === true) return pointsIn(spo2Scale2OnOxygenBands, value);
  if (set.supplementalOxygen === false) return pointsIn(spo2Scale2OnAirBands, value);
  return value !== null && value <= 92 ? pointsIn(spo2Scale2OnAirBands, value) : null;
}

const oxygenPoints = (set: News2Set): ParameterScore | null => {
  if (set.supplementalOxygen === true) return 2;
  return set.supplementalOxygen === false ? 0 : null;
};

const consciousnessPoints = (set: News2Set): ParameterScore | null => {
  if (set.consciousness === null || set.consciousness === undefined) return null;
  return set.consciousness === 'A' ? 0 : 3;
};

function bandOf(score: number, parameters: readonly ParameterScore[]): News2Band {
  if (score >= 7) return 'high';
  if (score >= 5) return 'medium';
  return parameters.includes(3) ? 'low-medium' : 'low';
}

/** Scores one set. A set with a gap is `incomplete`, whatever the rest adds up to. */
export function news2(set: News2Set): News2Result {
  const parameters: News2Result['parameters'] = {
    respiratoryRate: pointsIn(respiratoryRateBands, measured('respiratoryRate', set.respiratoryRate)),
    spo2: spo2Points(set),
    supplementalOxygen: oxygenPoints(set),
    systolic: pointsIn(systolicBands, measured('systolic', set.systolic)),
    pulse: pointsIn(pulseBands, measured('pulse', set.pulse)),
    consciousness: consciousnessPoints(set),
    temperature: pointsIn(temperatureBands, measured('temperature', set.temperature)),
  };
  const points = Object.values(parameters).filter((value) => value !== null);
  const missing = news2Parameters.filter((parameter) => parameters[parameter] === null);
  if (missing.length > 0) return { parameters, score: null, band: 'incomplete', missing };
  const score = points.reduce<number>((sum, value) => sum + value, 0);
  return { parameters, score, band: bandOf(score, points), missing };
}
