import type { GoalStatus } from '../../shared/carePlan/statuses.ts';

/** A known state; what cannot be read counts as the first, which claims least. */
export const stateOf = <T extends string>(known: readonly [T, ...T[]], value: unknown): T =>
  known.find((state) => state === value) ?? known[0];

/** The next press of a goal's ring. */
export const nextGoalStatus = (status: GoalStatus): GoalStatus =>
  status === 'not-met' ? 'in-progress' : status === 'in-progress' ? 'met' : 'not-met';
