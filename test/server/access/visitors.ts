import { roles, type Role } from '../../../shared/access/capabilities.ts';
import { people, type Person } from '../../support/people.ts';
import { peopleOfB } from './peopleOfB.ts';
import type { Visitor } from './table.ts';

/** Everybody who comes: nobody, somebody who has left, and each role of both sites. */
export const visitors: Visitor[] = [
  { as: 'nobody' },
  { as: 'signed-out' },
  ...roles.flatMap((as): Visitor[] => [
    { as, site: 'A' },
    { as, site: 'B' },
  ]),
];

export const nameOf = (visitor: Visitor): string =>
  'site' in visitor ? `${visitor.as} of site ${visitor.site}` : visitor.as;

export const personOf = (role: Role, site: 'A' | 'B'): Person =>
  site === 'A' ? people[role] : peopleOfB[role];

export const namedVisitors = visitors.map((visitor) => [nameOf(visitor), visitor] as const);
