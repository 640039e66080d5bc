/** States of a care plan's parts, as its document keeps them; the first of each claims least. */
export const problemStatuses = ['active', 'on-hold', 'resolved'] as const;
export type ProblemStatus = (typeof problemStatuses)[number];

export const goalStatuses = ['not-met', 'in-progress', 'met', 'cancelled'] as const;
export type GoalStatus = (typeof goalStatuses)[number];

export const interventionStatuses = ['planned', 'in-progress', 'done', 'cancelled'] as const;
export type InterventionStatus = (typeof interventionStatuses)[number];
