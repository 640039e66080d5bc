import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { serveBenchmark } from './child.ts';

/** Hands every frame to the others in the room, and knows nothing: what any server on `ws` costs at least. */
const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1' });

server.on('connection', (socket, { url = '' }) => {
  const room = rooms.get(url) ?? new Set();
  rooms.set(url, room.add(socket));
  socket.on('message', (data) => {
    for (const other of room) if (other !== socket) other.send(data);
  });
  socket.on('close', () => {
    room.delete(socket);
    if (room.size === 0) rooms.delete(url);
  });
});

server.on('listening', () =>
  serveBenchmark((server.address() as AddressInfo).port, {
    documents: () => rooms.size,
    store: () => Promise.reject(new Error('A relay stores nothing.')),
  }),
);
