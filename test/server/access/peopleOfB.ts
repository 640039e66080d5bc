import { roles, type Role } from '../../../shared/access/capabilities.ts';
import { users } from '../../../server/auth/tables.ts';
import { statement } from '../../../server/db/batch.ts';
import type { Deps } from '../../../server/deps.ts';
import { siteB, type Person } from '../../support/people.ts';

/** One user of every role at site B. */
export const peopleOfB = Object.fromEntries(
  roles.map((role, index): [Role, Person] => [
    role,
    {
      id: `0e000000-0000-4000-8000-${String(201 + index).padStart(12, '0')}`,
      username: `${role}-of-b`,
      name: `Test ${role} of B`,
      role,
      siteId: siteB,
    },
  ]),
) as Record<Role, Person>;

/** With the password of those of site A, who must be there already. */
export async function seedPeopleOfB({ reader, writer }: Pick<Deps, 'reader' | 'writer'>): Promise<void> {
  const [known] = await reader.select().from(users).limit(1);
  const { passwordHash, createdAt } = known!;
  const rows = Object.values(peopleOfB).map((each) => ({ ...each, passwordHash, createdAt }));
  await writer.commit({ statements: [statement(reader.insert(users).values(rows))] });
}
