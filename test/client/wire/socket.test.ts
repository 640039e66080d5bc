import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signedInAgain } from '../../../client/wire/again.ts';
import { connection } from '../../../client/wire/connection.svelte.ts';
import { openSocket } from '../../../client/wire/socket.ts';
import { eventually } from '../../support/eventually.ts';

let http: HttpServer;
let service: Server;
let connections: number;
let close = (): void => {};

beforeEach(async () => {
  http = createServer();
  service = new Server(http);
  connections = 0;
  service.on('connection', () => connections++);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('location', {
    protocol: 'http:',
    host: `127.0.0.1:${port}`,
    hostname: '127.0.0.1',
    port: String(port),
  });
});
afterEach(async () => {
  close();
  await service.close();
  vi.unstubAllGlobals();
});

const connected = (count: number): Promise<void> =>
  eventually(() => expect([connections, connection.state]).toEqual([count, 'live']));

describe('the announcement socket, let go by the service', () => {
  it('comes back when the session goes on: it was that of the one before, and the news of it came late', async () => {
    const goesOn = vi.fn<() => Promise<boolean>>().mockResolvedValue(true);
    close = openSocket(goesOn);
    await connected(1);
    // Signed in again before the old socket is known to be gone.
    signedInAgain();
    service.disconnectSockets(true);
    await connected(2);
    expect(goesOn).toHaveBeenCalledOnce();
  });

  it('waits until the person has signed in again when the session is over', async () => {
    const goesOn = vi.fn<() => Promise<boolean>>().mockResolvedValue(false);
    close = openSocket(goesOn);
    await connected(1);
    service.disconnectSockets(true);
    await eventually(() => expect(goesOn).toHaveBeenCalledOnce());
    signedInAgain();
    await connected(2);
  });
});
