import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nobody } from '../../../server/audit/trail.ts';
import { createAuth, type Auth, type Credentials } from '../../../server/auth/auth.ts';
import { sessions, users } from '../../../server/auth/tables.ts';
import { disableUser, enableUser, setPassword } from '../../../server/auth/users.ts';
import { idleMs } from '../../../shared/wire/idle.ts';
import * as passwords from '../../../server/auth/passwords.ts';
import { statement } from '../../../server/db/batch.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { people, seedPeople, testPassword } from '../../support/people.ts';

let deps: TestDatabase;
let auth: Auth;
let ended: string[];
let endings: string[];
beforeEach(async () => {
  deps = await testDatabase();
  await seedPeople(deps);
  auth = createAuth(deps);
  ended = [];
  endings = [];
  auth.onEnded(({ sessionIds, ending }) => {
    ended.push(...sessionIds);
    endings.push(ending);
  });
});
afterEach(() => deps.close());

const come = (username: string, given: Partial<Credentials> = {}) =>
  auth.signIn({
    username,
    password: testPassword,
    address: 'desk 1',
    deviceId: null,
    cookieHeader: null,
    ...given,
  });
async function arrive(username: string) {
  const answer = await come(username);
  if (!answer.ok) throw new Error(answer.error.code);
  return { ...answer.value, cookie: `cochart_session=${answer.value.token}` };
}
const seconds = (count: number): number => count * 1_000;

test('a ticket opens one socket, once, within thirty seconds', async () => {
  const { signedIn } = await arrive('nurse');
  const first = auth.issueTicket(signedIn);
  expect(first.expiresAt).toEqual(new Date(deps.now().getTime() + seconds(30)));
  expect(await auth.redeemTicket(first.ticket)).toMatchObject({
    sessionId: signedIn.sessionId,
    user: { username: 'nurse' },
  });
  expect(await auth.redeemTicket(first.ticket)).toBeNull();
  const late = auth.issueTicket(signedIn);
  deps.clock.step(seconds(30));
  expect(await auth.redeemTicket(late.ticket)).toBeNull();
  expect(await auth.redeemTicket('made up')).toBeNull();
});

test('a ticket is worth nothing once its session has ended', async () => {
  const { signedIn } = await arrive('nurse');
  const { ticket } = auth.issueTicket(signedIn);
  await auth.signOut(signedIn);
  expect(await auth.redeemTicket(ticket)).toBeNull();
});

test('open sockets are told when their session ends: by signing out, in time, or by an administrator', async () => {
  const leaving = await arrive('nurse');
  await auth.signOut(leaving.signedIn);
  expect(ended).toEqual([leaving.signedIn.sessionId]);

  const disabled = await arrive('clerk');
  await disableUser(deps, 'clerk', nobody);
  expect(await auth.isLive(disabled.signedIn.sessionId)).toBeNull();
  expect(ended).toContain(disabled.signedIn.sessionId);

  const changed = await arrive('resident');
  await setPassword(deps, 'resident', 'seven boats on a lake', nobody);
  await auth.endSessionsOf(people.resident.id);
  expect(ended).toContain(changed.signedIn.sessionId);

  const idle = await arrive('attending');
  deps.clock.step(idleMs);
  await auth.sweep();
  expect(ended).toContain(idle.signedIn.sessionId);
  expect(endings).toEqual(['signed-out', 'expired', 'revoked', 'expired']);
  expect(await deps.reader.select().from(sessions)).toEqual([]);
});

test('looking again at a session does not keep it alive; an edit does', async () => {
  const { signedIn } = await arrive('nurse');
  for (let looks = 0; looks < 3; looks += 1) {
    deps.clock.step(idleMs / 3 - 1);
    expect(await auth.isLive(signedIn.sessionId)).not.toBeNull();
  }
  await auth.touch(signedIn.sessionId);
  deps.clock.step(idleMs - 1);
  expect(await auth.isLive(signedIn.sessionId)).not.toBeNull();
  deps.clock.step(1);
  expect(await auth.isLive(signedIn.sessionId)).toBeNull();
  await auth.touch(signedIn.sessionId);
  expect(await auth.isLive(signedIn.sessionId)).toBeNull();
});

test('somebody who does something every few minutes is never out before the twelve hours, and is told when they are', async () => {
  const { cookie, signedIn } = await arrive('nurse');
  const { endsAt } = signedIn.lifetime;
  for (let minute = 10; minute < 12 * 60; minute += 10) {
    deps.clock.step(10 * 60_000);
    const still = await auth.authenticate(cookie, { extend: true });
    const idleEnd = Math.min(deps.now().getTime() + idleMs, endsAt.getTime());
    expect(still?.lifetime).toEqual({ expiresAt: new Date(idleEnd), endsAt });
  }
  deps.clock.step(10 * 60_000);
  expect(await auth.authenticate(cookie, { extend: true })).toBeNull();
});

test('of many sessions, those that are live are found in one question, with whose they are', async () => {
  const nurse = await arrive('nurse');
  const clerk = await arrive('clerk');
  const resident = await arrive('resident');
  await disableUser(deps, 'clerk', nobody);
  const ids = [nurse, clerk, resident].map(({ signedIn }) => signedIn.sessionId);
  const live = await auth.liveAmong([...ids, 'made-up']);
  expect([...live.keys()].sort()).toEqual([ids[0]!, ids[2]!].sort());
  expect(live.get(ids[0]!)).toMatchObject({ role: 'nurse', siteId: people.nurse.siteId });
  deps.clock.step(idleMs);
  expect((await auth.liveAmong(ids)).size).toBe(0);
  expect(await auth.liveAmong([])).toEqual(new Map());
});

test('a busy person costs one write a minute', async () => {
  const { cookie } = await arrive('nurse');
  let writes = 0;
  const counting = createAuth({
    ...deps,
    writer: { ...deps.writer, commit: (batch) => (writes++, deps.writer.commit(batch)) },
  });
  for (let second = 0; second < 120; second += 1) {
    deps.clock.step(seconds(1));
    await counting.authenticate(cookie, { extend: true });
  }
  expect(writes).toBe(2);
});

test('an unknown user costs the work of a wrong password: one verification of the same cost', async () => {
  const verified: string[] = [];
  vi.spyOn(passwords, 'isPassword').mockImplementation(async (hash) => {
    verified.push(hash.slice(0, 31));
    return false;
  });
  await come('nobody-here');
  vi.restoreAllMocks();
  expect(verified).toEqual(['$argon2id$v=19$m=19456,t=2,p=1$']);
});

test('eleven wrong passwords are ten answers and a wait; the right one then waits too', async () => {
  const codes: string[] = [];
  for (let tries = 0; tries < 11; tries += 1) {
    const answer = await come('nurse', { password: 'not this one' });
    codes.push(answer.ok ? 'in' : answer.error.code);
  }
  expect(codes).toEqual([...Array.from({ length: 10 }, () => 'credentials'), 'too-many']);
  const right = await come('nurse');
  expect(right).toMatchObject({ ok: false, error: { code: 'too-many' } });
  deps.clock.step(5 * 60_000);
  expect((await come('nurse')).ok).toBe(true);
});

test('a disabled user is answered like an unknown one, and is back when enabled', async () => {
  await disableUser(deps, 'nurse', nobody);
  expect(await come('nurse')).toEqual({ ok: false, error: { code: 'credentials' } });
  await enableUser(deps, 'nurse', nobody);
  expect((await come('nurse')).ok).toBe(true);
});

test('a session that began while its user was being disabled is worth nothing', async () => {
  const { cookie } = await arrive('nurse');
  const disabling = deps.reader.update(users).set({ disabledAt: deps.now().toISOString() });
  await deps.writer.commit({ statements: [statement(disabling.where(eq(users.username, 'nurse')))] });
  expect(await auth.authenticate(cookie, { extend: true })).toBeNull();
});

test('the user name is the same in any case, and with a space behind it', async () => {
  expect((await come(' Nurse ')).ok).toBe(true);
});
