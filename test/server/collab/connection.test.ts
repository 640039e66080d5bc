import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { connect } from '../../../server/collab/connection.ts';
import { updateFrame } from '../../../server/collab/frames.ts';
import type { LiveDocument } from '../../../server/collab/liveDocument.ts';
import type { Peer } from '../../../server/collab/peer.ts';
import type { Quarantine } from '../../../server/collab/quarantine.ts';
import { Settlement } from '../../../server/collab/settlement.ts';

const mebibyte = 1024 * 1024;

/** The pipe to a reader who reads nothing: what is written stays. */
const stuckWire = (): Duplex => new Duplex({ read() {}, write() {} });

function readerOf(wire: Duplex, document: object = {}) {
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    terminate: vi.fn<() => void>(),
    close: () => {},
  });
  const peer = connect(
    socket as unknown as WebSocket,
    wire,
    Object.assign(document, { join: () => {} }) as unknown as LiveDocument,
    {
      user: { id: 'u', name: 'Test nurse', role: 'nurse', initials: 'TN', colour: 'blue' },
      deviceId: 'd',
      extended: false,
      settlement: new Settlement(),
      access: { mode: 'write', orderCategories: null },
    },
    {
      logger: pino({ level: 'silent' }),
      quarantine: { id: 'q', mayKeep: () => true, keep: async () => {} } as unknown as Quarantine,
      touched: () => {},
      onRefused: () => {},
    },
  );
  return { socket, peer };
}

afterEach(() => vi.useRealTimers());

test('a reader with more than 8 MiB waiting is let go, and not before', () => {
  const { socket, peer } = readerOf(stuckWire());
  const frame = new Uint8Array(mebibyte);
  for (let sent = 0; sent < 8; sent++) peer.send(frame);
  expect(peer.isLagging()).toBe(true);
  expect(socket.terminate).not.toHaveBeenCalled();
  peer.send(frame);
  peer.send(frame);
  expect(socket.terminate).toHaveBeenCalled();
});

test('a reader who has not caught up for 30 s is let go by whatever comes next', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const { socket, peer } = readerOf(stuckWire());
  peer.send(new Uint8Array(2 * mebibyte));
  peer.send(new Uint8Array(1));
  expect(peer.isLagging()).toBe(true);
  vi.advanceTimersByTime(29_000);
  peer.send(new Uint8Array(1));
  expect(socket.terminate).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  peer.send(new Uint8Array(1));
  expect(socket.terminate).toHaveBeenCalled();
});

test('who has been sent something is not greeted; nobody hears nothing for two greetings', () => {
  const written: Buffer[] = [];
  const wire = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const { peer } = readerOf(wire);
  const greeting = new Uint8Array([1, 1, 0]);
  const greetings = (): number => {
    peer.greet(greeting);
    return written.length;
  };
  expect(greetings()).toBe(1);
  expect([greetings(), greetings()]).toEqual([1, 2]);
  peer.send(new Uint8Array([0, 2, 0]));
  expect([greetings(), greetings()]).toEqual([3, 4]);
});

/** A document whose log is not about to commit: what arrives waits. */
function waitingRoom() {
  const waiting: (() => void)[] = [];
  const received: number[] = [];
  const document = {
    isDead: false,
    inbox: { add: (take: () => void) => void waiting.push(take) },
    accessOf: () => ({ mode: 'write' }),
    receive(peer: Peer, _kind: string, update: Uint8Array) {
      received.push(update[0]!);
      if (update[0] === 1) peer.refused(update, 'malformed');
    },
  };
  const empty = (): void => {
    for (const take of waiting.splice(0)) take();
  };
  return { document, received, empty };
}

test('what waited while the document failed is not taken: it was never told to be safe', () => {
  const { document, received, empty } = waitingRoom();
  const { socket } = readerOf(stuckWire(), document);
  socket.emit('message', Buffer.from(updateFrame(new Uint8Array([2]))), true);
  document.isDead = true;
  empty();
  expect(received).toEqual([]);
});

test('what waited behind an update that is refused is kept with it, unread', () => {
  const { document, received, empty } = waitingRoom();
  const { socket } = readerOf(stuckWire(), document);
  for (const update of [0, 1, 2, 3])
    socket.emit('message', Buffer.from(updateFrame(new Uint8Array([update]))), true);
  expect(received).toEqual([]);
  empty();
  expect(received).toEqual([0, 1]);
});
