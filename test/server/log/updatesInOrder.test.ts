import * as Y from 'yjs';
import { expect, test } from 'vitest';
import { emptyDocument } from '../../../server/log/fold.ts';
import { joinStructs, mergeInOrder, UpdatesInOrder } from '../../../server/log/updatesInOrder.ts';
import { registry } from '../../../shared/documents/registry.ts';
import type { DocumentKind } from '../../../shared/documents/room.ts';
import { Characters, contentOf, editOnce } from '../../support/honestEdits.ts';
import { Random } from '../../support/random.ts';

/** All of a document's structs. How far Yjs has joined those that it collected depends on when it heard of them. */
function encoded(doc: Y.Doc): string {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return Buffer.from(Y.encodeStateAsUpdate(copy)).toString('hex');
}
const structsOf = (update: Uint8Array): number => Y.decodeUpdate(update).structs.length;

/** A server's document, and clients that write in it at the same time and hear of each other late. */
class Round {
  readonly server: Y.Doc;
  readonly emitted: Uint8Array[] = [];
  readonly #clients: Y.Doc[];

  constructor(
    readonly kind: DocumentKind,
    readonly random: Random,
  ) {
    this.server = emptyDocument(registry[kind].roots);
    this.server.on('update', (update: Uint8Array) => this.emitted.push(update));
    if (kind === 'note') {
      const section = new Y.Map<unknown>();
      section.set('body', new Y.XmlFragment());
      this.server.getMap('sections').set('plan', section);
    }
    this.#clients = [0, 1, 2].map(() => {
      const doc = emptyDocument(registry[kind].roots);
      this.#exchange(doc);
      return doc;
    });
  }

  play(steps: number): this {
    const characters = new Characters();
    for (let step = 0; step < steps; step++) {
      const doc = this.random.pick(this.#clients);
      if (this.random.chance(0.2)) this.#exchange(doc);
      else editOnce(doc, this.kind, { random: this.random, characters });
    }
    for (const doc of this.#clients) this.#exchange(doc);
    return this;
  }

  #exchange(doc: Y.Doc): void {
    Y.applyUpdate(this.server, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(this.server)));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.server, Y.encodeStateVector(doc)));
  }
}

test.each(['note', 'orders', 'care-plan'] as const)(
  'what was written in a %s together is the same document as Yjs makes of it',
  (kind) => {
    for (let seed = 1; seed <= 40; seed++) {
      const round = new Round(kind, new Random(seed)).play(60);
      const one = emptyDocument(registry[kind].roots);
      const many = emptyDocument(registry[kind].roots);
      for (let at = 0; at < round.emitted.length;) {
        const group = round.emitted.slice(at, (at += round.random.between(1, 9)));
        Y.applyUpdate(many, mergeInOrder(group));
        Y.applyUpdate(one, Y.mergeUpdates(group));
        expect(encoded(many), `seed ${seed}`).toBe(encoded(one));
      }
      expect(many.store.pendingStructs, `seed ${seed}`).toBeNull();
      expect(contentOf(many, kind), `seed ${seed}`).toBe(contentOf(round.server, kind));
    }
  },
);

test('a document in fewer structs is the same document, also to one who has a part of it', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const round = new Round('note', new Random(seed)).play(80);
    const some = round.emitted.slice(0, round.random.below(round.emitted.length));
    const state = Y.encodeStateAsUpdate(round.server);
    const joined = joinStructs(state);
    expect(joined.byteLength).toBeLessThanOrEqual(state.byteLength);
    for (const before of [[], some]) {
      const expected = emptyDocument(registry.note.roots);
      const found = emptyDocument(registry.note.roots);
      for (const doc of [expected, found]) for (const update of before) Y.applyUpdate(doc, update);
      Y.applyUpdate(expected, state);
      Y.applyUpdate(found, joined);
      expect(encoded(found), `seed ${seed}`).toBe(encoded(expected));
    }
  }
});

test('what one person types in a row is one struct, also where another has written between it since', () => {
  const doc = new Y.Doc();
  const emitted: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => emitted.push(update));
  const text = doc.getText('t');
  for (const character of 'päin 😀 today') text.insert(text.length, character);
  expect(structsOf(mergeInOrder(emitted))).toBe(1);

  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  other.getText('t').insert(4, ', worse,');
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
  expect(structsOf(Y.encodeStateAsUpdate(doc))).toBe(3);
  const joined = joinStructs(Y.encodeStateAsUpdate(doc));
  expect(structsOf(joined)).toBe(2);
  const read = new Y.Doc();
  Y.applyUpdate(read, joined);
  expect(read.getText('t').toString()).toBe(text.toString());
});

test('text typed before something else than what went before it is a struct of its own', () => {
  const [mine, other] = [new Y.Doc(), new Y.Doc()];
  const exchange = (): void => {
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(other));
    Y.applyUpdate(other, Y.encodeStateAsUpdate(mine));
  };
  other.getText('t').insert(0, 'pain');
  exchange();
  mine.getText('t').insert(0, '1');
  exchange();
  other.getText('t').insert(1, ' ');
  exchange();
  mine.getText('t').insert(1, '0');
  exchange();
  expect(mine.getText('t').toString()).toBe('10 pain');
  const joined = joinStructs(Y.encodeStateAsUpdate(mine));
  expect(Y.decodeUpdate(joined).structs.filter(({ id }) => id.client === mine.clientID)).toHaveLength(2);
});

test('it is told how far each client has come', () => {
  const { emitted, server } = new Round('note', new Random(7)).play(60);
  const updates = new UpdatesInOrder();
  const reached = new Map<number, number>();
  for (const update of emitted) updates.add(update, reached);
  expect(reached).toEqual(Y.decodeStateVector(Y.encodeStateVector(server)));
  expect(Y.parseUpdateMeta(updates.merged()).to).toEqual(reached);
});

test('updates with a hole between them, or with what no document here holds, are merged by Yjs', () => {
  const doc = new Y.Doc();
  const emitted: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => emitted.push(update));
  for (const character of 'abc') doc.getText('t').insert(0, character);
  const holed = [emitted[0]!, emitted[2]!];
  expect(mergeInOrder(holed)).toEqual(Y.mergeUpdates(holed));

  doc.getMap('m').set('inner', new Y.Doc());
  const foreign = emitted.slice(2);
  expect(mergeInOrder(foreign)).toEqual(Y.mergeUpdates(foreign));
  expect(joinStructs(emitted[3]!)).toEqual(emitted[3]!);
});

test('an update that is cut short is refused', () => {
  expect(() => joinStructs(new Uint8Array([1, 1, 5]))).toThrow('cut short');
});
