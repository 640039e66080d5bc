import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { docs, getPersistence, setupWSConnection } from '@y/websocket-server/utils';
import { WebSocketServer } from 'ws';
import { serveBenchmark } from './child.ts';

// As its own server.js, on this project's ws instead of version 6. YPERSISTENCE decides where documents are kept.
const sockets = new WebSocketServer({ noServer: true });
sockets.on('connection', (socket, request) => setupWSConnection(socket, request));
const server = createServer();
server.on('upgrade', (request, socket, head) =>
  sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request)),
);

interface LevelStore {
  storeUpdate(room: string, update: Uint8Array): Promise<unknown>;
}

server.listen(Number(process.env.PORT), '127.0.0.1', () =>
  serveBenchmark((server.address() as AddressInfo).port, {
    documents: () => docs.size,
    store: async (room, updates) => {
      const { provider } = getPersistence() as unknown as { provider: LevelStore };
      for (const update of updates) await provider.storeUpdate(room, update);
    },
  }),
);
