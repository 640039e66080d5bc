import { areAlike, rebaseGroups } from '../wire/rebase.ts';
import type { Draft } from './form.ts';

/** Fields that mean something only together are taken together: half of one address and half of another is none. */
const together = {
  name: ['family', 'given', 'prefix'],
  preferredName: ['preferredName'],
  formerNames: ['formerNames'],
  birthDate: ['born', 'estimated'],
  gender: ['gender'],
  birthSex: ['birthSex'],
  genderIdentity: ['genderIdentity'],
  pronouns: ['pronouns'],
  nationalNumber: ['scheme', 'number'],
  telecom: ['telecom'],
  address: ['street', 'city', 'postalCode', 'state', 'country'],
  language: ['language'],
  interpreter: ['interpreter'],
  contacts: ['contacts'],
} as const satisfies Record<string, readonly (keyof Draft)[]>;

/** Named as the history of a registration names them. */
export type Part = keyof typeof together;
const parts = Object.keys(together) as Part[];

const groups = Object.values(together) as (readonly (keyof Draft)[])[];

export interface Rebased {
  draft: Draft;
  /** What somebody else changed and this form did not: it says theirs now. */
  taken: Part[];
  /** What both changed, and not alike: it says what was typed here. */
  disputed: Part[];
}

const partsWith = (fields: readonly (keyof Draft)[]): Part[] =>
  parts.filter((part) => together[part].some((field) => fields.includes(field)));

/** What somebody typed on top of one version, put on top of another: what they did not touch is as it is now. */
export function rebase(typed: Draft, before: Draft, now: Draft): Rebased {
  const { draft, taken, disputed } = rebaseGroups(typed, before, now, groups);
  return { draft, taken: partsWith(taken), disputed: partsWith(disputed) };
}

/** Whether the form says anything else than what it began with. */
export const isTouched = (typed: Draft, before: Draft): boolean =>
  groups.some((group) => !areAlike(typed, before, group));
