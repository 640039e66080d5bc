import { expect, test } from 'vitest';
import { KnownPeople } from '../../../client/collab/knownPeople.ts';

const here = {
  id: 'u1',
  name: 'Tomas Marchetti',
  role: 'resident' as const,
  initials: 'TM',
  colour: 'violet',
};
const named = { id: 'u2', name: 'Lena Okafor', role: 'pharmacist' as const };

test('somebody who is here is shown in their colour, and still after they have left', () => {
  const known = new KnownPeople();
  known.see([here]);
  expect(known.find('u1', [here], [])).toEqual(here);
  expect(known.find('u1', [], [])).toEqual(here);
});

test('somebody who has only written here is shown by role and initials', () => {
  expect(new KnownPeople().find('u2', [], [named])).toEqual({ ...named, initials: 'LO', colour: 'slate' });
});

test.each([null, 'u9'])('nobody is made up for %s', (id) => {
  expect(new KnownPeople().find(id, [here], [named])).toBeNull();
});
