/** States of a plan's parts, as the plan keeps them. */
export const problemStatuses = ['active', 'on-hold', 'resolved'] as const;
export const goalStatuses = ['not-met', 'in-progress', 'met', 'cancelled'] as const;
export const interventionStatuses = ['planned', 'in-progress', 'done', 'cancelled'] as const;

export type ProblemStatus = (typeof problemStatuses)[number];
export type GoalStatus = (typeof goalStatuses)[number];
export type InterventionStatus = (typeof interventionStatuses)[number];

/** A known state; what cannot be read counts as the first, which claims least. */
export const stateOf = <T extends string>(known: readonly [T, ...T[]], value: unknown): T =>
  known.find((state) => state === value) ?? known[0];

/** The next press of a goal's ring. */
export const nextGoalStatus = (status: GoalStatus): GoalStatus =>
  status === 'not-met' ? 'in-progress' : status === 'in-progress' ? 'met' : 'not-met';
