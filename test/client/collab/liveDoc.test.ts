import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket as NodeWebSocket, WebSocketServer, type WebSocket as Socket } from 'ws';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { LiveDoc } from '../../../client/collab/liveDoc.svelte.ts';
import { forgetWhoWaits, signedInAgain } from '../../../client/wire/again.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { closeReasons } from '../../../shared/wire/closeReasons.ts';
import { newBlock } from '../../support/honestEdits.ts';

/** A server of one room that speaks the wire of CONTRACT.md, and does what a test asks of it. */
class Room {
  doc = new Y.Doc();
  epoch = 1;
  access: 'write' | 'read' = 'write';
  /** Holds acknowledgements back. */
  silent = false;
  /** Hears nothing of what is written. */
  deaf = false;
  refuses: (text: string) => boolean = () => false;
  connections = 0;
  awarenessFrames = 0;
  #sockets = new Map<Socket, { settled: number; refused: boolean }>();
  #server: WebSocketServer | null = null;

  async open(port = 0): Promise<number> {
    this.#server = new WebSocketServer({ port, host: '127.0.0.1' });
    this.#server.on('connection', (socket) => this.#greet(socket));
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.terminate();
    const server = this.#server;
    this.#server = null;
    if (server) await new Promise((done) => server.close(done));
  }

  end(code: number): void {
    for (const socket of this.#sockets.keys()) socket.close(code);
  }

  tell(number: number, json: object): void {
    for (const socket of this.#sockets.keys()) sendJson(socket, number, json);
  }

  /** A change of somebody else's, told to all. */
  change(make: (doc: Y.Doc) => void): void {
    const before = Y.encodeStateVector(this.doc);
    make(this.doc);
    const update = Y.encodeStateAsUpdate(this.doc, before);
    for (const socket of this.#sockets.keys())
      send(socket, (encoder) => {
        encoding.writeVarUint(encoder, 0);
        syncProtocol.writeUpdate(encoder, update);
      });
  }

  acknowledge(): void {
    this.silent = false;
    for (const [socket, { settled }] of this.#sockets) this.#persisted(socket, settled);
  }

  #greet(socket: Socket): void {
    this.connections += 1;
    this.#sockets.set(socket, { settled: 0, refused: false });
    socket.binaryType = 'nodebuffer';
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('message', (data: Buffer) => this.#hear(socket, new Uint8Array(data)));
    sendJson(socket, 104, { epoch: this.epoch, schema: 1, access: this.access, reason: 'role' });
    send(socket, (encoder) => {
      encoding.writeVarUint(encoder, 0);
      syncProtocol.writeSyncStep1(encoder, this.doc);
    });
  }

  #hear(socket: Socket, frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const message = decoding.readVarUint(decoder);
    if (message === 1) this.#echo(socket, decoding.readVarUint8Array(decoder));
    if (message !== 0) return;
    const kind = decoding.readVarUint(decoder);
    const payload = decoding.readVarUint8Array(decoder);
    if (kind === 0) {
      send(socket, (encoder) => {
        encoding.writeVarUint(encoder, 0);
        syncProtocol.writeSyncStep2(encoder, this.doc, payload);
      });
      return;
    }
    const state = this.#sockets.get(socket);
    if (!state || state.refused || this.deaf) return;
    const probe = new Y.Doc();
    Y.applyUpdate(probe, Y.encodeStateAsUpdate(this.doc));
    Y.applyUpdate(probe, payload);
    if (this.refuses(probe.getText('t').toJSON())) {
      state.refused = true;
      sendJson(socket, 101, { reason: 'Not this.', quarantineId: 'q1' });
      return;
    }
    Y.applyUpdate(this.doc, payload);
    state.settled += 1;
    if (!this.silent) this.#persisted(socket, state.settled);
  }

  /** As the server does: the same person, named by it, under a clock of its own. */
  #echo(socket: Socket, states: Uint8Array): void {
    this.awarenessFrames += 1;
    const decoder = decoding.createDecoder(states);
    const count = decoding.readVarUint(decoder);
    const clientId = decoding.readVarUint(decoder);
    decoding.readVarUint(decoder);
    const json = decoding.readVarString(decoder);
    if (count === 0 || json === 'null') return;
    send(socket, (encoder) => {
      encoding.writeVarUint(encoder, 1);
      const update = encoding.createEncoder();
      encoding.writeVarUint(update, 1);
      encoding.writeVarUint(update, clientId);
      encoding.writeVarUint(update, 1_000_000 + this.awarenessFrames);
      encoding.writeVarString(update, json);
      encoding.writeVarUint8Array(encoder, encoding.toUint8Array(update));
    });
  }

  #persisted(socket: Socket, settled: number): void {
    send(socket, (encoder) => {
      encoding.writeVarUint(encoder, 100);
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarUint8Array(encoder, Y.encodeStateVector(this.doc));
      encoding.writeVarUint(encoder, settled);
    });
  }
}

function send(socket: Socket, write: (encoder: encoding.Encoder) => void): void {
  const encoder = encoding.createEncoder();
  write(encoder);
  socket.send(encoding.toUint8Array(encoder));
}

const sendJson = (socket: Socket, number: number, json: object): void =>
  send(socket, (encoder) => {
    encoding.writeVarUint(encoder, number);
    encoding.writeVarString(encoder, JSON.stringify(json));
  });

let room: Room;
let live: LiveDoc;
let port: number;

const text = (): Y.Text => live.doc.getText('t');
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000, interval: 10 });
const untilSaved = (): Promise<void> => until(() => expect(live.save).toEqual({ kind: 'saved' }));

beforeEach(async () => {
  vi.stubGlobal('WebSocket', NodeWebSocket);
  vi.stubGlobal('addEventListener', () => undefined);
  vi.stubGlobal('removeEventListener', () => undefined);
  room = new Room();
  port = await room.open();
  live = new LiveDoc({ url: `ws://127.0.0.1:${port}`, room: 'e/note/n' });
});

afterEach(async () => {
  live.close();
  await room.close();
  vi.unstubAllGlobals();
});

describe('a shared document', () => {
  test('is not editable before it has been loaded, and then it is', async () => {
    room.doc.getText('t').insert(0, 'there before');
    expect(live.editable).toBe(false);
    expect(live.save).toEqual({ kind: 'read-only', reason: null });
    live.open();
    await untilSaved();
    expect(live.editable).toBe(true);
    expect(text().toJSON()).toBe('there before');
  });

  test('is "Saving" until the server has counted my change', async () => {
    live.open();
    await untilSaved();
    room.silent = true;
    text().insert(0, 'mine');
    expect(live.save.kind).toBe('saving');
    await until(() => expect(room.doc.getText('t').toJSON()).toBe('mine'));
    expect(live.save.kind).toBe('saving');
    room.acknowledge();
    await untilSaved();
  });

  test('keeps what I write while the server is away, says so, and hands it over afterwards', async () => {
    live.open();
    await untilSaved();
    await room.close();
    await until(() => expect(live.save).toEqual({ kind: 'reconnecting' }));
    text().insert(0, 'written alone');
    expect(live.save).toEqual({ kind: 'not-saved', why: 'link' });
    expect(live.unsavedTexts()).toEqual(['written alone']);
    await room.open(port);
    await untilSaved();
    expect(room.doc.getText('t').toJSON()).toBe('written alone');
  });

  test('who may only read is told why, and cannot edit', async () => {
    room.access = 'read';
    live.open();
    await until(() => expect(live.save).toEqual({ kind: 'read-only', reason: 'role' }));
    expect(live.editable).toBe(false);
  });

  test('becomes read only at once when it is signed', async () => {
    live.open();
    await untilSaved();
    room.tell(102, { by: 'u', at: '2026-11-22T03:00:00Z', contentHash: 'h' });
    await until(() => expect(live.editable).toBe(false));
    expect(live.save).toEqual({ kind: 'read-only', reason: 'sealed' });
  });
});

describe('a refused change', () => {
  test('is taken aside, the document is loaded again under a new client id, and work goes on', async () => {
    room.doc.getText('t').insert(0, 'kept. ');
    room.refuses = (whole) => whole.includes('bad');
    live.open();
    await untilSaved();
    text().insert(6, 'fine. ');
    await untilSaved();
    const before = live.doc.clientID;
    text().insert(12, 'bad words');
    await until(() => expect(live.generation).toBe(1));
    expect(live.kept.items).toMatchObject([
      { id: 'q1', why: 'refused', reason: 'Not this.', pieces: [{ text: 'bad words', place: 't' }] },
    ]);
    await until(() => expect(live.editable).toBe(true));
    expect(live.doc.clientID).not.toBe(before);
    expect(text().toJSON()).toBe('kept. fine. ');
    expect(live.save).toEqual({ kind: 'not-saved', why: 'refused' });

    live.kept.dismiss(live.kept.items[0]!.id);
    text().insert(12, 'and on');
    await untilSaved();
    expect(room.doc.getText('t').toJSON()).toBe('kept. fine. and on');
  });
});

describe('words that die with somebody else’s deletion', () => {
  const noteBody = (doc: Y.Doc): Y.XmlFragment =>
    (doc.getMap('sections').get('s1') as Y.Map<unknown>).get('body') as Y.XmlFragment;
  const line = (index = 0): Y.XmlText => (noteBody(live.doc).get(index) as Y.XmlElement).get(0) as Y.XmlText;
  const removed = (): void => room.change((doc) => noteBody(doc).delete(0, noteBody(doc).length));
  const offered = (): object[] => live.kept.items.map(({ why, stored, pieces }) => ({ why, stored, pieces }));

  beforeEach(async () => {
    writeNewNote(room.doc, [{ id: 's1', title: 'Plan', rank: 'a' }]);
    noteBody(room.doc).insert(0, [newBlock('Sat up. '), newBlock('Drank.  ')]);
    live.open();
    await untilSaved();
  });

  test('before the service had them are offered as what it rescues is', async () => {
    room.deaf = true;
    line().insert(8, 'Walked to the door.');
    line(1).insert(8, 'Half a cup.');
    removed();
    await until(() => expect(noteBody(live.doc).length).toBe(0));
    expect(offered()).toEqual([]);
    room.deaf = false;
    room.end(closeReasons.restarting.code);
    const mine = [{ text: 'Walked to the door.\nHalf a cup.', place: 'sections/s1/body' }];
    await until(() => expect(offered()).toEqual([{ why: 'rescued', stored: false, pieces: mine }]));
    expect(live.kept.onlyHere).toBe(true);
    await untilSaved();

    room.end(closeReasons.restarting.code);
    await until(() => expect(room.connections).toBe(3));
    await untilSaved();
    expect(offered(), 'once').toHaveLength(1);
    room.tell(103, { text: 'Walked to the door.\nHalf a cup.', where: null, rescueId: 'r1' });
    await until(() => expect(offered()).toMatchObject([{ stored: true }]));
  });

  test('but not what the service had: that it keeps itself', async () => {
    room.silent = true;
    line().insert(8, 'Walked to the door.');
    await until(() => expect(JSON.stringify(room.doc.toJSON())).toContain('Walked'));
    removed();
    await until(() => expect(noteBody(live.doc).length).toBe(0));
    room.end(closeReasons.restarting.code);
    await until(() => expect(room.connections).toBe(2));
    room.acknowledge();
    await untilSaved();
    expect(offered()).toEqual([]);
  });

  test('nor what somebody removed who had read it', async () => {
    line().insert(8, 'Walked to the door.');
    await untilSaved();
    removed();
    room.end(closeReasons.restarting.code);
    await until(() => expect(room.connections).toBe(2));
    await untilSaved();
    expect(offered()).toEqual([]);
  });
});

describe('an end of the connection', () => {
  test('for good stops the editing, names the reason and is not tried again', async () => {
    live.open();
    await untilSaved();
    room.end(closeReasons.unauthenticated.code);
    await until(() => expect(live.closed?.words).toBe(closeReasons.unauthenticated.words));
    expect(live.editable).toBe(false);
    expect(room.connections).toBe(1);
  });

  test('because the session ended keeps what I wrote, and sends it when I sign in again', async () => {
    live.open();
    await untilSaved();
    room.deaf = true;
    text().insert(0, 'before the lock');
    room.end(closeReasons.unauthenticated.code);
    await until(() => expect(live.closed).not.toBeNull());
    expect(live.save).toEqual({ kind: 'not-saved', why: 'ended' });
    expect(live.kept.items).toEqual([]);
    room.deaf = false;
    signedInAgain();
    await untilSaved();
    expect(room.doc.getText('t').toJSON()).toBe('before the lock');
    expect(live.editable).toBe(true);
  });

  test('with the session that I have replaced by then keeps me out of nothing, nor anything that I wrote', async () => {
    live = new LiveDoc({
      url: `ws://127.0.0.1:${port}`,
      room: 'e/note/n',
      goesOn: () => Promise.resolve(true),
    });
    live.open();
    await untilSaved();
    room.deaf = true;
    text().insert(0, 'while it was replaced');
    // Signed in again first, and only then the news that the connection is closed.
    signedInAgain();
    room.end(closeReasons.unauthenticated.code);
    await until(() => expect(live.closed).not.toBeNull());
    room.deaf = false;
    await untilSaved();
    expect(room.doc.getText('t').toJSON()).toBe('while it was replaced');
  });

  test('that outlasts my session is the last of it: nothing of mine is sent for whoever signs in next', async () => {
    live.open();
    await untilSaved();
    room.end(closeReasons.restarting.code);
    await until(() => expect(live.connected).toBe(false));
    text().insert(0, 'never sent');
    forgetWhoWaits();
    live.retryNow();
    live.retire();
    await until(() => expect(live.provider).toBeNull());
    expect(room.connections).toBe(1);
    expect(room.doc.getText('t').toJSON()).toBe('');
  });

  test('because it is not mine to open is not tried again when I sign in again', async () => {
    live.open();
    await untilSaved();
    room.end(closeReasons.forbidden.code);
    await until(() => expect(live.closed).not.toBeNull());
    signedInAgain();
    expect(live.closed?.code).toBe(closeReasons.forbidden.code);
  });

  test('with a new epoch drops the local copy and loads the new one', async () => {
    live.open();
    await untilSaved();
    room.doc = new Y.Doc();
    room.doc.getText('t').insert(0, 'second epoch');
    room.epoch = 2;
    room.end(closeReasons.epoch.code);
    await until(() => expect(live.doc.getText('t').toJSON()).toBe('second epoch'));
    await untilSaved();
  });

  test('before the first load shows trouble, never an empty document to write in', async () => {
    await room.close();
    live.open();
    await until(() => expect(live.trouble).toBe('link'));
    expect(live.loaded).toBe(false);
    expect(live.editable).toBe(false);
  });
});

test('where I am is told once, and what the server says of me is not sent back to it', async () => {
  live.open();
  await untilSaved();
  live.present({ section: 's1' });
  for (const word of ['a', 'b', 'c']) {
    text().insert(0, word);
    await untilSaved();
  }
  expect(room.awarenessFrames).toBe(2);
});

test('leaving a document waits until everything I wrote in it is durable', async () => {
  live.open();
  await untilSaved();
  room.silent = true;
  text().insert(0, 'last words');
  live.retire();
  await until(() => expect(room.doc.getText('t').toJSON()).toBe('last words'));
  expect(live.provider).not.toBeNull();
  room.acknowledge();
  await until(() => expect(live.provider).toBeNull());
});
