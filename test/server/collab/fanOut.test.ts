import * as decoding from 'lib0/decoding';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { FanOut } from '../../../server/collab/fanOut.ts';
import { message } from '../../../server/collab/frames.ts';
import type { Peer } from '../../../server/collab/peer.ts';
import { RoomPresence } from '../../../server/collab/roomPresence.ts';
import { Settlement } from '../../../server/collab/settlement.ts';
import { entryAfter, noEntry } from '../../../server/log/entries.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A document in which somebody writes, and so many who read along; what they are sent is kept. */
class Ward {
  readonly author = new Y.Doc();
  readonly peers: (Peer & { sent: Uint8Array[]; writes: number; lagging: boolean })[];
  readonly presence = new RoomPresence(() => 0);
  readonly fanOut: FanOut;
  #head = noEntry;

  constructor(readers: number) {
    this.peers = Array.from({ length: readers }, (_, index) => {
      const sent: Uint8Array[] = [];
      return {
        sent,
        writes: 0,
        lagging: false,
        user: { id: `u${index}`, name: 'U', role: 'nurse', initials: 'U', colour: 'blue' },
        deviceId: `d${index}`,
        extended: true,
        settlement: new Settlement(),
        access: { mode: 'write', orderCategories: null },
        knownAtOpening: null,
        send(...frames) {
          this.writes++;
          sent.push(...frames);
        },
        greet: () => undefined,
        isLagging() {
          return this.lagging;
        },
        close: () => {},
        refused: () => {},
      };
    });
    const nothing = Y.encodeStateVector(this.author);
    this.fanOut = new FanOut(new Set(this.peers), this.presence, nothing, 0);
    for (const peer of this.peers) this.fanOut.startAfter(peer, 0)();
  }

  /** This peer's caret is somewhere else now. */
  move(index: number): void {
    const state = new Awareness(new Y.Doc());
    state.setLocalState({ cursor: { at: index } });
    const payload = encodeAwarenessUpdate(state, [state.clientID]);
    state.destroy();
    this.presence.receive(payload, this.peers[index]!, () => true);
    this.fanOut.schedulePresence();
  }

  /** A commit of so many characters, each by another of the peers. */
  commit(text: string): void {
    [...text].forEach((character, index) => {
      const before = Y.encodeStateVector(this.author);
      const typed = this.author.getText('t');
      typed.insert(typed.length, character);
      const entry = entryAfter(this.#head, {
        document: 'a/note/b',
        kind: 'update',
        userId: 'u',
        deviceId: 'd',
        lease: this.author.clientID,
        at: '2026-03-02T08:00:00.000Z',
        bytes: Y.encodeStateAsUpdate(this.author, before),
      });
      this.#head = { epoch: 1, seq: entry.seq, hash: entry.hash };
      const peer = this.peers[index]!;
      this.fanOut.add(entry, peer);
      this.fanOut.acknowledge(peer);
    });
  }
}

const kinds = (sent: readonly Uint8Array[]): string[] =>
  sent.map(([type]) =>
    type === message.sync ? 'update' : type === message.persisted ? 'persisted' : 'presence',
  );

function textFrom(sent: readonly Uint8Array[]): string {
  const doc = new Y.Doc();
  for (const frame of sent) {
    const decoder = decoding.createDecoder(frame);
    if (decoding.readVarUint(decoder) !== message.sync) continue;
    decoding.readVarUint(decoder);
    Y.applyUpdate(doc, decoding.readVarUint8Array(decoder));
  }
  return doc.getText('t').toString();
}

function durableSaidTo(sent: readonly Uint8Array[]): { seq: number; clocks: number[] } {
  const decoder = decoding.createDecoder(sent.findLast(([type]) => type === message.persisted)!);
  decoding.readVarUint(decoder);
  const seq = decoding.readVarUint(decoder);
  return { seq, clocks: [...Y.decodeStateVector(decoding.readVarUint8Array(decoder)).values()] };
}

test('what is committed while a step 2 waits to be sent is sent after it, and not before', async () => {
  const ward = new Ward(2);
  const [author, reader] = ward.peers;
  const isSent = ward.fanOut.startAfter(reader!, 0);
  ward.commit('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(kinds(author!.sent)).toEqual(['persisted']);
  expect(reader!.sent).toEqual([]);
  expect(ward.fanOut.sentTo(reader!)).toBeNull();
  isSent();
  expect(textFrom(reader!.sent)).toBe('a');
  expect([...ward.fanOut.sentTo(reader!)!.values()]).toEqual([1]);
  ward.commit('b');
  await vi.advanceTimersByTimeAsync(0);
  expect(textFrom(reader!.sent)).toBe('ab');
});

test('a second step 2 holds what the first brought: only what follows the second is sent after them', async () => {
  const ward = new Ward(2);
  const reader = ward.peers[1]!;
  const firstIsSent = ward.fanOut.startAfter(reader, 0);
  ward.commit('a');
  await vi.advanceTimersByTimeAsync(0);
  const secondIsSent = ward.fanOut.startAfter(reader, 1);
  ward.commit('b');
  await vi.advanceTimersByTimeAsync(0);
  firstIsSent();
  expect(reader.sent).toEqual([]);
  secondIsSent();
  expect(kinds(reader.sent)).toEqual(['update']);
});

test('one edit, or few readers: what was committed is told at once', async () => {
  const few = new Ward(4);
  few.commit('abc');
  await vi.advanceTimersByTimeAsync(0);
  expect(textFrom(few.peers[3]!.sent)).toBe('abc');

  const many = new Ward(20);
  many.commit('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(textFrom(many.peers[19]!.sent)).toBe('a');
  expect(kinds(many.peers[0]!.sent)).toEqual(['persisted']);
});

test('when many type, authors are told at once that it is durable, and two commits go to everybody in one frame', async () => {
  const ward = new Ward(20);
  ward.commit('abcd');
  await vi.advanceTimersByTimeAsync(0);
  expect(kinds(ward.peers[0]!.sent)).toEqual(['persisted']);
  expect(durableSaidTo(ward.peers[0]!.sent)).toEqual({ seq: 4, clocks: [4] });
  expect(ward.peers[19]!.sent).toEqual([]);

  await vi.advanceTimersByTimeAsync(14);
  ward.commit('efg');
  await vi.advanceTimersByTimeAsync(0);
  expect(kinds(ward.peers[19]!.sent)).toEqual(['update']);
  expect(durableSaidTo(ward.peers[2]!.sent)).toEqual({ seq: 7, clocks: [7] });
  // What it has been told is one write for each time, whatever there was to tell.
  expect(kinds(ward.peers[2]!.sent)).toEqual(['persisted', 'update', 'persisted']);
  expect(ward.peers[2]!.writes).toBe(2);
  for (const { sent } of ward.peers) expect(textFrom(sent)).toBe('abcdefg');

  await vi.advanceTimersByTimeAsync(100);
  expect(ward.peers[19]!.sent).toHaveLength(1);
});

test('commits that follow each other at once are gathered, but not for longer than 16 ms', async () => {
  const ward = new Ward(20);
  for (const text of ['abcd', 'efgh', 'ijkl']) {
    ward.commit(text);
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(ward.peers[19]!.sent).toEqual([]);
  expect(durableSaidTo(ward.peers[3]!.sent)).toEqual({ seq: 12, clocks: [12] });
  expect(ward.peers[19]!.sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(kinds(ward.peers[19]!.sent)).toEqual(['update']);
  for (const { sent } of ward.peers) expect(textFrom(sent)).toBe('abcdefghijkl');
});

test('where carets are goes with what was written, in one write', async () => {
  const ward = new Ward(20);
  ward.move(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(kinds(ward.peers[19]!.sent)).toEqual(['presence']);

  ward.commit('abcd');
  ward.move(0);
  await vi.advanceTimersByTimeAsync(16);
  expect(kinds(ward.peers[19]!.sent)).toEqual(['presence', 'update', 'presence']);
  expect(ward.peers[19]!.writes).toBe(2);
  // Nobody is told where they are themselves; its author heard at once that it is durable.
  expect(kinds(ward.peers[0]!.sent)).toEqual(['presence', 'persisted', 'update']);
  await vi.advanceTimersByTimeAsync(100);
  expect(ward.peers[19]!.writes).toBe(2);
});

test('a flush sends what is being gathered, once', async () => {
  const ward = new Ward(20);
  ward.commit('abcd');
  await vi.advanceTimersByTimeAsync(0);
  ward.fanOut.flush();
  expect(textFrom(ward.peers[19]!.sent)).toBe('abcd');
  await vi.advanceTimersByTimeAsync(100);
  expect(ward.peers[19]!.sent).toHaveLength(1);
});

test('a reader who does not keep up gets none of it, and is owed all since the frame before', async () => {
  const ward = new Ward(20);
  const slow = ward.peers[19]!;
  ward.commit('ab');
  await vi.advanceTimersByTimeAsync(0);
  const had = new Y.Doc();
  Y.applyUpdate(had, Y.encodeStateAsUpdate(ward.author));
  slow.lagging = true;
  ward.commit('cdef');
  await vi.advanceTimersByTimeAsync(16);
  expect(textFrom(slow.sent)).toBe('ab');
  expect(textFrom(ward.peers[18]!.sent)).toBe('abcdef');
  expect(ward.fanOut.takeMissing(slow)).toEqual(Y.encodeStateVector(had));
});

test('a document that is thrown away says nothing more, also when somebody leaves it', async () => {
  const ward = new Ward(4);
  ward.commit('ab');
  ward.fanOut.stop();
  ward.fanOut.schedulePresence();
  await vi.advanceTimersByTimeAsync(100);
  for (const { sent } of ward.peers) expect(sent).toEqual([]);
});
