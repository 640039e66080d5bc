import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nobody } from '../../../server/audit/trail.ts';
import { audit } from '../../../server/audit/tables.ts';
import { createUser, disableUser, findUser } from '../../../server/auth/users.ts';
import { outbox } from '../../../server/outbox/tables.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { people, seedPeople, siteA } from '../../support/people.ts';

let deps: TestDatabase;
beforeAll(async () => {
  deps = await testDatabase();
  await seedPeople(deps);
});
afterAll(() => deps.close());

test('passwords are kept as argon2id at 19 MiB, two passes', async () => {
  const draft = { username: 'fresh', name: 'Fresh', role: 'nurse' as const, siteId: siteA };
  await createUser(deps, { ...draft, password: 'seven boats on a lake' }, nobody);
  expect((await findUser(deps, 'fresh'))!.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('a change of a user is in the trail and reaches a running service', async () => {
  await disableUser(deps, 'nurse', { ...nobody, userId: people.admin.id, role: 'admin' });
  const [row] = await deps.reader.select().from(audit).where(eq(audit.action, 'user:disabled'));
  expect(row).toMatchObject({ userId: people.admin.id, entity: `User/${people.nurse.id}` });
  const events = await deps.reader.select().from(outbox);
  expect(events).toMatchObject([
    { event: 'user:changed', payload: JSON.stringify({ userId: people.nurse.id }) },
  ]);
});

test.each([
  ['a taken name', { username: 'Nurse' }, 'conflict'],
  ['a name with signs', { username: 'a b' }, 'invalid'],
  ['a weak password', { password: 'password1' }, 'invalid'],
  ['the password of the demo', { password: 'cochart-demo' }, 'invalid'],
  ['a site that is not there', { siteId: 'nowhere' }, 'invalid'],
  ['a nurse with a record of their own', { patientId: 'p1' }, 'invalid'],
])('a user with %s is not made', async (_what, fields, code) => {
  const draft = {
    username: 'fresh',
    name: 'Fresh',
    role: 'nurse' as const,
    siteId: siteA,
    password: 'seven boats on a lake',
  };
  const answer = await createUser(deps, { ...draft, ...fields }, nobody);
  expect(answer).toMatchObject({ ok: false, error: { code } });
});
