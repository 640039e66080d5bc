import { Hono } from 'hono';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditRow, nobody } from '../../../server/audit/trail.ts';
import { audit } from '../../../server/audit/tables.ts';
import { answerError } from '../../../server/http/errors.ts';
import { forgetOldAnswers, once } from '../../../server/http/idempotency.ts';
import { allow, refused, type Env } from '../../../server/http/route.ts';
import { eq } from 'drizzle-orm';
import { testApp, type TestApp } from '../../support/app.ts';
import { people, type Person } from '../../support/people.ts';

let service: TestApp;
let app: Hono<Env>;
const cookies = new Map<string, string>();

/** An act as small as one can be: one audit row, and an answer that differs each time it is really done. */
const smallAct = (): Hono<Env> => {
  const { deps, auth } = service;
  const act = new Hono<Env>()
    .use(async (c, next) => {
      c.set('requestId', 'r');
      c.set('signedIn', await auth.authenticate(c.req.header('Cookie'), { extend: false }));
      await next();
    })
    .post('/acts/:name', allow('signed-in'), (c) =>
      once(deps, c, async (remember) => {
        if (c.req.param('name') === 'refused') throw refused('conflict');
        const body = { id: deps.newId() };
        const done = auditRow({
          action: 'note:created',
          entity: c.req.param('name'),
          outcome: 'success',
          actor: nobody,
          at: deps.now(),
        });
        await deps.writer.commit({ statements: remember(201, body), chained: [done] });
        return c.json(body, 201);
      }),
    );
  act.onError(answerError(deps));
  return act;
};

beforeAll(async () => {
  service = await testApp();
  app = smallAct();
  for (const person of [people.nurse, people.resident])
    cookies.set(person.id, await service.cookieOf(person));
});
afterAll(() => service.close());

const send = (person: Person, name: string, key: string | null, body = '{}') =>
  app.request(`/acts/${name}`, {
    method: 'POST',
    headers: { Cookie: cookies.get(person.id)!, ...(key === null ? {} : { 'Idempotency-Key': key }) },
    body,
  });
const timesDone = async (name: string): Promise<number> =>
  (await service.deps.reader.select().from(audit).where(eq(audit.entity, name))).length;

test('the same key twice is one act and the same answer', async () => {
  const key = randomUUID();
  const first = await send(people.nurse, 'twice', key);
  const second = await send(people.nurse, 'twice', key);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(await second.text()).toBe(await first.text());
  expect(second.headers.get('Content-Type')).toMatch('application/json');
  expect(await timesDone('twice')).toBe(1);
});

test('the same key five times at once is one act and five times the same answer', async () => {
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(people.nurse, 'together', key)));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  expect(new Set(bodies).size).toBe(1);
  expect(await timesDone('together')).toBe(1);
});

test('a key that was used for something else is refused', async () => {
  const key = randomUUID();
  await send(people.nurse, 'first', key);
  const otherBody = await send(people.nurse, 'first', key, '{"dose":"500"}');
  const otherPath = await send(people.nurse, 'second', key);
  expect([otherBody.status, otherPath.status]).toEqual([409, 409]);
  expect(await otherBody.json()).toMatchObject({ type: 'key-reused' });
  expect(await timesDone('second')).toBe(0);
});

test('a key is its owner’s: somebody else’s same key is another act', async () => {
  const key = randomUUID();
  const nurse = await (await send(people.nurse, 'own', key)).text();
  const resident = await (await send(people.resident, 'own', key)).text();
  expect(resident).not.toBe(nurse);
  expect(await timesDone('own')).toBe(2);
});

test('without a key each request is an act', async () => {
  await send(people.nurse, 'keyless', null);
  await send(people.nurse, 'keyless', null);
  expect(await timesDone('keyless')).toBe(2);
});

test('a refused act is not remembered', async () => {
  const key = randomUUID();
  expect((await send(people.nurse, 'refused', key)).status).toBe(409);
  expect(await (await send(people.nurse, 'refused', key)).json()).toMatchObject({ type: 'conflict' });
});

test('a key that nobody should send is refused', async () => {
  expect((await send(people.nurse, 'odd', 'x'.repeat(201))).status).toBe(400);
  expect(await timesDone('odd')).toBe(0);
});

test('answers are forgotten after thirty days, not before', async () => {
  const key = randomUUID();
  const first = await (await send(people.nurse, 'old', key)).text();
  service.deps.clock.step(29 * 24 * 60 * 60_000);
  await forgetOldAnswers(service.deps);
  cookies.set(people.nurse.id, await service.cookieOf(people.nurse));
  expect(await (await send(people.nurse, 'old', key)).text()).toBe(first);
  service.deps.clock.step(2 * 24 * 60 * 60_000);
  await forgetOldAnswers(service.deps);
  cookies.set(people.nurse.id, await service.cookieOf(people.nurse));
  expect(await (await send(people.nurse, 'old', key)).text()).not.toBe(first);
});
