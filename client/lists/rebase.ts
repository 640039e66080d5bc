import type { ListName } from '../../shared/lists/names.ts';
import { areAlike, rebaseGroups, type Rebased } from '../wire/rebase.ts';
import { forms, type Draft } from './forms.ts';

/** Fields that mean something only together are taken together: a dose belongs to its medicine, a unit to its number. */
const together: Partial<Record<ListName, readonly (readonly string[])[]>> = {
  allergies: [['substance', 'reactions']],
  medicines: [['medicine', 'dosing']],
  immunisations: [['vaccine', 'given', 'where', 'on', 'reason', 'lot', 'site', 'route']],
  'family-history': [['relationship', 'conditions', 'life', 'age']],
  'social-history': [['what', 'smoking', 'value', 'text', 'at']],
  measures: [['what', 'value', 'unit', 'method', 'status', 'dueDate', 'at']],
  flags: [['kind', 'text']],
  'code-status': [['status', 'limits', 'discussedWith', 'reason']],
};

function groupsOf(list: ListName): (readonly string[])[] {
  const joined = together[list] ?? [];
  const alone = [...new Set(forms[list].map(({ name }) => name))].filter(
    (name) => !joined.some((group) => group.includes(name)),
  );
  return [...joined, ...alone.map((name) => [name])];
}

/** What was entered on top of one version, put on top of another: what was not touched is as it is now. */
export const rebase = (list: ListName, entered: Draft, before: Draft, now: Draft): Rebased<Draft> =>
  rebaseGroups(entered, before, now, groupsOf(list));

/** What was entered while this was being sent; all else begins anew. */
export function enteredSince(now: Draft, sent: Draft, anew: Draft): Draft {
  const fields = Object.keys(anew).map(
    (field) => [field, areAlike(now, sent, [field]) ? anew[field] : now[field]] as const,
  );
  return Object.fromEntries(fields);
}

export const isSameDraft = (one: Draft, other: Draft): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
