import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import * as Y from 'yjs';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import { registry } from '../../../shared/documents/registry.ts';
import { LiveDocument } from '../../../server/collab/liveDocument.ts';
import { contentHashNow } from '../../../server/log/contentHash.ts';
import { Client, OneDocument, order } from '../../support/oneDocument.ts';

let here: OneDocument;

beforeEach(() => (here = new OneDocument()));
afterEach(() => expect(here.faults).toEqual([]));

describe('a reader that does not keep up', () => {
  it('is sent nothing more, and gets the rest in one piece once it has caught up', async () => {
    const server = await here.basket();
    const writer = await new Client(server, 'resident').connect();
    const reader = await new Client(server, 'nurse').connect();
    writer.drafts.set('o1', order('10'));
    await server.settled();
    reader.lagging = true;
    for (const id of ['o2', 'o3', 'o4']) {
      writer.drafts.set(id, order('20'));
      await server.settled();
    }
    expect([...reader.drafts.keys()]).toEqual(['o1']);
    reader.lagging = false;
    await server.catchUp(reader.peer!);
    expect([...reader.drafts.keys()].sort()).toEqual(['o1', 'o2', 'o3', 'o4']);
    writer.drafts.set('o5', order('30'));
    await server.settled();
    expect(reader.drafts.has('o5')).toBe(true);
  });

  it('hears who is where once it has caught up, also when nobody wrote meanwhile', async () => {
    const server = await here.basket();
    const mover = await new Client(server, 'resident').connect();
    const reader = await new Client(server, 'nurse').connect();
    const heard: Uint8Array[] = [];
    reader.peer!.send = (...frames) => void heard.push(...frames);
    reader.lagging = true;
    const awareness = new Awareness(mover.doc);
    awareness.setLocalState({ section: 's1' });
    const payload = encodeAwarenessUpdate(awareness, [mover.doc.clientID]);
    awareness.destroy();
    server.receiveAwareness(mover.peer!, payload);
    await server.settled();
    expect(heard).toEqual([]);
    reader.lagging = false;
    await server.catchUp(reader.peer!);
    expect(heard.map((frame) => Buffer.from(frame).toString()).join()).toContain('"section":"s1"');
  });
});

test('a document in which a fault leaves what will not be in the log is thrown away, whatever the fault', async () => {
  const faults: unknown[] = [];
  const newId = (): string => {
    throw new Error('There are no ids left.');
  };
  const onFault = (_room: string, error: unknown): void => void faults.push(error);
  const deps = { ...here.deps, newId, onFault };
  const server = await LiveDocument.load('e/orders', registry.orders, deps);
  const resident = await new Client(server, 'resident').connect();
  const pharmacist = await new Client(server, 'pharmacist').connect();
  resident.drafts.set('o1', order('10'));
  await server.settled();
  pharmacist.disconnect();
  pharmacist.drafts.get('o1')!.set('priority', 'stat');
  resident.drafts.get('o1')!.set('priority', 'urgent');
  await server.settled();
  // Both values are to be kept under a new id.
  await pharmacist.connect();
  expect(faults).toHaveLength(1);
  expect(server.isDead).toBe(true);
  const again = await here.basket();
  await new Client(again, 'resident').connect();
  expect(again.isDead).toBe(false);
});

test('a document sleeps after a minute without a change, and wakes for whoever writes then', async () => {
  const server = await here.basket();
  const nurse = await new Client(server, 'nurse').connect();
  nurse.drafts.set('o1', order('10'));
  await server.settled();
  for (let beats = 0; beats < 12; beats++) server.heartbeat();
  expect(server.isAwake).toBe(true);
  nurse.drafts.set('o2', order('20'));
  await server.settled();
  for (let beats = 0; beats < 12; beats++) server.heartbeat();
  expect(server.isAwake).toBe(true);
  server.heartbeat();
  expect(server.isAwake).toBe(false);
  nurse.drafts.set('o3', order('30'));
  await server.settled();
  expect(server.isAwake).toBe(true);
});

describe('what has arrived, and waits for the log, counts', () => {
  let server: LiveDocument;
  let nurse: Client;
  let commitIsNear: (() => void)[];
  const arrives = (change: () => void): void => {
    const { peer } = nurse;
    nurse.peer = null;
    const before = Y.encodeStateVector(nurse.doc);
    change();
    const update = Y.encodeStateAsUpdate(nurse.doc, before);
    nurse.peer = peer;
    server.inbox.add(() => server.receive(peer!, 'update', update));
  };
  const logged = (): number => here.log.groups.flatMap(({ entries }) => entries).length;

  beforeEach(async () => {
    commitIsNear = [];
    here.log.beforeCommit = (_readers, then) => void commitIsNear.push(then);
    server = await here.note();
    nurse = await new Client(server, 'nurse').connect();
    arrives(() => nurse.line(0).insert(0, 'Slept well.'));
  });

  it('though it is in nobody’s document before that', async () => {
    expect(logged()).toBe(1);
    commitIsNear[0]!();
    expect(logged()).toBe(2);
  });

  it('when its author goes', () => {
    nurse.disconnect();
    expect(logged()).toBe(2);
    commitIsNear[0]!();
    expect(logged()).toBe(2);
  });

  it('when the service stops', async () => {
    await server.settled();
    expect(logged()).toBe(2);
    expect(nurse.peer!.settlement.count).toBe(2);
  });

  it('when the document is signed', async () => {
    const views = (doc: Y.Doc) => ({ note: doc.getMap('sections').toJSON() });
    const expected = { note: contentHashNow(views(nurse.doc).note) };
    const author = { userId: 'nurse', deviceId: 'd' };
    expect(await server.seal({ actId: 'a1', author, expected, views, whole: true })).toMatchObject({
      ok: true,
    });
  });

  it('when its author is heard of: a pong says that all before it has arrived', () => {
    nurse.answerPing();
    expect(logged()).toBe(2);
  });
});
