import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { sharedFrames, webSocketFrames } from '../../../server/collab/webSocketFrame.ts';

const payloadOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

describe('one frame built once for all who receive it', () => {
  let server: Server;
  let client: WebSocket;
  let wire: { write(bytes: Uint8Array): void };

  beforeEach(async () => {
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server = createServer().listen(0, '127.0.0.1');
    server.on('upgrade', (request, socket, head) => {
      wire = socket;
      sockets.handleUpgrade(request, socket, head, () => undefined);
    });
    await once(server, 'listening');
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await once(client, 'open');
  });
  afterEach(() => {
    client.terminate();
    server.close();
  });

  test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])(
    'a client reads %i bytes as they were, and the frame after them',
    async (length) => {
      const received: Buffer[] = [];
      const both = new Promise<void>((resolve) => {
        client.on('message', (data: Buffer) => received.push(data) === 2 && resolve());
      });
      wire.write(webSocketFrames([payloadOf(length), payloadOf(3)]));
      await both;
      expect(received.map((bytes) => bytes.length)).toEqual([length, 3]);
      expect(received[0]!.equals(payloadOf(length))).toBe(true);
    },
  );

  test('the same payloads are built once, others anew', () => {
    const [update, presence] = [payloadOf(300), payloadOf(40)];
    const first = sharedFrames([update, presence]);
    expect(sharedFrames([update, presence])).toBe(first);
    expect(sharedFrames([update])).not.toBe(first);
    expect(sharedFrames([payloadOf(300), presence])).not.toBe(first);
  });
});
