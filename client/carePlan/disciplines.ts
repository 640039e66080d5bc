import { roleTitles, type Role } from '../../shared/access/capabilities.ts';

/** Who carries out an intervention: a role, so that the plan does not hang on who is on shift. */
export const disciplines: readonly Role[] = [
  'nurse',
  'physiotherapist',
  'pharmacist',
  'socialworker',
  'resident',
  'attending',
];

export const disciplineOf = (value: string): Role | null =>
  disciplines.find((role) => role === value) ?? null;

export const disciplineChoices = disciplines.map((role) => ({ value: role, label: roleTitles[role] }));
