import { expect, test } from 'vitest';
import { endings, reviewed } from '../../../client/lists/endings.ts';
import { forms } from '../../../client/lists/forms.ts';
import { lists } from '../../../shared/lists/lists.ts';
import { listNames } from '../../../shared/lists/names.ts';

test.each(listNames)('%s: the form offers the endings and reviews that the service takes', (list) => {
  const { ending, listCode } = lists[list];
  expect(
    endings[list] && { outcomes: endings[list].outcomes, reasonNeeded: endings[list].reasonNeeded },
  ).toEqual(ending && { outcomes: ending.outcomes, reasonNeeded: ending.reasonNeeded });
  expect(reviewed.has(list)).toBe(listCode !== null);
  expect(forms[list].length).toBeGreaterThan(1);
});
