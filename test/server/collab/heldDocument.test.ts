import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { HeldDocument } from '../../../server/collab/heldDocument.ts';
import { LiveDocuments } from '../../../server/collab/liveDocuments.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import { noteRoots, writeNewNote } from '../../../shared/documents/note.ts';
import { registry } from '../../../shared/documents/registry.ts';
import { noteRoom } from '../../../shared/documents/room.ts';
import { memoryLog } from '../../support/memoryLog.ts';

const sections = [{ id: 's1', title: 'Assessment', rank: 'a' }];
const titleOf = (doc: Y.Doc): unknown => (doc.getMap('sections').get('s1') as Y.Map<unknown>).get('title');
const retitle = (doc: Y.Doc, title: string): void =>
  void (doc.getMap('sections').get('s1') as Y.Map<unknown>).set('title', title);

/** A note in two stored updates, and the document they make. */
function stored(): { updates: Uint8Array[]; whole: Y.Doc } {
  const whole = emptyDocument(noteRoots);
  const updates: Uint8Array[] = [];
  whole.on('update', (update: Uint8Array) => void updates.push(update));
  whole.transact(() => writeNewNote(whole, sections));
  retitle(whole, 'Assessment and plan');
  return { updates, whole };
}

const read = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = emptyDocument(noteRoots);
  for (const update of updates) Y.applyUpdate(doc, update);
  expect(doc.store.pendingStructs).toBeNull();
  return doc;
};

describe('a document that is held', () => {
  it('answers a reader who has nothing without waking', () => {
    const { updates, whole } = stored();
    const held = new HeldDocument(noteRoots, { updates, stateVector: null }, () => {});
    expect(titleOf(read(held.missing(Y.encodeStateVector(new Y.Doc()))))).toBe('Assessment and plan');
    expect(Y.decodeStateVector(held.stateVector())).toEqual(Y.decodeStateVector(Y.encodeStateVector(whole)));
    expect(held.clients).toBe(1);
    expect(held.isAwake).toBe(false);
  });

  it('answers a reader who has a part with the rest', () => {
    const { updates } = stored();
    const reader = read(updates.slice(0, 1));
    const held = new HeldDocument(noteRoots, { updates, stateVector: null }, () => {});
    for (const update of held.missing(Y.encodeStateVector(reader))) Y.applyUpdate(reader, update);
    expect(titleOf(reader)).toBe('Assessment and plan');
    expect(held.isAwake).toBe(false);
  });

  it('sleeps and wakes as the same document, under the same id of the server', () => {
    const { updates } = stored();
    const woken: Y.Doc[] = [];
    const held = new HeldDocument(noteRoots, { updates, stateVector: null }, (doc) => woken.push(doc));
    retitle(held.doc, 'Impression');
    const before = Y.encodeStateVector(held.doc);
    const { clientId } = held;
    held.rest();
    expect(held.isAwake).toBe(false);
    expect(held.stateVector()).toEqual(before);
    expect(titleOf(held.doc)).toBe('Impression');
    retitle(held.doc, 'Impression and plan');
    expect(held.doc.clientID).toBe(clientId);
    expect(titleOf(read(held.missing(new Uint8Array([0]))))).toBe('Impression and plan');
    expect(woken).toHaveLength(2);
  });

  it('stays awake when it is large', () => {
    const { updates } = stored();
    const held = new HeldDocument(noteRoots, { updates, stateVector: null }, () => {});
    const body = (held.doc.getMap('sections').get('s1') as Y.Map<unknown>).get('body') as Y.XmlFragment;
    for (let count = 0; count < 1_200; count++) body.insert(0, [new Y.XmlElement('block')]);
    held.rest();
    expect(held.isAwake).toBe(true);
  });

  it('is not held when something of it is missing', () => {
    const { updates } = stored();
    const held = new HeldDocument(noteRoots, { updates: updates.slice(1), stateVector: null }, () => {});
    expect(() => held.doc).toThrow('pending');
  });
});

it('of many open documents only those last written in are awake', async () => {
  const faults: unknown[] = [];
  const documents = new LiveDocuments(
    {
      log: memoryLog(),
      now: () => new Date('2026-03-02T08:00:00.000Z'),
      newId: () => 'id',
      findSealOutcome: async () => ({ outcome: 'not-committed' }),
      onFault: (_room, error) => faults.push(error),
      onChanged: () => {},
      onPresence: () => {},
      onAllLeft: () => {},
    },
    2,
  );
  const open = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    const id = `00000000-0000-4000-8000-00000000000${name}`;
    open.push(await documents.open(noteRoom(id, id), registry.note));
  }
  expect(open.map(({ isAwake }) => isAwake)).toEqual([false, false, true, true]);
  await documents.close();
  expect(faults).toEqual([]);
});
