import { eq } from 'drizzle-orm';
import { io, type Socket } from 'socket.io-client';
import * as Y from 'yjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ordersRoom } from '../../shared/documents/room.ts';
import { audit } from '../../server/audit/tables.ts';
import { users } from '../../server/auth/tables.ts';
import { statement } from '../../server/db/batch.ts';
import { openDatabase } from '../../server/db/open.ts';
import { encounterId } from '../support/chart.ts';
import { documentInLog, startWithChart, withReader } from '../support/chartService.ts';
import { configFor } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { people, siteB, testPassword, wardOfA } from '../support/people.ts';
import { openPeer, type Peer } from '../support/provider.ts';
import { opcode, rawFrame, RawSocket, upgradeRequest } from '../support/rawSocket.ts';
import { report } from '../support/seeds.ts';
import type { Service } from '../support/service.ts';
import { asSignedIn, signIn } from '../support/signIn.ts';
import { updateFrame } from '../../server/collab/frames.ts';

const draftOf = (id: string): Y.Doc => {
  const doc = new Y.Doc();
  const draft = new Y.Map<unknown>();
  draft.set('category', 'diet');
  doc.getMap('drafts').set(id, draft);
  return doc;
};

describe('who may no longer', () => {
  let service: Service;
  let colleague: Peer;
  const peers: Peer[] = [];
  const raw: RawSocket[] = [];
  const wires: Socket[] = [];
  let lastId = 0;

  beforeAll(async () => {
    service = await startWithChart({ env: { LOG_LEVEL: 'fatal' } });
    colleague = openPeer({ url: service.url, room: ordersRoom(encounterId), cookie: await as('resident') });
    await eventually(() => expect(colleague.provider.synced).toBe(true));
  });
  afterEach(() => {
    for (const peer of peers.splice(0)) peer.close();
    for (const socket of raw.splice(0)) socket.destroy();
    for (const wire of wires.splice(0)) wire.disconnect();
  });
  afterAll(async () => {
    colleague.close();
    await service.close();
  });

  const as = (username: string): Promise<string> => signIn(service.url, username, testPassword);
  const write = (peer: Peer): string => {
    const id = `r-${++lastId}`;
    const draft = new Y.Map<unknown>();
    draft.set('category', 'diet');
    peer.doc.getMap('drafts').set(id, draft);
    return id;
  };

  /** Somebody with all their sockets open: an honest one, one that ignores what it is told, and announcements. */
  async function sitDown(username: string) {
    const cookie = await as(username);
    const room = ordersRoom(encounterId);
    const peer = openPeer({ url: service.url, room, cookie });
    peers.push(peer);
    const stubborn = new RawSocket(service.port);
    raw.push(stubborn);
    stubborn.send(upgradeRequest(`/collab/${room}`, { Cookie: cookie }));
    const wire = io(service.url, {
      extraHeaders: { cookie },
      transports: ['websocket'],
      reconnection: false,
    });
    wires.push(wire);
    const heard: string[] = [];
    let isOut = false;
    wire.onAny((event: string) => heard.push(event));
    wire.on('disconnect', () => (isOut = true));
    await eventually(() => {
      expect([peer.provider.synced, stubborn.status, wire.connected]).toEqual([true, 101, true]);
    });
    await wire.emitWithAck('encounter:watch', { encounterId });
    await eventually(async () => {
      const id = write(peer);
      await eventually(() => expect(colleague.doc.getMap('drafts').has(id)).toBe(true));
    });
    return { cookie, peer, stubborn, wire, heard, isOut: () => isOut };
  }

  async function obeys(
    seat: Awaited<ReturnType<typeof sitDown>>,
    what: string,
    since: number,
    others: Peer = colleague,
  ): Promise<void> {
    await eventually(() => {
      expect([seat.peer.closes, seat.stubborn.closeCode, seat.isOut()]).toEqual([[4401], 4401, true]);
    });
    report(`${what}: all sockets obeyed ${(performance.now() - since).toFixed(0)} ms after it was begun.`);
    expect(seat.heard.at(-1)).toBe('session:ended');
    const frames = seat.stubborn.bytesRead;
    const heard = seat.heard.length;
    // The close is not answered, and what is sent on the socket that is still there is well made.
    const update = Y.encodeStateAsUpdate(draftOf('r-afterwards'));
    for (let send = 0; send < 5; send++)
      seat.stubborn.send(rawFrame({ code: opcode.binary, payload: updateFrame(update) }));
    const id = write(others);
    await eventually(async () => {
      const inLog = (await documentInLog(service.folder, ordersRoom(encounterId))).getMap('drafts');
      expect(inLog.has(id)).toBe(true);
      expect(inLog.has('r-afterwards')).toBe(false);
    });
    expect(seat.peer.doc.getMap('drafts').has(id)).toBe(false);
    expect(seat.stubborn.bytesRead).toBe(frames);
    expect(seat.heard).toHaveLength(heard);
    const back = openPeer({ url: service.url, room: ordersRoom(encounterId), cookie: seat.cookie });
    peers.push(back);
    await eventually(() => expect(back.closes).toEqual([4401]));
    // Nor do the others go on seeing them.
    await eventually(() => {
      const names = [...others.provider.awareness.getStates().values()].map(
        (state) => (state['user'] as { name?: string } | undefined)?.name,
      );
      expect(names.filter((name) => name !== undefined && name !== 'Test resident')).toEqual([]);
    });
  }

  it('has signed out in another tab: every socket of the session ends, and nothing passes it after that', async () => {
    const seat = await sitDown('nurse');
    const since = performance.now();
    const answer = await asSignedIn(service.url, seat.cookie)('/api/session', { method: 'DELETE' });
    expect(answer.ok).toBe(true);
    await obeys(seat, 'Signed out elsewhere', since);
  });

  it('has been disabled by an operator’s command beside the service', async () => {
    const seat = await sitDown('pharmacist');
    const since = performance.now();
    expect((await service.command(['user', 'disable', 'pharmacist'])).code).toBe(0);
    await obeys(seat, 'Disabled by a command', since);
  });

  it('has an encounter open that is filed to another patient: comes back to that patient’s chart, in the trail', async () => {
    const clerk = asSignedIn(service.url, await as('clerk'));
    const arrive = async (bed: string): Promise<{ patientId: string; encounterId: string }> => {
      const body = { estimatedAge: 50, wardId: wardOfA, bed };
      return (await clerk('/api/patients/unidentified', { method: 'POST', body })).json() as never;
    };
    const [wrong, right] = [await arrive('1'), await arrive('2')];
    const cookie = await as('nurse');
    const room = ordersRoom(wrong.encounterId);
    const peer = openPeer({ url: service.url, room, cookie });
    peers.push(peer);
    await eventually(() => expect(peer.provider.synced).toBe(true));
    const body = { toPatientId: right.patientId, reason: 'The wrong chart was open', version: 1 };
    const since = performance.now();
    const refiled = await asSignedIn(service.url, await as('attending'))(
      `/api/encounters/${wrong.encounterId}/refile`,
      { method: 'POST', body },
    );
    expect(refiled.status).toBe(200);
    await eventually(() => expect(peer.closes).toEqual([1012]));
    report(`Refiled: open documents let go ${(performance.now() - since).toFixed(0)} ms after it was begun.`);
    await eventually(() => expect(peer.provider.synced).toBe(true));
    const opened = await withReader(service.folder, (reader) =>
      reader.select().from(audit).where(eq(audit.entity, room)).orderBy(audit.seq),
    );
    expect(opened.map(({ action, userId, patientId }) => [action, userId, patientId])).toEqual([
      ['document:opened', people.nurse.id, wrong.patientId],
      ['document:opened', people.nurse.id, right.patientId],
    ]);
    const id = write(peer);
    await eventually(async () =>
      expect((await documentInLog(service.folder, room)).getMap('drafts').has(id)).toBe(true),
    );
  });

  it.each([
    ['another role', 'nurse', { role: 'clerk' as const }],
    ['another site', 'attending', { siteId: siteB }],
  ])('has %s now', async (what, username, values) => {
    const seat = await sitDown(username);
    const database = await openDatabase(configFor(service.folder), { serve: false });
    if (!database.ok) throw new Error(database.error);
    const { reader, writer } = database.value;
    const since = performance.now();
    const changed = await writer.commit({
      statements: [statement(reader.update(users).set(values).where(eq(users.username, username)))],
    });
    await database.value.close();
    expect(changed.ok).toBe(true);
    await obeys(seat, `Given ${what}`, since);
  });
});
