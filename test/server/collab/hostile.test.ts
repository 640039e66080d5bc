import { beforeEach, describe, expect, it } from 'vitest';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { registry } from '../../../shared/documents/registry.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import type { AnyType } from '../../../server/collab/paths.ts';
import { Client, Server, settleAll } from '../../support/controlledNetwork.ts';
import { encodeStateVector } from '../../../server/collab/stateVector.ts';
import { encodeUpdate, illegalIn, item, type Claims } from '../../support/handmadeUpdates.ts';
import { contentOf } from '../../support/honestEdits.ts';

const sections = ['s1', 's2'].map((id) => ({ id, title: id, rank: id }));

let server: Server;
let victim: Client;
let mallory: Client;

const body = (doc: Y.Doc, id = 's1'): Y.XmlFragment =>
  doc.getMap<Y.Map<unknown>>('sections').get(id)!.get('body') as Y.XmlFragment;
const line = (doc: Y.Doc, id = 's1'): Y.XmlText => (body(doc, id).get(0) as Y.XmlElement).get(0) as Y.XmlText;
const idOf = (type: AnyType): Y.ID => type._item!.id;

const send = (update: Uint8Array, kind: 'update' | 'step2' = 'update'): void =>
  server.document.receive(mallory.connection!.peer, kind, update);

/** Nothing came of it: not in the log, not at the victim's, and the victim goes on working. */
async function nothingHappened(): Promise<void> {
  expect(server.log.waiting).toBe(0);
  expect(server.faults).toEqual([]);
  const before = contentOf(victim.doc, 'note');
  await settleAll([victim]);
  expect(contentOf(victim.doc, 'note')).toBe(before);
  line(victim.doc).insert(0, 'y'.repeat(100));
  await settleAll([victim]);
  const { doc } = await server.folded();
  expect(contentOf(doc, 'note')).toBe(contentOf(victim.doc, 'note'));
  expect(line(doc).toString()).toContain('y'.repeat(100));
  expect(illegalIn(doc, registry.note.roots)).toEqual([]);
  expect(victim.refusals).toEqual([]);
}

beforeEach(async () => {
  server = await Server.start('note', (doc) => writeNewNote(doc, sections));
  victim = new Client(server, { userId: 'nurse', deviceId: 'tablet' });
  mallory = new Client(server, { userId: 'mallory', deviceId: 'phone' });
  await settleAll([victim, mallory]);
  line(victim.doc).insert(0, 'Slept well.');
  line(mallory.doc).insert(0, 'm');
  await settleAll([victim, mallory]);
});

const own = (): { client: number; clock: number } => {
  const client = mallory.doc.clientID;
  return { client, clock: Y.getState(mallory.doc.store, client) };
};
const awareness = (states: readonly (readonly [number, string])[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, states.length);
  for (const [clientId, state] of states) {
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
};
const text = (words: string): Y.ContentString => new Y.ContentString(words);

describe('T1 whose words they are follows from leases, not from claims', () => {
  it.each([
    ["the victim's id", () => victim.doc.clientID],
    ['the id under which the service made the note', () => idOf(body(victim.doc)).client],
  ])('%s is refused', async (_which, id) => {
    const client = id();
    const clock = Y.getState(mallory.doc.store, client);
    send(encodeUpdate([[item({ client, clock, parent: idOf(line(mallory.doc)), content: text('forged') })]]));
    expect(mallory.refusals).toEqual(['foreign-client']);
    await nothingHappened();
  });

  it('the id that the service wrote under before a restart stays the service’s', async () => {
    const basket = await Server.start('orders');
    const people = ['resident', 'pharmacist'].map(
      (userId) => new Client(basket, { userId, deviceId: 'desktop' }),
    );
    const drafts = (client: Client): Y.Map<Y.Map<unknown>> => client.doc.getMap('drafts');
    await settleAll(people);
    const [resident, pharmacist] = people as [Client, Client];
    drafts(resident).set('o1', new Y.Map([['category', 'diet']]));
    await settleAll(people);
    pharmacist.cut();
    drafts(pharmacist).get('o1')!.set('priority', 'stat');
    drafts(resident).get('o1')!.set('priority', 'urgent');
    await resident.exchange();
    await settleAll(people);
    const marker = drafts(resident).get('o1')!._map.get('priority')!;
    expect(people.map(({ doc }) => doc.clientID)).not.toContain(marker.id.client);
    await basket.restart('durable');
    for (const client of people) client.cut();
    await settleAll(people);
    const { client } = marker.id;
    const clock = Y.getState(pharmacist.doc.store, client);
    const forged = item({ client, clock, origin: marker.lastId, content: new Y.ContentAny(['routine']) });
    basket.document.receive(pharmacist.connection!.peer, 'update', encodeUpdate([[forged]]));
    expect(pharmacist.refusals).toEqual(['foreign-client']);
  });
});

describe('T2 the same frames again, in any order', () => {
  it('change nothing more, and make one row of the log each', async () => {
    const updates: Uint8Array[] = [];
    const typist = new Client(server, { userId: 'resident', deviceId: 'desktop' });
    await settleAll([typist]);
    typist.doc.on('update', (update: Uint8Array) => updates.push(update));
    for (const word of ['a', 'b', 'c', 'd']) line(typist.doc).insert(0, word);
    await settleAll([typist]);
    const rows = server.log.groups.length;
    const { peer } = typist.connection!;
    for (const again of [updates, updates.toReversed(), updates])
      for (const update of again) server.document.receive(peer, 'update', update);
    await settleAll([typist, victim]);
    expect(server.log.groups.length).toBe(rows);
    expect(typist.refusals).toEqual([]);
    expect(contentOf(typist.doc, 'note')).toBe(contentOf(victim.doc, 'note'));
  });
});

describe('T3 what contradicts what is known', () => {
  const known = (): Y.Item => {
    const { store } = mallory.doc;
    return store.clients.get(mallory.doc.clientID)!.findLast((each) => each instanceof Y.Item)! as Y.Item;
  };
  const again = (claims: Partial<Claims>): Uint8Array => {
    const { id, origin, rightOrigin } = known();
    const parent = (origin ?? rightOrigin) ? null : idOf(line(mallory.doc));
    const copy = { client: id.client, clock: id.clock, origin, rightOrigin, parent, content: text('m') };
    return encodeUpdate([[item({ ...copy, ...claims })]]);
  };

  it.each<[string, () => Partial<Claims>]>([
    ['other words', () => ({ content: text('n') })],
    ['another kind of content', () => ({ content: new Y.ContentFormat('bold', {}) })],
    ['another right neighbour', () => ({ origin: null, rightOrigin: line(victim.doc)._start!.lastId })],
    ['no neighbours', () => ({ origin: null, rightOrigin: null, parent: idOf(line(mallory.doc, 's2')) })],
    ['more words after other ones', () => ({ content: text('nothing') })],
  ])('under a known clock, %s: refused, and never passed over', async (_what, claims) => {
    send(again(claims()));
    expect(mallory.refusals).toEqual(['equivocation']);
    await nothingHappened();
  });

  it('also by somebody who may only read', async () => {
    const reader = new Client(server, {
      userId: 'student',
      deviceId: 'phone',
      access: { mode: 'read', reason: 'role' },
    });
    await settleAll([reader]);
    server.document.receive(reader.connection!.peer, 'step2', again({ content: text('n') }));
    expect(reader.refusals).toEqual(['equivocation']);
    await nothingHappened();
  });

  it.each<[string, () => Partial<Claims>]>([
    ['the same words', () => ({})],
    ['the same, deleted meanwhile', () => ({ content: new Y.ContentDeleted(1) })],
  ])('%s again change nothing and are no alarm', async (_what, claims) => {
    send(again(claims()));
    expect(mallory.refusals).toEqual([]);
    await nothingHappened();
  });
});

describe('T4 text where it may not stand', () => {
  const nowhere: [string, () => Uint8Array, string][] = [
    [
      'beside a section, by its neighbour',
      () => {
        const section = mallory.doc.getMap('sections')._map.get('s1')!;
        return encodeUpdate([[item({ ...own(), origin: section.id, content: text('x') })]]);
      },
      'forbidden-key',
    ],
    [
      'over the title, as loose characters',
      () => {
        const title = mallory.doc.getMap<Y.Map<unknown>>('sections').get('s1')!._map.get('title')!;
        return encodeUpdate([[item({ ...own(), origin: title.id, content: text('x') })]]);
      },
      'forbidden-content',
    ],
    [
      'between two sections’ lines',
      () => {
        const left = line(mallory.doc)._start!.id;
        line(victim.doc, 's2').insert(0, 'other');
        const right = idOf(line(mallory.doc, 's2'));
        return encodeUpdate([[item({ ...own(), origin: left, rightOrigin: right, content: text('x') })]]);
      },
      'wrong-place',
    ],
    [
      'in a root of its own',
      () => encodeUpdate([[item({ ...own(), parent: 'secrets', key: 'a', content: new Y.ContentAny([1]) })]]),
      'unknown-root',
    ],
  ];
  it.each(nowhere)('%s', async (_where, make, reason) => {
    send(make());
    expect(mallory.refusals).toEqual([reason]);
    await settleAll([victim]);
    await nothingHappened();
  });

  it('hung on a known struct of another place, by claiming to continue it', async () => {
    body(mallory.doc).insert(1, [new Y.XmlElement('block')]);
    await settleAll([mallory, victim]);
    const block = idOf(body(mallory.doc).get(1) as Y.XmlElement);
    // It says that it stands in a line; what is known of it is a block of the body.
    const joined = item({ ...block, parent: idOf(line(mallory.doc)), content: text('xy') });
    send(encodeUpdate([[joined]]));
    expect(mallory.refusals).toEqual(['equivocation']);
    await nothingHappened();
  });

  it('repeating a known struct with another root makes no root', async () => {
    const known = item({ ...own(), clock: 0, parent: 'secrets', key: 'a', content: text('m') });
    const fresh = item({ ...own(), parent: idOf(line(mallory.doc)), content: text('x') });
    send(encodeUpdate([[known, fresh]]));
    expect(mallory.refusals).toEqual(['malformed']);
    await nothingHappened();
  });
});

describe('T5 frames that cannot be, or are too much', () => {
  it('two structs that wait for each other, under two new ids', async () => {
    const [a, b] = [901, 902];
    const holder = line(mallory.doc)._start!.id;
    const first = item({
      client: a,
      clock: 0,
      origin: holder,
      rightOrigin: Y.createID(b, 0),
      content: text('a'),
    });
    const second = item({ client: b, clock: 0, origin: Y.createID(a, 0), content: text('b') });
    send(encodeUpdate([[second], [first]]));
    expect(['cycle', 'wrong-place']).toContain(mallory.refusals[0]);
    await nothingHappened();
  });

  it.each([
    ['more than 4 MiB', () => new Uint8Array(4 * 1024 * 1024 + 1), 'too-large'],
    ['two blocks of one client', () => twice(), 'malformed'],
    ['a skip', () => encodeUpdate([[new Y.Skip(Y.createID(own().client, own().clock), 5)]]), 'malformed'],
    ['a sub-document', () => content(new Y.ContentDoc(new Y.Doc())), 'forbidden-content'],
    ['bytes', () => content(new Y.ContentBinary(new Uint8Array(9))), 'forbidden-content'],
    ['a map inside a line', () => content(new Y.ContentType(new Y.Map())), 'forbidden-content'],
  ])('%s', async (_what, make, reason) => {
    send(make());
    expect(mallory.refusals).toEqual([reason]);
    await nothingHappened();
  });

  it('47 KB of types in one another', async () => {
    const structs: Y.Item[] = [];
    let { client, clock } = own();
    let parent = idOf(line(mallory.doc));
    for (let depth = 0; depth < 6_000; depth++, clock++) {
      structs.push(item({ client, clock, parent, content: new Y.ContentType(new Y.XmlText()) }));
      parent = Y.createID(client, clock);
    }
    send(encodeUpdate([structs]));
    expect(mallory.refusals).toEqual(['forbidden-content']);
    await nothingHappened();
  });

  const content = (what: Y.Item['content']): Uint8Array =>
    encodeUpdate([[item({ ...own(), parent: idOf(line(mallory.doc)), content: what })]]);
  const twice = (): Uint8Array => {
    const one = item({ ...own(), parent: idOf(line(mallory.doc)), content: text('x') });
    return encodeUpdate([[one], [one]]);
  };
});

describe('T6, T7 a gap is asked about once, and nothing is kept pending', () => {
  it('10,000 frames with gaps leave nothing behind and cost one question', async () => {
    const asked = mallory.connection!.toClient.length;
    const { client, clock } = own();
    for (let frame = 0; frame < 10_000; frame++) {
      const struct = item({
        client,
        clock: clock + 5 + frame * 2,
        parent: idOf(line(mallory.doc)),
        content: text('x'),
      });
      send(encodeUpdate([[struct]]));
    }
    expect(mallory.connection!.toClient.length - asked).toBe(1);
    expect(mallory.refusals).toEqual([]);
    await nothingHappened();
  });

  it('who never answers is not waited for without end', async () => {
    const { settlement } = mallory.connection!.peer;
    while (settlement.mayHold) settlement.hold(settlement.arrive());
    const { client, clock } = own();
    const struct = item({ client, clock: clock + 5, parent: idOf(line(mallory.doc)), content: text('x') });
    send(encodeUpdate([[struct]]));
    send(encodeUpdate([], new Map([[client, [{ clock: clock + 5, len: 1 }]]])));
    expect(mallory.refusals).toEqual(['gap', 'future-deletion']);
    await nothingHappened();
  });

  it('a gap that remains after its answer is refused', async () => {
    const { client, clock } = own();
    const struct = item({ client, clock: clock + 5, parent: idOf(line(mallory.doc)), content: text('x') });
    send(encodeUpdate([[struct]]));
    send(encodeUpdate([[struct]]), 'step2');
    expect(mallory.refusals).toEqual(['gap']);
    await nothingHappened();
  });
});

describe('T8, T15 deletions', () => {
  it('of what is not written yet are refused', async () => {
    const client = victim.doc.clientID;
    const clock = Y.getState(victim.doc.store, client);
    send(encodeUpdate([], new Map([[client, [{ clock, len: 2 ** 31 }]]])));
    expect(mallory.refusals).toEqual(['future-deletion']);
    await nothingHappened();
  });

  it('of a section, its title’s holder and its body are refused, whoever asks', async () => {
    for (const type of [mallory.doc.getMap<Y.Map<unknown>>('sections').get('s2')!, body(mallory.doc, 's2')]) {
      const { client, clock } = idOf(type);
      send(encodeUpdate([], new Map([[client, [{ clock, len: 1 }]]])));
    }
    expect(mallory.refusals).toEqual(['deleted-key', 'deleted-key']);
    await nothingHappened();
  });

  it('by somebody who may only read are refused, and the log still has the words', async () => {
    const reader = new Client(server, {
      userId: 'student',
      deviceId: 'p',
      access: { mode: 'read', reason: 'role' },
    });
    await settleAll([reader]);
    line(reader.doc).delete(0, 5);
    await settleAll([reader]);
    expect(reader.refusals).toEqual(['no-permission']);
    await nothingHappened();
    expect(line(victim.doc).toString()).toContain('Slept well.');
  });

  it('of the same again and again in one update are refused: each would be gone through from end to end', async () => {
    const written = line(victim.doc)._start!.right!;
    const range = { clock: written.id.clock, len: 1 };
    const { client } = written.id;
    const known = { clock: 0, len: Y.getState(victim.doc.store, client) };
    for (const ranges of [
      [known, known],
      [known, range],
      [range, known],
    ])
      send(encodeUpdate([], new Map([[client, ranges]])));
    expect(mallory.refusals).toEqual(['malformed', 'malformed', 'malformed']);
    await nothingHappened();
  });

  it('30,000 ranges over a long text take a moment, not a minute', async () => {
    line(mallory.doc).insert(0, 'z'.repeat(60_000));
    await settleAll([mallory, victim]);
    const { client, clock } = line(mallory.doc)._start!.id;
    const ranges = Array.from({ length: 30_000 }, (_, index) => ({ clock: clock + index * 2, len: 1 }));
    send(encodeUpdate([], new Map([[client, ranges]])));
    await settleAll([mallory, victim]);
    expect(line(victim.doc).toString().match(/z/g)).toHaveLength(30_000);
    expect(mallory.refusals).toEqual([]);
  });
});

describe('T9, T10 floods', () => {
  it('a clock pushed far ahead is the attacker’s own, and bounded', async () => {
    const { client, clock } = own();
    send(encodeUpdate([[new Y.GC(Y.createID(client, clock), 2 ** 40)]]));
    expect(mallory.refusals).toEqual(['too-large']);
    await nothingHappened();
  });

  it('client ids announced by the hundred are the announcer’s for a few only, and cost nobody else one', async () => {
    const announce = (client: Client, ids: number[]): void => {
      for (const id of ids)
        client.server.document.receiveAwareness(
          client.connection!.peer,
          awareness([[id, '{"cursor":null}']]),
        );
    };
    for (let round = 0; round < 100; round++) {
      const ids = [0, 1, 2, 3].map((index) => 10_000 + round * 4 + index);
      announce(mallory, ids);
      server.document.receiveAwareness(mallory.connection!.peer, awareness(ids.map((id) => [id, 'null'])));
    }
    line(mallory.doc).insert(0, 'n');
    await settleAll([mallory, victim]);
    const { leases } = await server.folded();
    const announced = leases.filter(({ clientId }) => clientId >= 10_000 && clientId < 10_400);
    // The clock of this service goes on by a second a look: some have come back meanwhile.
    expect(announced.length).toBeGreaterThan(30);
    expect(announced.length).toBeLessThan(100);
    announce(victim, [20_000]);
    expect(server.document.people().get('nurse')).toBeDefined();
    await nothingHappened();
  });

  it('a message with more people than a ward has is passed over', async () => {
    const { peer } = mallory.connection!;
    const many = Array.from({ length: 501 }, (_, index): [number, string] => [30_000 + index, '{}']);
    server.document.receiveAwareness(peer, awareness(many));
    expect(server.document.people().get('mallory')).toBeUndefined();
    server.document.receiveAwareness(peer, awareness(many.slice(0, 2)));
    expect(server.document.people().get('mallory')).toBeDefined();
    await nothingHappened();
  });

  it('more new client ids than anybody has are refused', async () => {
    const parent = idOf(line(mallory.doc));
    const blocks = Array.from({ length: 1_001 }, (_, index) => [
      item({ client: 5_000 + index, clock: 0, parent, content: text('x') }),
    ]);
    send(encodeUpdate(blocks));
    expect(mallory.refusals).toEqual(['too-large']);
    await nothingHappened();
  });
});

describe('T16 what takes long to put in its place', () => {
  /** As somebody writes who always puts the next letter before the one before it. */
  const leftwards = (client: number, count: number, origin: Y.ID): Y.Item[] =>
    Array.from({ length: count }, (_, clock) => {
      const rightOrigin = clock === 0 ? null : Y.createID(client, clock - 1);
      return item({ client, clock, origin, rightOrigin, content: text('x') });
    });

  const endOfLine = (): Y.ID => {
    let last = line(mallory.doc)._start!;
    while (last.right) last = last.right;
    return last.lastId;
  };

  it('thousands of letters at the place where thousands stand already are refused, a sentence is not', async () => {
    const origin = endOfLine();
    send(encodeUpdate([leftwards(5_000, 8_000, origin)]));
    expect(mallory.refusals).toEqual([]);
    send(encodeUpdate([leftwards(6_000, 8_000, origin)]));
    expect(mallory.refusals).toEqual(['too-large']);
    const resident = new Client(server, { userId: 'resident', deviceId: 'desktop' });
    await settleAll([resident, victim]);
    server.document.receive(
      resident.connection!.peer,
      'update',
      encodeUpdate([leftwards(6_001, 60, origin)]),
    );
    expect(resident.refusals).toEqual([]);
    await settleAll([resident, victim]);
    expect(line(victim.doc).toString()).toContain('x'.repeat(8_060));
  });

  it('the same from two clients in one update', async () => {
    const origin = endOfLine();
    send(encodeUpdate([leftwards(5_000, 2_000, origin), leftwards(6_000, 2_000, origin)]));
    expect(mallory.refusals).toEqual(['too-large']);
    await nothingHappened();
  });

  it('thousands of values of one key, none on top of another, are refused', async () => {
    const parent = idOf(body(mallory.doc).get(0) as Y.XmlElement);
    const { client, clock } = own();
    const sets = Array.from({ length: 5_000 }, (_, index) =>
      item({ client, clock: clock + index, parent, key: 'indent', content: new Y.ContentAny([index % 8]) }),
    );
    send(encodeUpdate([sets]));
    expect(mallory.refusals).toEqual(['too-large']);
    await nothingHappened();
  });

  it('a clinical value set 60,000 times, each on top of the last, takes a moment, not a minute', async () => {
    const basket = await Server.start('orders');
    const resident = new Client(basket, { userId: 'resident', deviceId: 'desktop' });
    await settleAll([resident]);
    const drafts = resident.doc.getMap<Y.Map<unknown>>('drafts');
    drafts.set(
      'o1',
      new Y.Map([
        ['category', 'diet'],
        ['priority', 'stat'],
      ]),
    );
    await settleAll([resident]);
    const client = resident.doc.clientID;
    const first = Y.getState(resident.doc.store, client);
    let origin = drafts.get('o1')!._map.get('priority')!.lastId;
    const sets = Array.from({ length: 60_000 }, (_, index) => {
      const clock = first + index;
      const content = new Y.ContentAny([index % 2 === 0 ? 'urgent' : 'routine']);
      const set = item({ client, clock, origin, content });
      origin = Y.createID(client, clock);
      return set;
    });
    basket.document.receive(resident.connection!.peer, 'update', encodeUpdate([sets]));
    await settleAll([resident]);
    expect(resident.refusals).toEqual([]);
    const { doc } = await basket.folded();
    expect(doc.getMap<Y.Map<unknown>>('drafts').get('o1')!.get('priority')).toBe('routine');
  });
});

describe('T11 a state vector', () => {
  const of = (clients: number): Uint8Array =>
    encodeStateVector(new Map(Array.from({ length: clients }, (_, index) => [4_000_000_000 + index, 1_000])));

  it('of more clients than a document has ends the connection before it is read', async () => {
    await server.document.sendMissing(mallory.connection!.peer, of(200_000));
    expect(mallory.isOnline).toBe(false);
    await nothingHappened();
  });

  it('of a tablet that was loaded a thousand times offline is answered', async () => {
    await server.document.sendMissing(mallory.connection!.peer, of(1_000));
    expect(mallory.isOnline).toBe(true);
    await nothingHappened();
  });
});

describe('T13 keys that could become a prototype', () => {
  it('are refused, and change no other object', async () => {
    const basket = await Server.start('orders');
    const attacker = new Client(basket, { userId: 'mallory', deviceId: 'phone' });
    await settleAll([attacker]);
    const client = attacker.doc.clientID;
    const evil = JSON.parse('{"__proto__":{"isAdmin":true}}') as object;
    const draft = item({
      client,
      clock: 0,
      parent: 'drafts',
      key: 'o1',
      content: new Y.ContentType(new Y.Map()),
    });
    const detail = item({
      client,
      clock: 1,
      parent: Y.createID(client, 0),
      key: 'detail',
      content: new Y.ContentAny([evil]),
    });
    const key = item({
      client,
      clock: 0,
      parent: 'drafts',
      key: '__proto__',
      content: new Y.ContentType(new Y.Map()),
    });
    const { peer } = attacker.connection!;
    basket.document.receive(peer, 'update', encodeUpdate([[draft, detail]]));
    basket.document.receive(peer, 'update', encodeUpdate([[key]]));
    expect(attacker.refusals).toEqual(['forbidden-content', 'forbidden-key']);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(basket.log.waiting).toBe(0);
  });
});
