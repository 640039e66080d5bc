import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { registry } from '../../../shared/documents/registry.ts';
import type { LiveDocument } from '../../../server/collab/liveDocument.ts';
import { LiveDocuments } from '../../../server/collab/liveDocuments.ts';
import type { Peer } from '../../../server/collab/peer.ts';
import { Settlement } from '../../../server/collab/settlement.ts';
import type { DocumentLog } from '../../../server/log/documentLog.ts';
import { DocumentWriting, system } from '../../../server/log/entries.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { microtasks } from '../../support/controlledNetwork.ts';
import { memoryLog } from '../../support/memoryLog.ts';
import { steppedLog, type SteppedLog } from '../../support/steppedLog.ts';

const depsOver = (log: DocumentLog): ConstructorParameters<typeof LiveDocuments>[0] => ({
  log,
  now: () => new Date('2026-03-02T08:00:00.000Z'),
  newId: () => 'id',
  findSealOutcome: async () => ({ outcome: 'not-committed' }),
  onFault: (_room, error) => {
    throw error;
  },
  onChanged: () => {},
  onPresence: () => {},
  onAllLeft: () => {},
});

const visitor = (closed: string[] = []): Peer => ({
  user: { id: 'nurse', name: 'Nurse', role: 'nurse', initials: 'N', colour: 'blue' },
  deviceId: 'tablet',
  extended: false,
  settlement: new Settlement(),
  access: { mode: 'write', orderCategories: null },
  knownAtOpening: null,
  send: () => {},
  greet: () => undefined,
  isLagging: () => false,
  close: (reason) => void closed.push(reason),
  refused: () => {},
});

afterEach(() => void vi.useRealTimers());

describe('the documents in memory', () => {
  it('are those that somebody is in: 20 rounds of opening and leaving 300 leave none', async () => {
    const documents = new LiveDocuments(depsOver(memoryLog()));
    for (let round = 0; round < 20; round++) {
      const rooms = Array.from({ length: 300 }, (_, index) => `e${index}/orders`);
      const open = await Promise.all(rooms.map((room) => documents.open(room, registry.orders)));
      const peers = open.map((document) => {
        const peer = visitor();
        document.join(peer);
        return peer;
      });
      expect(documents.size).toBe(300);
      await Promise.all(open.map((document, index) => documents.leave(document, peers[index]!)));
      expect(documents.size).toBe(0);
    }
    await documents.close();
  });

  it('are one each, however many people open them at once', async () => {
    const documents = new LiveDocuments(depsOver(memoryLog()));
    const all = await Promise.all(
      Array.from({ length: 20 }, () => documents.open('e/orders', registry.orders)),
    );
    expect(new Set(all).size).toBe(1);
    await documents.close();
  });

  it('that could not be loaded are tried again by the next who comes', async () => {
    const log = memoryLog();
    let broken = true;
    const load: DocumentLog['load'] = (room) => (broken ? Promise.reject(new Error('disk')) : log.load(room));
    const documents = new LiveDocuments(depsOver({ ...log, load }));
    await expect(documents.open('e/orders', registry.orders)).rejects.toThrow('disk');
    broken = false;
    expect((await documents.open('e/orders', registry.orders)).isDead).toBe(false);
    await documents.close();
  });

  it('are left by everybody, with a word to come back, when the service stops', async () => {
    const documents = new LiveDocuments(depsOver(memoryLog()));
    const closed: string[] = [];
    for (let index = 0; index < 300; index++) {
      (await documents.open(`e${index}/care-plan`, registry['care-plan'])).join(visitor(closed));
    }
    await documents.close();
    expect(closed).toEqual(Array.from({ length: 300 }, () => 'restarting'));
    expect(documents.size).toBe(0);
  });

  it('are much garbage when all are left: it is collected once nobody has come back for a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const onAllLeft = vi.fn<() => void>();
    const documents = new LiveDocuments({ ...depsOver(memoryLog()), onAllLeft });
    const visit = async (count: number): Promise<void> => {
      const rooms = Array.from({ length: count }, (_, index) => `e${index}/orders`);
      const open = await Promise.all(rooms.map((room) => documents.open(room, registry.orders)));
      await Promise.all(open.map((document) => documents.leaveEmpty(document)));
    };
    await visit(99);
    vi.advanceTimersByTime(60_000);
    expect(onAllLeft).not.toHaveBeenCalled();

    await visit(1);
    const back = await documents.open('e/orders', registry.orders);
    vi.advanceTimersByTime(60_000);
    expect(onAllLeft).not.toHaveBeenCalled();

    await documents.leaveEmpty(back);
    vi.advanceTimersByTime(2_000);
    await documents.leaveEmpty(await documents.open('e/orders', registry.orders));
    vi.advanceTimersByTime(2_999);
    expect(onAllLeft).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onAllLeft).toHaveBeenCalledOnce();

    await visit(50);
    vi.advanceTimersByTime(60_000);
    expect(onAllLeft).toHaveBeenCalledOnce();
    await documents.close();
  });

  it('give a person one colour in all documents of an encounter, and nobody else the same', async () => {
    const documents = new LiveDocuments(depsOver(memoryLog()));
    const colours = ['a', 'b', 'c', 'd'].map((user) => documents.colourOf('e', user));
    expect(new Set(colours).size).toBe(4);
    expect(documents.colourOf('e', 'a')).toBe(colours[0]);
    await documents.close();
  });
});

describe('what is still on its way into the log', () => {
  const room = 'e/note/n';
  let log: SteppedLog;
  let documents: LiveDocuments;

  /** Somebody writes a word at the beginning. */
  const write = (document: LiveDocument, peer: Peer): void => {
    const doc = new Y.Doc();
    for (const { entries } of log.groups) for (const { bytes } of entries) Y.applyUpdate(doc, bytes);
    const before = Y.encodeStateVector(doc);
    const section = doc.getMap<Y.Map<unknown>>('sections').get('s')!;
    const block = (section.get('body') as Y.XmlFragment).get(0) as Y.XmlElement;
    (block.get(0) as Y.XmlText).insert(0, 'word');
    document.receive(peer, 'update', Y.encodeStateAsUpdate(doc, before));
  };
  const open = (): Promise<LiveDocument> => documents.open(room, registry.note);

  beforeEach(() => {
    log = steppedLog();
    documents = new LiveDocuments(depsOver(log));
    const writing = new DocumentWriting(room, emptyDocument(registry.note.roots));
    const seed = (doc: Y.Doc): void => writeNewNote(doc, [{ id: 's', title: 'Plan', rank: 'a' }]);
    void log.append(writing.turn(system, '2026-03-01T00:00:00.000Z', seed).done());
    log.commit();
  });

  it('keeps its document in memory, though the one who wrote it came and left while it was being put away', async () => {
    let snapshotIsKept = (): void => {};
    log.saveSnapshot = () => new Promise<void>((resolve) => (snapshotIsKept = resolve));
    const document = await open();
    const [first, second] = [visitor(), visitor()];
    document.join(first);
    const leaving = documents.leave(document, first);
    await microtasks();
    document.join(second);
    write(document, second);
    const leavingToo = documents.leave(document, second);
    snapshotIsKept();
    await leaving;
    expect(await open()).toBe(document);
    log.commit();
    await microtasks();
    snapshotIsKept();
    await leavingToo;
    expect(documents.size).toBe(0);
  });

  it('is all that has to be there: a document whose snapshot cannot be kept leaves memory all the same', async () => {
    const faults: unknown[] = [];
    documents = new LiveDocuments({ ...depsOver(log), onFault: (_room, error) => faults.push(error) });
    log.saveSnapshot = () => Promise.reject(new Error('The disk is full.'));
    await documents.leaveEmpty(await open());
    expect(documents.size).toBe(0);
    expect(faults).toHaveLength(1);
  });

  it('is waited for by who opens a document again that was thrown away', async () => {
    const document = await open();
    write(document, visitor());
    document.destroy();
    const opening = open();
    await microtasks();
    log.commit();
    const again = await opening;
    expect(again).not.toBe(document);
    // It follows from the entry before it, which the log would not take twice.
    write(again, visitor());
    log.commit();
    await again.settled();
    expect(log.groups).toHaveLength(3);
  });
});
