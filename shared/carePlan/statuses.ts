/**
 * The statuses of a care plan's parts. Codes are FHIR's: Condition.clinicalStatus and CarePlan.status for a problem,
 * Goal.achievementStatus for a goal, CarePlan.activity.detail.status for an intervention.
 */
interface StatusInfo {
  words: string;
  /** How far along: the ring beside a goal is empty, half full or ticked. */
  ring: 'empty' | 'half' | 'done' | 'stopped';
}

export const problemStatuses = ['active', 'on-hold', 'resolved'] as const;
export type ProblemStatus = (typeof problemStatuses)[number];

export const problemStatusInfo: Record<ProblemStatus, StatusInfo> = {
  active: { words: 'Active', ring: 'empty' },
  'on-hold': { words: 'On hold', ring: 'stopped' },
  resolved: { words: 'Resolved', ring: 'done' },
};

export const goalStatuses = [
  'not-achieved',
  'in-progress',
  'improving',
  'worsening',
  'achieved',
  'not-attainable',
] as const;
export type GoalStatus = (typeof goalStatuses)[number];

export const goalStatusInfo: Record<GoalStatus, StatusInfo> = {
  'not-achieved': { words: 'Not met', ring: 'empty' },
  'in-progress': { words: 'In progress', ring: 'half' },
  improving: { words: 'Improving', ring: 'half' },
  worsening: { words: 'Worsening', ring: 'half' },
  achieved: { words: 'Met', ring: 'done' },
  'not-attainable': { words: 'Not attainable', ring: 'stopped' },
};

export const interventionStatuses = [
  'not-started',
  'in-progress',
  'on-hold',
  'completed',
  'cancelled',
] as const;
export type InterventionStatus = (typeof interventionStatuses)[number];

export const interventionStatusInfo: Record<InterventionStatus, StatusInfo> = {
  'not-started': { words: 'Not started', ring: 'empty' },
  'in-progress': { words: 'In progress', ring: 'half' },
  'on-hold': { words: 'On hold', ring: 'stopped' },
  completed: { words: 'Done', ring: 'done' },
  cancelled: { words: 'Cancelled', ring: 'stopped' },
};

const infos = { problem: problemStatusInfo, goal: goalStatusInfo, intervention: interventionStatusInfo };

/** What to show for a status as it stands in a document: an unknown one is shown as written, none as "Not set". */
export function statusInfo(part: keyof typeof infos, status: string | null | undefined): StatusInfo {
  const known: Record<string, StatusInfo> = infos[part];
  if (status === null || status === undefined || status === '') return { words: 'Not set', ring: 'empty' };
  return Object.hasOwn(known, status) ? known[status]! : { words: status, ring: 'empty' };
}

/** Who carries an intervention out. */
export const disciplines = [
  'medicine',
  'nursing',
  'pharmacy',
  'physiotherapy',
  'social-work',
  'dietetics',
] as const;
export type Discipline = (typeof disciplines)[number];

export const disciplineWords: Record<Discipline, string> = {
  medicine: 'Medicine',
  nursing: 'Nursing',
  pharmacy: 'Pharmacy',
  physiotherapy: 'Physiotherapy',
  'social-work': 'Social work',
  dietetics: 'Dietetics',
};
