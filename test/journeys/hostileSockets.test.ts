import * as Y from 'yjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ordersRoom } from '../../shared/documents/room.ts';
import { pause, rssKiB } from '../bench/measure/process.ts';
import { encounterId } from '../support/chart.ts';
import { startWithChart } from '../support/chartService.ts';
import { eventually } from '../support/eventually.ts';
import { testPassword } from '../support/people.ts';
import { openPeer, type Peer } from '../support/provider.ts';
import { opcode, rawFrame, RawSocket, upgradeRequest } from '../support/rawSocket.ts';
import { report } from '../support/seeds.ts';
import type { Service } from '../support/service.ts';
import { signIn } from '../support/signIn.ts';

const room = ordersRoom(encounterId);
const mebibyte = 1024 * 1024;
/** Connections that are opened and then left to hang. */
const halfOpen = 400;
/** What all of the attacks together may leave behind in memory, MiB. */
const maxGrowthMiB = 150;

describe('hostile sockets', () => {
  let service: Service;
  let cookie: string;
  let pid: number;
  const honest: Peer[] = [];
  const hostile: RawSocket[] = [];
  let written = 0;
  let memoryBefore: number;
  /** Connections that begin a request and never end it, from the first test to the last. */
  const unfinished: RawSocket[] = [];

  beforeAll(async () => {
    service = await startWithChart({ env: { LOG_LEVEL: 'fatal' } });
    pid = service.pid;
    cookie = await signIn(service.url, 'nurse', testPassword);
    for (const username of ['resident', 'pharmacist'])
      honest.push(
        openPeer({ url: service.url, room, cookie: await signIn(service.url, username, testPassword) }),
      );
    await eventually(() => expect(honest.every(({ provider }) => provider.synced)).toBe(true));
    memoryBefore = rssKiB(pid);
    for (let count = 0; count < halfOpen; count++) {
      const socket = new RawSocket(service.port);
      unfinished.push(socket);
      // Half of them say nothing at all.
      if (count % 2 === 0) socket.send(`GET /collab/${room} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: webso`);
    }
  });

  afterEach(async () => {
    // Whoever works in the room goes on, on the same connection and in the same process.
    const [writer, reader] = honest as [Peer, Peer];
    const id = `o-${++written}`;
    const draft = new Y.Map<unknown>();
    draft.set('category', 'diet');
    writer.doc.getMap('drafts').set(id, draft);
    await eventually(() => expect(reader.doc.getMap('drafts').has(id)).toBe(true));
    expect(honest.flatMap(({ closes }) => closes)).toEqual([]);
    for (const socket of hostile.splice(0)) socket.destroy();
    expect(service.pid).toBe(pid);
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  });
  afterAll(async () => {
    for (const peer of honest) peer.close();
    for (const socket of unfinished) socket.destroy();
    await service.close();
  });

  const open = (): RawSocket => {
    const socket = new RawSocket(service.port);
    hostile.push(socket);
    return socket;
  };
  /** A socket that is let in as anybody else would be, and turns hostile then. */
  const admitted = async (headers: Record<string, string> = {}): Promise<RawSocket> => {
    const socket = open();
    socket.send(upgradeRequest(`/collab/${room}`, { Cookie: cookie, ...headers }));
    await eventually(() => expect(socket.status).toBe(101));
    return socket;
  };
  const closeCodeOf = (socket: RawSocket): Promise<number> =>
    eventually(() => {
      if (socket.closeCode === null) throw new Error('It is still open.');
      return socket.closeCode;
    });

  describe('who is not let in', () => {
    it.each([
      ['without a session', 4401, {}],
      ['with a session that nobody was given', 4401, { Cookie: `cochart_session=${'0'.repeat(64)}` }],
    ])('%s', async (_who, code, headers) => {
      const socket = open();
      socket.send(upgradeRequest(`/collab/${room}`, headers));
      expect(await closeCodeOf(socket)).toBe(code);
    });

    it('comes from a page of somewhere else, with the session of one who is signed in', async () => {
      const socket = open();
      socket.send(upgradeRequest(`/collab/${room}`, { Cookie: cookie, Origin: 'https://elsewhere.example' }));
      expect(await closeCodeOf(socket)).toBe(4403);
    });

    it('cannot stop the service by sending garbage after a no', async () => {
      const turnedAway: Record<string, string>[] = [
        {},
        { Cookie: cookie, Origin: 'https://elsewhere.example' },
      ];
      for (const headers of turnedAway) {
        const socket = open();
        // In one packet with the request, so that it is there before the close frame is answered.
        socket.send(
          Buffer.concat([
            Buffer.from(upgradeRequest(`/collab/${room}`, headers)),
            rawFrame({ code: 0x0f, payload: Buffer.from('garbage'), isMasked: false }),
          ]),
        );
        await eventually(() => expect(socket.isOver).toBe(true));
      }
    });
  });

  describe('who is let in, and', () => {
    it.each([
      ['sends a frame that says 17 MiB', 1009, rawFrame({ code: opcode.binary, saysBytes: 17 * mebibyte })],
      [
        'compresses though nothing of it was agreed',
        1002,
        rawFrame({ code: opcode.binary, payload: Buffer.from([1, 2, 3]), isCompressed: true }),
      ],
      ['does not mask', 1002, rawFrame({ code: opcode.binary, payload: Buffer.from([0]), isMasked: false })],
      ['goes on with a message that was never begun', 1002, rawFrame({ code: opcode.continuation })],
      ['sends text that is none', 1007, rawFrame({ code: opcode.text, payload: Buffer.from([0xc3, 0x28]) })],
      ['sends an opcode that does not exist', 1002, rawFrame({ code: 0x0b })],
      ['sends a ping of 1,000 bytes', 1002, rawFrame({ code: opcode.ping, payload: Buffer.alloc(1_000) })],
      ['speaks HTTP again', 1002, Buffer.from('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')],
    ])('%s is closed with %i', async (_what, code, bytes) => {
      const socket = await admitted();
      socket.send(bytes);
      expect(await closeCodeOf(socket)).toBe(code);
      await eventually(() => expect(socket.isOver).toBe(true));
    });

    it('sends more fragments than any message has is closed, however small they are', async () => {
      const socket = await admitted();
      socket.send(rawFrame({ code: opcode.binary, payload: Buffer.from([0]), isLast: false }));
      const fragment = rawFrame({ code: opcode.continuation, payload: Buffer.from([0]), isLast: false });
      const many = Buffer.concat(Array.from({ length: 1_000 }, () => fragment));
      for (let batch = 0; batch < 20 && !socket.isOver; batch++) {
        socket.send(many);
        await socket.taken();
      }
      expect(await closeCodeOf(socket)).toBe(1008);
    });

    it('sends text and nonsense is not listened to', async () => {
      const socket = await admitted();
      for (const text of ['', 'hello', '{"type":"sync"}'])
        socket.send(rawFrame({ code: opcode.text, payload: Buffer.from(text) }));
      await eventually(() => expect(socket.socket.writableLength).toBe(0));
      expect(socket.closeCode).toBeNull();
    });

    it('asks for a protocol that nobody here speaks gets the only one that there is', async () => {
      const socket = await admitted({ 'Sec-WebSocket-Protocol': 'elsewhere.v9' });
      expect(socket.closeCode).toBeNull();
    });

    it('sends 10,000 tiny frames at once keeps nobody waiting', async () => {
      const socket = await admitted();
      const tiny = rawFrame({ code: opcode.binary, payload: Buffer.from([3]) });
      socket.send(Buffer.concat(Array.from({ length: 10_000 }, () => tiny)));
      expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
      expect(socket.closeCode).toBeNull();
    });

    it('sends pings without end and never reads the answers fills no memory', async () => {
      const before = rssKiB(pid);
      const socket = await admitted();
      socket.stopReading();
      const ping = rawFrame({ code: opcode.ping, payload: Buffer.alloc(125) });
      const many = Buffer.concat(Array.from({ length: 8_000 }, () => ping));
      let sentMiB = 0;
      for (; sentMiB < 32 && !socket.isOver; sentMiB += many.length / mebibyte) {
        socket.send(many);
        // What the service does not read stays here: then it has held its own against the flood.
        const isTaken = await Promise.race([socket.taken().then(() => true), pause(150).then(() => false)]);
        if (!isTaken) break;
      }
      const grownMiB = (rssKiB(pid) - before) / 1024;
      report(`Pings without end: ${sentMiB.toFixed(1)} MiB taken, ${grownMiB.toFixed(1)} MiB more memory.`);
      expect(grownMiB).toBeLessThan(16);
    });
  });

  it('that never end what they have begun are cut off, and all of it together leaves little behind', async () => {
    await eventually(() => expect(unfinished.filter(({ isOver }) => !isOver)).toHaveLength(0));
    const grownMiB = (rssKiB(pid) - memoryBefore) / 1024;
    report(`After all hostile sockets: ${grownMiB.toFixed(1)} MiB more memory.`);
    expect(grownMiB).toBeLessThan(maxGrowthMiB);
  });
});
