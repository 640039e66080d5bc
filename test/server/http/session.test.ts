import { eq } from 'drizzle-orm';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { sessions } from '../../../server/auth/tables.ts';
import { setPassword } from '../../../server/auth/users.ts';
import { nobody } from '../../../server/audit/trail.ts';
import { capabilitiesOf } from '../../../shared/access/capabilities.ts';
import { cookiesOf, testApp, type TestApp } from '../../support/app.ts';
import { people, siteA, testPassword } from '../../support/people.ts';

let service: TestApp;
beforeAll(async () => {
  service = await testApp();
});
afterAll(() => service.close());

const minutes = (count: number): number => count * 60_000;
const tokenOf = (cookie: string): string => /cochart_session=([^;]+)/.exec(cookie)![1]!;
const signIn = (username: string, password: string, headers: Record<string, string> = {}) =>
  service.ask('POST', '/api/session', { body: { username, password }, headers });
const whoIs = (cookie: string) => service.ask('GET', '/api/session', { cookie });
const audited = async (action: string) =>
  service.deps.reader.select().from(audit).where(eq(audit.action, action));

test('signing in answers with the person, what they may do and where they work', async () => {
  const response = await signIn('nurse', testPassword);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    user: {
      id: people.nurse.id,
      username: 'nurse',
      name: people.nurse.name,
      role: 'nurse',
      siteId: siteA,
      siteName: 'Site A',
      capabilities: [...capabilitiesOf('nurse')],
    },
  });
  expect(response.headers.get('Cache-Control')).toBe('no-store');
});

test('the session cookie is out of reach of scripts and of other sites', async () => {
  const cookies = (await signIn('nurse', testPassword)).headers.getSetCookie();
  const session = cookies.find((cookie) => cookie.startsWith('cochart_session='))!;
  expect(session).toMatch(/HttpOnly/);
  expect(session).toMatch(/SameSite=Lax/);
  expect(session).not.toMatch(/Max-Age|Expires/);
});

test('of the token only the SHA-256 is kept', async () => {
  const token = tokenOf(await service.cookieOf(people.nurse));
  const ids = (await service.deps.reader.select({ id: sessions.id }).from(sessions)).map(({ id }) => id);
  expect(ids).toContain(createHash('sha256').update(token).digest('hex'));
  expect(ids).not.toContain(token);
});

test('a session that the browser came with is never adopted', async () => {
  const planted = 'cochart_session=planted-by-somebody-else';
  const cookie = cookiesOf(await signIn('nurse', testPassword, { Cookie: planted }));
  expect(tokenOf(cookie)).not.toBe('planted-by-somebody-else');
  expect((await whoIs(planted)).status).toBe(401);
});

test('a new sign-in ends the session that the browser had', async () => {
  const first = await service.cookieOf(people.nurse);
  const second = cookiesOf(await signIn('attending', testPassword, { Cookie: first }));
  expect((await whoIs(first)).status).toBe(401);
  expect((await whoIs(second)).status).toBe(200);
});

test('a screen of one person does nothing under the session of another', async () => {
  const cookie = await service.cookieOf(people.nurse);
  const as = (person: string) => ({ cookie, headers: { 'Cochart-User': person } });
  expect((await service.ask('GET', '/api/session', as(people.nurse.id))).status).toBe(200);
  expect((await service.ask('GET', '/api/session', as(people.attending.id))).status).toBe(401);
  const left = await service.ask('DELETE', '/api/session', as(people.attending.id));
  expect([left.status, left.headers.getSetCookie()]).toEqual([204, []]);
  expect((await whoIs(cookie)).status).toBe(200);
});

test('what a screen of one person asks keeps nobody else signed in', async () => {
  const cookie = await service.cookieOf(people.nurse);
  service.deps.clock.step(minutes(14));
  const asked = { cookie, headers: { 'Cochart-User': people.attending.id } };
  expect((await service.ask('POST', '/api/session/active', asked)).status).toBe(401);
  service.deps.clock.step(minutes(1));
  expect((await whoIs(cookie)).status).toBe(401);
});

test('after signing out the token is worth nothing, and the device is still known', async () => {
  const cookie = await service.cookieOf(people.nurse);
  const device = /cochart_device=[^;]+/.exec(cookie)![0];
  const response = await service.ask('DELETE', '/api/session', { cookie });
  expect(response.status).toBe(204);
  expect((await whoIs(cookie)).status).toBe(401);
  expect(response.headers.getSetCookie().join()).not.toMatch(/cochart_device/);
  const again = cookiesOf(await signIn('nurse', testPassword, { Cookie: device }));
  expect(again).toContain(device);
});

test('a device that does not look like one is not taken on', async () => {
  const again = cookiesOf(await signIn('nurse', testPassword, { Cookie: 'cochart_device=everybody' }));
  expect(again).not.toContain('everybody');
});

test('an unknown name and a wrong password get the same answer', async () => {
  const answers = [await signIn('nurse', 'not this one'), await signIn('nobody-here', 'not this one')];
  const bodies = await Promise.all(
    answers.map(async (answer) => ({ ...(await answer.json()), requestId: '' })),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  expect(bodies[0]).toEqual(bodies[1]);
  expect(bodies[0]).toMatchObject({ type: 'credentials', status: 401 });
});

test('every sign-in and every failed one is in the audit trail, without what was typed', async () => {
  await signIn('somebody-unheard-of', 'a secret typed by mistake');
  const rows = [...(await audited('session:created')), ...(await audited('session:refused'))];
  expect(rows.some((row) => row.outcome === 'success' && row.userId === people.nurse.id)).toBe(true);
  expect(rows.some((row) => row.outcome === 'refused' && row.userId === null)).toBe(true);
  expect(JSON.stringify(rows)).not.toMatch(/unheard|secret typed/);
});

test('a user whose password was set anew has no session left', async () => {
  const cookie = await service.cookieOf(people.clerk);
  const answer = await setPassword(service.deps, 'clerk', 'seven boats on a lake', nobody);
  expect(answer.ok).toBe(true);
  expect((await whoIs(cookie)).status).toBe(401);
  expect((await signIn('clerk', testPassword)).status).toBe(401);
  expect((await signIn('clerk', 'seven boats on a lake')).status).toBe(200);
});

test('a session ends after a quarter of an hour in which the person did nothing', async () => {
  const cookie = await service.cookieOf(people.resident);
  service.deps.clock.step(minutes(14));
  expect((await whoIs(cookie)).status).toBe(200);
  service.deps.clock.step(minutes(1));
  expect((await whoIs(cookie)).status).toBe(401);
});

test('what a person does keeps their session alive; what a screen asks by itself does not', async () => {
  const cookie = await service.cookieOf(people.resident);
  const busy = await service.cookieOf(people.attending);
  for (let asked = 0; asked < 3; asked += 1) {
    service.deps.clock.step(minutes(14));
    await service.ask('GET', '/api/welcome', { cookie, headers: { 'Cochart-Background': '1' } });
    await service.ask('POST', '/api/collab-ticket', { cookie });
    await whoIs(cookie);
    await service.ask('GET', '/api/welcome', { cookie: busy });
  }
  expect((await whoIs(cookie)).status).toBe(401);
  expect((await whoIs(busy)).status).toBe(200);
});

test('a screen that says that somebody is there is told until when, and keeps the session alive', async () => {
  const cookie = await service.cookieOf(people.resident);
  const untilOf = async (response: Response) =>
    Date.parse(((await response.json()) as { expiresAt: string }).expiresAt) - service.deps.now().getTime();
  service.deps.clock.step(minutes(14));
  expect(await untilOf(await whoIs(cookie))).toBe(minutes(1));
  expect(await untilOf(await service.ask('POST', '/api/session/active', { cookie }))).toBe(minutes(15));
  service.deps.clock.step(minutes(14));
  expect((await whoIs(cookie)).status).toBe(200);
});

test('however busy the person, a session ends after twelve hours', async () => {
  const cookie = await service.cookieOf(people.attending);
  for (let waited = 10; waited < 12 * 60; waited += 10) {
    service.deps.clock.step(minutes(10));
    expect((await service.ask('GET', '/api/welcome', { cookie })).status).toBe(200);
  }
  expect((await whoIs(cookie)).status).toBe(200);
  service.deps.clock.step(minutes(10));
  expect((await whoIs(cookie)).status).toBe(401);
});

test('confirming who one is takes the password, and holds for five minutes', async () => {
  const cookie = await service.cookieOf(people.attending);
  const confirm = (body: unknown) => service.ask('POST', '/api/session/confirm', { cookie, body });
  expect((await confirm({ password: 'not this one' })).status).toBe(401);
  expect((await confirm({ pin: '1234' })).status).toBe(401);
  const response = await confirm({ password: testPassword });
  expect(response.status).toBe(200);
  const { confirmedUntil } = (await response.json()) as { confirmedUntil: string };
  expect(Date.parse(confirmedUntil)).toBe(service.deps.now().getTime() + minutes(5));
});

test('an unknown field in a sign-in is refused and named', async () => {
  const response = await service.ask('POST', '/api/session', {
    body: { username: 'nurse', password: testPassword, role: 'admin' },
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ type: 'invalid', errors: [{ path: '/' }] });
});
