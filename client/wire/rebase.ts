type Field<Draft> = Extract<keyof Draft, string>;

/** Of what somebody entered on top of one version, after it was put on top of another. */
export interface Rebased<Draft> {
  draft: Draft;
  /** Fields that somebody else changed and this form did not: it says theirs now. */
  taken: Field<Draft>[];
  /** Fields that both changed, and not alike: it says what was entered here. */
  disputed: Field<Draft>[];
}

/** Whether two drafts say the same in these fields. */
export const areAlike = <Draft extends object>(
  one: Draft,
  other: Draft,
  fields: readonly Field<Draft>[],
): boolean => fields.every((field) => JSON.stringify(one[field]) === JSON.stringify(other[field]));

/**
 * What was entered on top of one version, put on top of another: what was not touched is as it is now.
 * @param groups all fields; those that mean something only together are taken together
 */
export function rebaseGroups<Draft extends object>(
  entered: Draft,
  before: Draft,
  now: Draft,
  groups: readonly (readonly Field<Draft>[])[],
): Rebased<Draft> {
  const result: Rebased<Draft> = { draft: { ...entered }, taken: [], disputed: [] };
  for (const group of groups) {
    const moved = group.filter((field) => !areAlike(now, before, [field]));
    if (moved.length === 0 || areAlike(entered, now, group)) continue;
    if (!areAlike(entered, before, group)) result.disputed.push(...moved);
    else {
      result.taken.push(...moved);
      for (const field of group) result.draft[field] = now[field];
    }
  }
  return result;
}
