import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { demoAccounts, demoPassword } from '../../../server/demo/accounts.ts';
import { seedDemo } from '../../../server/demo/seed.ts';
import { offerFirstRun } from '../../../server/http/setup.ts';
import { testApp, type TestApp } from '../../support/app.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';

const demo = { password: demoPassword, accounts: demoAccounts };

let deps: TestDatabase;
const apps: TestApp[] = [];
const start = async (given: Parameters<typeof testApp>[0]): Promise<TestApp> => {
  const app = await testApp(given);
  apps.push(app);
  return app;
};
beforeAll(async () => {
  deps = await testDatabase();
  await seedDemo(deps);
});
afterEach(async () => {
  for (const app of apps.splice(0)) if (app.deps !== deps) await app.close();
});
afterAll(() => deps.close());

const welcome = async (app: TestApp) =>
  (await (await app.ask('GET', '/api/welcome')).json()) as {
    sites: { label: string }[];
    demo: typeof demo | null;
  };

test('the sign-in page of a demo shows its sites and every account, and each of them can sign in', async () => {
  const app = await start({ deps, demo });
  const shown = await welcome(app);
  expect(shown.sites.map(({ label }) => label)).toEqual(['A', 'B']);
  expect(shown.demo).toEqual(demo);
  for (const { username, role, siteId } of demoAccounts) {
    const response = await app.ask('POST', '/api/session', { body: { username, password: demoPassword } });
    expect(await response.json()).toMatchObject({ user: { username, role, siteId } });
  }
});

test('where there is no demo, nothing of it is shown', async () => {
  expect((await welcome(await start({ deps, demo: null }))).demo).toBeNull();
});

test('a database of somebody’s own gives none of its users away, though they may be called the same', async () => {
  expect((await welcome(await start({ demo }))).demo).toBeNull();
});

const administrator = (token: string) => ({
  token,
  username: 'First',
  name: 'The First',
  password: 'seven boats on a lake',
  siteName: 'Hill Hospital',
  timeZone: 'Europe/Vienna',
});

test('the printed link makes one administrator and their site, once', async () => {
  const { token, firstRun } = offerFirstRun();
  const app = await start({ deps: await testDatabase(), firstRun });
  const send = () => app.ask('POST', '/api/setup', { body: administrator(token) });
  const answers = await Promise.all([send(), send(), send()]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 404, 404]);
  expect((await send()).status).toBe(404);
  const { username, password } = administrator(token);
  const signedIn = await app.ask('POST', '/api/session', { body: { username, password } });
  expect(await signedIn.json()).toMatchObject({
    user: { username: 'first', role: 'admin', siteName: 'Hill Hospital' },
  });
});

test('without the link, or with one that is made up, nobody becomes an administrator', async () => {
  const { firstRun } = offerFirstRun();
  const app = await start({ deps: await testDatabase(), firstRun });
  expect((await app.ask('POST', '/api/setup', { body: administrator('made-up') })).status).toBe(404);
  const closed = await start({ firstRun: offerFirstRun().firstRun });
  expect((await closed.ask('POST', '/api/setup', { body: administrator('made-up') })).status).toBe(404);
});

test('a link is not used up by a password that is refused', async () => {
  const { token, firstRun } = offerFirstRun();
  const app = await start({ deps: await testDatabase(), firstRun });
  const weak = await app.ask('POST', '/api/setup', {
    body: { ...administrator(token), password: 'password1' },
  });
  expect(weak.status).toBe(400);
  expect(await weak.json()).toMatchObject({ type: 'invalid', errors: [{ path: '/password' }] });
  expect((await app.ask('POST', '/api/setup', { body: administrator(token) })).status).toBe(201);
});

test('once there are users, even the right link makes nobody', async () => {
  const { token, firstRun } = offerFirstRun();
  const app = await start({ firstRun });
  expect((await app.ask('POST', '/api/setup', { body: administrator(token) })).status).toBe(404);
});
