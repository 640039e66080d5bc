import { hash } from '@node-rs/argon2';
import { roles, type Role } from '../../shared/access/capabilities.ts';
import { users } from '../../server/auth/tables.ts';
import { statement } from '../../server/db/batch.ts';
import type { Deps } from '../../server/deps.ts';
import { sites, wards } from '../../server/sites/tables.ts';

export const siteA = '5f1a0000-0000-4000-8000-00000000000a';
export const siteB = '5f1a0000-0000-4000-8000-00000000000b';
export const wardOfA = 'e1a50000-0000-4000-8000-00000000000a';
export const wardOfB = 'e1a50000-0000-4000-8000-00000000000b';

export const testPassword = 'a long walk by the river';

/** The smallest cost argon2 takes: these tests are not about guessing. */
let cheapHash: Promise<string> | null = null;
const hashOfTestPassword = (): Promise<string> =>
  (cheapHash ??= hash(testPassword, { memoryCost: 8, timeCost: 1, parallelism: 1 }));

export interface Person {
  id: string;
  username: string;
  name: string;
  role: Role;
  siteId: string;
}

const person = (number: number, username: string, role: Role, siteId: string): Person => ({
  id: `0e000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  username,
  name: `Test ${username}`,
  role,
  siteId,
});

/** One user of every role at site A, named for it, and an attending and a nurse at site B. */
export const people = {
  ...(Object.fromEntries(roles.map((role, index) => [role, person(index + 1, role, role, siteA)])) as Record<
    Role,
    Person
  >),
  attendingB: person(101, 'attending-b', 'attending', siteB),
  nurseB: person(102, 'nurse-b', 'nurse', siteB),
};

/** Two sites, a ward each, and the people above, all with `testPassword`. */
export async function seedPeople({
  reader,
  writer,
  now,
}: Pick<Deps, 'reader' | 'writer' | 'now'>): Promise<void> {
  const passwordHash = await hashOfTestPassword();
  const createdAt = now().toISOString();
  const site = (id: string, label: string, rank: number): typeof sites.$inferInsert => ({
    id,
    name: `Site ${label}`,
    label,
    timeZone: 'Europe/Brussels',
    rank,
  });
  const ward = (id: string, siteId: string, rank: number): typeof wards.$inferInsert => ({
    id,
    siteId,
    name: 'Medicine',
    specialty: null,
    bays: [{ name: 'Bay 1', beds: ['1', '2', '3', '4'] }],
    rank,
  });
  await writer.commit({
    statements: [
      statement(reader.insert(sites).values([site(siteA, 'A', 1), site(siteB, 'B', 2)])),
      statement(reader.insert(wards).values([ward(wardOfA, siteA, 1), ward(wardOfB, siteB, 2)])),
      statement(
        reader
          .insert(users)
          .values(Object.values(people).map((each) => ({ ...each, passwordHash, createdAt }))),
      ),
    ],
  });
}
