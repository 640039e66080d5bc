import { expect, test } from 'vitest';
import { touchedIn } from '../../../client/audit/entryWords.ts';

const encounter = '8ed4e6ea-5d88-5037-86c6-74470ba61f46';

test.each([
  [`${encounter}/note/4735468f-ea54-45d9-a4be-a03b1f499010`, 'Note 4735468f'],
  [`${encounter}/care-plan`, 'Care plan'],
  [`${encounter}/orders`, 'Orders'],
  ['orders', 'Orders'],
  ['note/4735468f-ea54-45d9-a4be-a03b1f499010', 'Note 4735468f'],
  ['Ward/w1', 'Ward/w1'],
  [null, ''],
])('what %s touched is said as %j', (entity, said) => {
  expect(touchedIn({ entity })).toBe(said);
});
