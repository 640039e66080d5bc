import { and, eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { routeList } from '../../../server/app.ts';
import { audit } from '../../../server/audit/tables.ts';
import { answerError, toProblem } from '../../../server/http/errors.ts';
import { isOwnOrigin } from '../../../server/http/origin.ts';
import { allow, refused, valid, type Env } from '../../../server/http/route.ts';
import { createLogger } from '../../../server/logger.ts';
import { refusals, refuse, type RefusalCode } from '../../../shared/wire/refusals.ts';
import { ownOrigin, testApp, type TestApp } from '../../support/app.ts';
import { people, testPassword } from '../../support/people.ts';

let folder: string;
let service: TestApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cochart-client-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Cochart</title>');
  await writeFile(join(folder, 'assets/index-3f9a.js'), 'export {};');
  service = await testApp({ clientFolder: folder });
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

const credentials = { username: 'nurse', password: testPassword };

test('every refusal is a problem document with a stable type and nothing of the inside', () => {
  for (const code of Object.keys(refusals) as RefusalCode[]) {
    expect(toProblem(refuse(code), 'r1')).toEqual({
      type: code,
      title: refusals[code].words,
      status: refusals[code].status,
      requestId: 'r1',
    });
  }
});

test('a refusal travels as problem+json and names its request', async () => {
  const response = await service.ask('GET', '/api/session');
  expect(response.status).toBe(401);
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ type: 'unauthenticated', status: 401 });
  expect(problem.requestId).toBe(response.headers.get('X-Request-Id'));
});

test('a body that is no JSON is refused as invalid', async () => {
  const response = await service.app.request('/api/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"username": ',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ type: 'invalid' });
});

test('a body larger than the service takes is refused', async () => {
  const response = await service.ask('POST', '/api/session', {
    body: { ...credentials, totp: 'x'.repeat(2 * 1024 * 1024) },
    headers: { 'Content-Length': String(2 * 1024 * 1024) },
  });
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ type: 'too-large' });
});

test('a bug is answered as internal and logged under its number, without what it was about', async () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line: string) => void lines.push(line) });
  const app = new Hono<Env>()
    .use(async (c, next) => {
      c.set('requestId', 'r2');
      c.set('signedIn', null);
      await next();
    })
    .get('/broken', allow('everyone'), () => {
      throw new Error("no such column: 'Amelia Hartwell'");
    });
  app.onError(answerError({ ...service.deps, logger }));
  const response = await app.request('/broken');
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual(toProblem(refuse('internal'), 'r2'));
  expect(lines.join()).toContain('r2');
  expect(lines.join()).toContain('edge.test.ts');
  expect(lines.join()).not.toContain('Amelia');
});

test.each([
  ['nobody says where from', {}, 200],
  ['the service itself', { Origin: ownOrigin }, 200],
  ['the service under its other name', { Origin: 'http://localhost:3000' }, 200],
  ['another site', { Origin: 'https://evil.example' }, 403],
  ['another port of this machine', { Origin: 'http://localhost:8080' }, 403],
  ['a sandboxed page', { Origin: 'null' }, 403],
  ['a browser that says it is another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['a browser that contradicts itself', { Origin: ownOrigin, 'Sec-Fetch-Site': 'cross-site' }, 403],
])('a sign-in sent by %s', async (_who, headers, status) => {
  const response = await service.ask('POST', '/api/session', { body: credentials, headers });
  expect(response.status).toBe(status);
});

test('reading is not refused for its origin: nothing of the answer reaches another site', async () => {
  const response = await service.ask('GET', '/api/welcome', { headers: { Origin: 'https://evil.example' } });
  expect(response.status).toBe(200);
  expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
  expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
});

test('a socket belongs to the service when its origin is the public address, or without one its own', () => {
  const local = { publicUrl: null, host: '127.0.0.1' };
  const published = { publicUrl: 'https://chart.example', host: '0.0.0.0' };
  expect(isOwnOrigin(local, 4000, 'http://127.0.0.1:4000')).toBe(true);
  expect(isOwnOrigin(local, 4000, 'http://localhost:4000')).toBe(true);
  expect(isOwnOrigin({ publicUrl: null, host: '::1' }, 4000, 'http://[::1]:4000')).toBe(true);
  expect(isOwnOrigin(local, 80, 'http://localhost')).toBe(true);
  for (const origin of [
    'http://127.0.0.1:3000',
    'https://127.0.0.1:4000',
    'null',
    '',
    'http://127.0.0.1:4000/',
  ]) {
    expect(isOwnOrigin(local, 4000, origin)).toBe(false);
  }
  expect(isOwnOrigin(published, 4000, 'https://chart.example')).toBe(true);
  expect(isOwnOrigin(published, 4000, 'http://localhost:4000')).toBe(false);
  expect(isOwnOrigin(published, 4000, 'https://chart.example.evil.example')).toBe(false);
});

test('pages run only scripts of the service, and nobody may frame them', async () => {
  const policy = (await service.ask('GET', '/')).headers.get('Content-Security-Policy')!;
  const directives = new Map(
    policy.split('; ').map((directive) => {
      const [name, ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );
  expect(directives.get('default-src')).toBe("'none'");
  expect(directives.get('script-src')).toBe("'self'");
  expect(directives.get('style-src')).toBe("'self'");
  expect(directives.get('frame-ancestors')).toBe("'none'");
  expect(directives.get('connect-src')).toBe("'self' ws://127.0.0.1:3000 ws://localhost:3000");
  expect(policy).not.toContain('unsafe-eval');
});

test('behind an address with TLS, cookies and pages stay on TLS, and only that address is the service', async () => {
  const config = { ...service.deps.config, publicUrl: 'https://chart.example' };
  const published = await testApp({ deps: { ...service.deps, config } });
  const from = (Origin: string) =>
    published.ask('POST', '/api/session', { body: credentials, headers: { Origin } });
  const response = await from('https://chart.example');
  expect(response.headers.getSetCookie().map((cookie) => /; Secure/.test(cookie))).toEqual([true, true]);
  expect(response.headers.get('Strict-Transport-Security')).toMatch(/^max-age=\d{8}/);
  expect(response.headers.get('Content-Security-Policy')).toContain(
    "connect-src 'self' wss://chart.example;",
  );
  expect((await from('http://127.0.0.1:3000')).status).toBe(403);
});

test('an address of the app is the page; a file that is not there is not', async () => {
  const page = await service.ask('GET', '/wards/5/board');
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<title>Cochart</title>');
  expect(page.headers.get('Cache-Control')).toBe('no-cache');
  const asset = await service.ask('GET', '/assets/index-3f9a.js');
  expect(asset.headers.get('Content-Type')).toMatch(/javascript/);
  expect(asset.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
  for (const path of ['/assets/index-gone.js', '/nothing.png', '/assets/../../package.json']) {
    expect((await service.ask('GET', path)).status).toBe(404);
  }
});

test.each([
  ['/api', 'application/problem+json'],
  ['/api/nothing', 'application/problem+json'],
  ['/fhir/nothing', 'application/fhir+json; charset=utf-8'],
  ['/collab/room', 'application/problem+json'],
  ['/socket.io/', 'application/problem+json'],
])('there is no page at %s', async (path, type) => {
  const response = await service.ask('GET', path, { headers: { Accept: 'text/html' } });
  expect(response.status).toBe(404);
  expect(response.headers.get('Content-Type')).toBe(type);
});

test('who is up, ready and how it does can be asked without a session', async () => {
  expect(await (await service.ask('GET', '/healthz')).json()).toEqual({ status: 'up' });
  expect(await (await service.ask('GET', '/readyz')).json()).toEqual({ status: 'ready' });
  const metrics = await (await service.ask('GET', '/metrics')).text();
  expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(metrics).toMatch(/^nodejs_eventloop_lag_seconds\{quantile="0\.99"\} [\d.e-]+$/m);
  expect(metrics).toMatch(/^cochart_http_requests_total\{status="200"\} \d+$/m);
});

test('the service is not ready when its database does not answer', async () => {
  const broken = await testApp();
  broken.deps.reader.close();
  const response = await broken.ask('GET', '/readyz');
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ type: 'unavailable' });
  await broken.deps.writer.close();
  await rm(broken.deps.folder, { recursive: true });
});

test('a route that does not say who may call it stops the start', () => {
  const open = new Hono<Env>().get('/notes', (c) => c.text('all of them'));
  expect(() => routeList(open)).toThrow('GET /notes does not say who may call it');
  const everyMethod = new Hono<Env>().all('/notes', (c) => c.text('all of them'));
  expect(() => routeList(everyMethod)).toThrow('/notes');
  const late = new Hono<Env>().post('/notes', valid('json', z.object({})), allow('signed-in'), (c) =>
    c.text('done'),
  );
  expect(() => routeList(late)).toThrow('POST /notes');
});

test('reaching for what one may not have is audited, with the route and never with what was typed', async () => {
  const cookie = await service.cookieOf(people.clerk);
  const probe = new Hono<Env>()
    .use(async (c, next) => {
      c.set('requestId', 'r3');
      c.set('signedIn', await service.auth.authenticate(c.req.header('Cookie'), { extend: false }));
      await next();
    })
    .get('/charts/:id/:name', allow('signed-in'), () => {
      throw refused('not-found');
    });
  probe.onError(answerError(service.deps));
  const id = 'c0ffee00-0000-4000-8000-000000000001';
  await probe.request(`/charts/${id}/Hartwell`, { headers: { Cookie: cookie } });
  await probe.request(`/charts/${id}/Hartwell`);
  const rows = await service.deps.reader
    .select()
    .from(audit)
    .where(and(eq(audit.action, 'access:refused'), eq(audit.entity, 'GET /charts/:id/:name')));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ userId: people.clerk.id, role: 'clerk', outcome: 'refused' });
  expect(JSON.parse(rows[0]!.detail!)).toEqual({ code: 'not-found', identifiers: id });
});
