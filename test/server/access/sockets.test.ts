import * as decoding from 'lib0/decoding';
import { rm } from 'node:fs/promises';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openDatabase } from '../../../server/db/open.ts';
import { createLogger } from '../../../server/logger.ts';
import { createNoteStatements } from '../../../server/notes/acts.ts';
import { startService, type Service } from '../../../server/service.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { noteRoom, ordersRoom } from '../../../shared/documents/room.ts';
import { noteKinds } from '../../../shared/notes/kinds.ts';
import { closeReasons } from '../../../shared/wire/closeReasons.ts';
import { requests } from '../../../shared/wire/events.ts';
import { encounterId, patientId, seedEncounter } from '../../support/chart.ts';
import { configFor, temporaryFolder } from '../../support/database.ts';
import { people, seedPeople, testPassword } from '../../support/people.ts';
import { asSignedIn, signIn } from '../../support/signIn.ts';
import { seedPeopleOfB } from './peopleOfB.ts';
import { eventTable, noteIdOf, outcomeOf, roomTable, type RoomRow, type Visitor } from './table.ts';
import { namedVisitors, personOf } from './visitors.ts';

let folder: string;
let service: Service;

beforeAll(async () => {
  folder = await temporaryFolder();
  const config = configFor(folder);
  const database = await openDatabase(config, { serve: false });
  if (!database.ok) throw new Error(database.error);
  const deps = { ...database.value, now: () => new Date(), newId: () => crypto.randomUUID() };
  await seedPeople(deps);
  await seedPeopleOfB(deps);
  await seedEncounter(deps);
  const at = deps.now();
  await deps.writer.commit({
    statements: noteKinds.flatMap((kind) =>
      createNoteStatements(deps, {
        id: noteIdOf(kind),
        encounterId,
        kind,
        authorId: people.attending.id,
        at,
      }),
    ),
  });
  await deps.close();
  const started = await startService(config, createLogger('silent'));
  if (!started.ok) throw new Error(started.error);
  service = started.value;
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function cookieOf(visitor: Visitor): Promise<string | null> {
  if (visitor.as === 'nobody') return null;
  if ('site' in visitor)
    return signIn(service.address, personOf(visitor.as, visitor.site).username, testPassword);
  const cookie = await signIn(service.address, people.attending.username, testPassword);
  await asSignedIn(service.address, cookie)('/api/session', { method: 'DELETE' });
  return cookie;
}

const headersOf = (cookie: string | null, origin?: string): Record<string, string> => ({
  ...(cookie === null ? {} : { cookie }),
  ...(origin === undefined ? {} : { origin }),
});

const documentFrame = 104;

/** What somebody who comes to a room is told: that they may write or read, or the code with which they are sent away. */
function enter(room: string, cookie: string | null, origin?: string): Promise<string | number> {
  const url = `${service.address.replace('http', 'ws')}/collab/${room}?ext=1`;
  const socket = new WebSocket(url, { headers: headersOf(cookie, origin) });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => resolve(code));
    socket.on('message', (data: Buffer) => {
      const decoder = decoding.createDecoder(new Uint8Array(data));
      if (decoding.readVarUint(decoder) !== documentFrame) return;
      resolve((JSON.parse(decoding.readVarString(decoder)) as { access: string }).access);
      socket.close();
    });
  });
}

const expectedIn = (row: RoomRow, visitor: Visitor): string | number => {
  const outcome = outcomeOf(row, visitor);
  if (outcome === 'unauthenticated') return closeReasons.unauthenticated.code;
  if (outcome !== 'yes') return closeReasons.forbidden.code;
  return 'site' in visitor && row.writes.includes(visitor.as) ? 'write' : 'read';
};

test('the table names every kind of document and every request, and no other', () => {
  const kinds = new Set(roomTable.map(({ what }) => what.split('/', 1)[0]));
  expect([...kinds].toSorted()).toEqual(Object.keys(registry).toSorted());
  expect(eventTable.map(({ what }) => what).toSorted()).toEqual(Object.keys(requests).toSorted());
});

test.each(namedVisitors)('the documents, entered by %s', async (_name, visitor) => {
  const cookie = await cookieOf(visitor);
  const answers = await Promise.all(
    roomTable.map(async ({ what }) => [what, await enter(`${encounterId}/${what}`, cookie)]),
  );
  expect(Object.fromEntries(answers)).toEqual(
    Object.fromEntries(roomTable.map((row) => [row.what, expectedIn(row, visitor)])),
  );
});

/** Connects to the announcing wire. @throws what the service says when it does not let somebody in */
async function connect(cookie: string | null, origin?: string): Promise<Socket> {
  const socket = io(service.address, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: headersOf(cookie, origin),
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', (error) => {
      socket.close();
      reject(error);
    });
  });
  return socket;
}

async function answersTo(cookie: string | null): Promise<Record<string, string>> {
  const socket = await connect(cookie).catch((error: Error) => error.message);
  if (typeof socket === 'string') return Object.fromEntries(eventTable.map(({ what }) => [what, socket]));
  const answers: Record<string, string> = {};
  for (const { what, payload } of eventTable) {
    const answer = (await socket.emitWithAck(what, payload)) as { ok: boolean; code?: string };
    answers[what] = answer.ok ? 'yes' : answer.code!;
  }
  socket.close();
  return answers;
}

test.each(namedVisitors)('the announcements, asked for by %s', async (_name, visitor) => {
  const expected = eventTable.map((row) => [row.what, outcomeOf(row, visitor)]);
  expect(await answersTo(await cookieOf(visitor))).toEqual(Object.fromEntries(expected));
});

test('a note is not entered through another encounter', async () => {
  const cookie = await signIn(service.address, 'attending', testPassword);
  const opened = await asSignedIn(service.address, cookie)('/api/encounters', {
    method: 'POST',
    body: { patientId, class: 'AMB' },
  });
  const { id } = (await opened.json()) as { id: string };
  expect(await enter(ordersRoom(id), cookie)).toBe('write');
  expect(await enter(noteRoom(id, noteIdOf('progress')), cookie)).toBe(closeReasons.forbidden.code);
});

test('a page of another site gets into neither wire with somebody’s cookie', async () => {
  const cookie = await signIn(service.address, 'attending', testPassword);
  for (const origin of ['https://evil.example', 'null', service.address.replace(/\d+$/, '1')]) {
    expect(await enter(ordersRoom(encounterId), cookie, origin)).toBe(closeReasons.forbidden.code);
    await expect(connect(cookie, origin)).rejects.toThrow('websocket error');
  }
  expect(await enter(ordersRoom(encounterId), cookie, service.address)).toBe('write');
  (await connect(cookie, service.address)).close();
});

test('nothing else on this port takes an upgrade', async () => {
  const socket = new WebSocket(`${service.address.replace('http', 'ws')}/elsewhere`);
  await expect(new Promise((_resolve, reject) => socket.on('error', reject))).rejects.toThrow('404');
});

test('when a session ends, its sockets end with it', async () => {
  const cookie = await signIn(service.address, 'nurse', testPassword);
  const realtime = await connect(cookie);
  const told = new Promise((resolve) => realtime.on('session:ended', resolve));
  const collab = new WebSocket(`${service.address.replace('http', 'ws')}/collab/${encounterId}/orders`, {
    headers: { cookie },
  });
  await new Promise((resolve) => collab.once('message', resolve));
  const closed = new Promise((resolve) => collab.on('close', resolve));
  await asSignedIn(service.address, cookie)('/api/session', { method: 'DELETE' });
  expect(await closed).toBe(closeReasons.unauthenticated.code);
  await told;
  realtime.close();
});
