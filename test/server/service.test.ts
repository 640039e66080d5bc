import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../server/logger.ts';
import { startService, type Service } from '../../server/service.ts';
import { configFor, temporaryFolder } from '../support/database.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true }));

const logger = createLogger('silent');
async function start(env: Record<string, string> = {}): Promise<Service> {
  const service = await startService(configFor(folder, env), logger);
  if (!service.ok) throw new Error(service.error);
  return service.value;
}

test('an empty database without the demo offers one link to make the first administrator', async () => {
  const service = await start();
  expect(service.demo).toBeNull();
  const link = new URL(service.setupLink!);
  expect(link.origin).toBe(service.address);
  const response = await fetch(`${service.address}/api/setup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: service.address },
    body: JSON.stringify({
      token: link.searchParams.get('token'),
      username: 'first',
      name: 'The First',
      password: 'seven boats on a lake',
      siteName: 'Hill Hospital',
    }),
  });
  expect(response.status).toBe(201);
  await service.close();
  const again = await start();
  expect(again.setupLink).toBeNull();
  await again.close();
});

test('a port that is taken stops the start with one line, and gives the data back', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const refused = await startService(configFor(folder, { PORT: String(port) }), logger);
  expect(refused).toEqual({
    ok: false,
    error: `PORT: 127.0.0.1:${port} cannot be listened on (EADDRINUSE).`,
  });
  other.close();
  await (await start()).close();
});

test('a second service on the same data is refused, and the first goes on', async () => {
  const first = await start();
  const second = await startService(configFor(folder), logger);
  expect(second.ok).toBe(false);
  expect((await fetch(`${first.address}/readyz`)).status).toBe(200);
  await first.close();
});

test('stopping does not wait for somebody who holds a connection open and says nothing', async () => {
  const service = await start();
  const silent = connect(Number(new URL(service.address).port), '127.0.0.1');
  const cut = new Promise((resolve) => silent.on('close', () => resolve('cut off')));
  await new Promise((resolve) => silent.on('connect', resolve));
  silent.write('GET /healthz HTTP/1.1\r\n');
  await service.close();
  expect(await cut).toBe('cut off');
});
