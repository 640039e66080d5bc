import { expect, test } from 'vitest';
import { readPeer } from '../../../client/collab/presence.svelte.ts';

const user = { id: 'u1', name: 'Tomas Marchetti', role: 'resident', initials: 'TM', colour: 'teal' };

test('a person is who the server says, with the place the client says', () => {
  expect(readPeer(7, { user, section: 's1', cursor: { anchor: { a: 1 }, head: { a: 2 } } })).toEqual({
    clientId: 7,
    user,
    section: 's1',
    field: null,
    cursor: { anchor: { a: 1 }, head: { a: 2 } },
  });
});

test.each([
  ['nobody named by the server yet', {}],
  ['no user', { user: null }],
  ['a role that does not exist', { user: { ...user, role: 'root' } }],
  ['no state', null],
])('a state with %s shows nobody', (_what, state) => {
  expect(readPeer(7, state)).toBeNull();
});

test('a colour that is not one of ours never reaches the style sheet', () => {
  expect(readPeer(7, { user: { ...user, colour: 'red;background:url(x)' } })?.user.colour).toBe('slate');
});
