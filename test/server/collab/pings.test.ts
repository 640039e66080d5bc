import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Pings } from '../../../server/collab/pings.ts';

let server: WebSocketServer;
let pings: Pings;
/** Pings sent, and those of them that are known to have been answered. */
let asked = 0;
let answered: number[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  pings = new Pings();
  asked = 0;
  answered = [];
  await once(server, 'listening');
});

afterEach(async () => {
  pings.stop();
  for (const socket of server.clients) socket.terminate();
  await new Promise((done) => server.close(done));
});

async function open(autoPong: boolean): Promise<{ client: WebSocket; socket: WebSocket }> {
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong });
  await once(client, 'open');
  const [socket] = await accepted;
  pings.watch(socket, () => {
    const round = ++asked;
    return () => answered.push(round);
  });
  return { client, socket };
}

function round(): void {
  for (const socket of server.clients) pings.ping(socket);
}

describe('P47 a socket', () => {
  it('that leaves two pings unanswered is ended, and nobody else', async () => {
    const silent = await open(false);
    const answering = await open(true);
    for (let turn = 0; turn < 2; turn++) {
      const heard = Promise.all([
        once(silent.client, 'ping'),
        once(answering.client, 'ping'),
        once(answering.socket, 'pong'),
      ]);
      round();
      await heard;
      expect(silent.socket.readyState).toBe(WebSocket.OPEN);
    }
    const ended = once(silent.client, 'close');
    const answered = once(answering.socket, 'pong');
    round();
    expect(await ended).toMatchObject([1006, expect.anything()]);
    await answered;
    expect(answering.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('that answers late begins anew', async () => {
    const { client, socket } = await open(false);
    for (let turn = 0; turn < 4; turn++) {
      const heard = once(client, 'ping');
      round();
      await heard;
      if (turn % 2 === 0) continue;
      const answered = once(socket, 'pong');
      client.pong();
      await answered;
    }
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('that answers a later ping is known to have all that went before the earlier one', async () => {
    const { client, socket } = await open(false);
    for (let turn = 0; turn < 2; turn++) {
      const heard = once(client, 'ping');
      round();
      await heard;
    }
    const pong = once(socket, 'pong');
    client.pong();
    await pong;
    expect(answered).toEqual([1]);
    const again = once(socket, 'pong');
    client.pong();
    await again;
    expect(answered).toEqual([1]);
  });
});
