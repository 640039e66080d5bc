import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { registry } from '../../../shared/documents/registry.ts';
import { writeNewNote } from '../../../shared/documents/note.ts';
import { draftOrders, orderContent } from '../../../shared/documents/orders.ts';
import { LiveDocument, type LiveDocumentDeps } from '../../../server/collab/liveDocument.ts';
import type { Peer } from '../../../server/collab/peer.ts';
import { Settlement } from '../../../server/collab/settlement.ts';
import { contentHashNow } from '../../../server/log/contentHash.ts';
import type { DocumentLog, LogGroup } from '../../../server/log/documentLog.ts';
import { DocumentWriting, system } from '../../../server/log/entries.ts';
import { emptyDocument } from '../../../server/log/fold.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryLog } from '../../support/memoryLog.ts';

let log: DocumentLog & { groups: LogGroup[] };
let faults: unknown[];
let ids: number;

beforeEach(() => {
  log = memoryLog();
  faults = [];
  ids = 0;
});
afterEach(() => expect(faults).toEqual([]));

const deps = (): LiveDocumentDeps => ({
  log,
  now: () => new Date('2026-03-02T08:00:00.000Z'),
  newId: () => `id-${++ids}`,
  findSealOutcome: async () => ({ outcome: 'not-committed' }),
  isUnderWay: () => false,
  onFault: (_room, error) => faults.push(error),
  onChanged: () => {},
  onPresence: () => {},
  onWake: () => {},
});

/** A client on a link that the test opens and closes: what is sent while it is closed waits. */
class Client {
  readonly doc = new Y.Doc();
  readonly rescued: { text: string; where: string | null }[] = [];
  readonly refusals: string[] = [];
  peer: Peer | null = null;
  lagging = false;
  /** Nothing of what it says arrives. */
  mute = false;

  constructor(
    readonly server: LiveDocument,
    readonly userId: string,
    readonly deviceId = `${userId}'s tablet`,
  ) {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server' && this.peer && !this.mute) server.receive(this.peer, 'update', update);
    });
  }

  /** A stock provider answers the server's step 1, which comes first, before it merges; one that does not is `mergeFirst`. */
  async connect({ mergeFirst = false } = {}): Promise<this> {
    this.peer = {
      user: { id: this.userId, name: this.userId, role: 'nurse', initials: 'XX', colour: 'blue' },
      deviceId: this.deviceId,
      extended: true,
      settlement: new Settlement(),
      access: { mode: 'write', orderCategories: null },
      knownAtOpening: null,
      send: (...frames) => {
        for (const frame of frames) if (frame) this.#take(frame);
      },
      greet: () => undefined,
      isLagging: () => this.lagging,
      close: () => (this.peer = null),
      refused: (_update, reason) => this.refusals.push(reason),
    };
    const { peer } = this;
    const stateVector = Y.encodeStateVector(this.doc);
    this.server.join(peer);
    const answered = this.server.sendMissing(peer, stateVector);
    if (mergeFirst) await answered;
    this.server.receive(peer, 'step2', Y.encodeStateAsUpdate(this.doc, this.#serverHas));
    await answered;
    await this.server.settled();
    return this;
  }

  answerPing(): void {
    this.server.askWhetherThere(this.peer!)();
  }

  disconnect(): void {
    if (this.peer) this.server.leave(this.peer);
    this.peer = null;
  }

  #serverHas: Uint8Array = new Uint8Array([0]);

  #take(frame: Uint8Array): void {
    const decoder = decoding.createDecoder(frame);
    const type = decoding.readVarUint(decoder);
    if (type === 103)
      this.rescued.push(JSON.parse(decoding.readVarString(decoder)) as { text: string; where: string });
    if (type !== 0) return;
    const step = decoding.readVarUint(decoder);
    const payload = decoding.readVarUint8Array(decoder);
    if (step === 0) this.#serverHas = payload;
    else Y.applyUpdate(this.doc, payload, 'server');
  }

  get drafts(): Y.Map<Y.Map<unknown>> {
    return this.doc.getMap('drafts');
  }

  get body(): Y.XmlFragment {
    return this.doc.getMap<Y.Map<unknown>>('sections').get('s1')!.get('body') as Y.XmlFragment;
  }

  line(index: number): Y.XmlText {
    return (this.body.get(index) as Y.XmlElement).get(0) as Y.XmlText;
  }
}

const order = (value: string): Y.Map<unknown> => {
  const draft = new Y.Map<unknown>();
  draft.set('category', 'medication');
  draft.set('detail', { dose: { value } });
  return draft;
};

const dose = (value: string): object => ({ dose: { value } });

async function basket(): Promise<LiveDocument> {
  return LiveDocument.load('e/orders', registry.orders, deps());
}

async function note(): Promise<LiveDocument> {
  const room = 'e/note/n';
  const writing = new DocumentWriting(room, emptyDocument(registry.note.roots)).turn(
    system,
    '2026-03-01',
    (doc) => writeNewNote(doc, [{ id: 's1', title: 'Plan', rank: 'V' }]),
  );
  await log.append(writing.done());
  return LiveDocument.load(room, registry.note, deps());
}

const contested = (client: Client): { path: string; values: { value: unknown; user: string }[] }[] => [
  ...client.doc.getMap<{ path: string; values: { value: unknown; user: string }[] }>('contested').values(),
];

describe('two values at once', () => {
  let server: LiveDocument;
  let resident: Client;
  let pharmacist: Client;

  beforeEach(async () => {
    server = await basket();
    resident = await new Client(server, 'resident').connect();
    pharmacist = await new Client(server, 'pharmacist').connect();
    resident.drafts.set('o1', order('10'));
    await server.settled();
  });

  it('are both kept, neither is used, and both people see it', async () => {
    pharmacist.disconnect();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await server.settled();
    await pharmacist.connect();
    for (const client of [resident, pharmacist]) {
      expect(client.drafts.get('o1')!.get('detail')).toEqual({ contested: expect.any(String) });
      expect(contested(client)).toHaveLength(1);
      expect(contested(client)[0]).toMatchObject({ path: 'drafts/o1/detail' });
      expect(contested(client)[0]!.values).toMatchObject([
        { value: dose('40'), user: 'resident' },
        { value: dose('20'), user: 'pharmacist' },
      ]);
    }
    expect(draftOrders(resident.doc)[0]).toMatchObject({ contested: true });
  });

  it('are settled by a set on top of the marker', async () => {
    pharmacist.disconnect();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await pharmacist.connect();
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await server.settled();
    for (const client of [resident, pharmacist]) {
      expect(client.drafts.get('o1')!.get('detail')).toEqual(dose('40'));
      expect(contested(client)).toEqual([]);
    }
  });

  it('grow to three, and a second thought replaces the first', async () => {
    const attending = await new Client(server, 'attending').connect();
    pharmacist.disconnect();
    attending.disconnect();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    attending.drafts.get('o1')!.set('detail', dose('80'));
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await pharmacist.connect();
    await attending.connect();
    expect(contested(resident)[0]!.values.map(({ value }) => value)).toEqual([
      dose('40'),
      dose('20'),
      dose('80'),
    ]);
    expect(resident.drafts.get('o1')!.get('detail')).toEqual({ contested: expect.any(String) });
  });

  it('are a disagreement also between one person’s two devices, and when one of them clears', async () => {
    const desktop = await new Client(server, 'resident', 'a desktop').connect();
    desktop.disconnect();
    desktop.drafts.get('o1')!.set('priority', 'stat');
    resident.drafts.get('o1')!.set('priority', null);
    await desktop.connect();
    expect(contested(resident)[0]!.values.map(({ value }) => value)).toEqual([null, 'stat']);
  });

  it('raise no alarm when one comes after the other, online or offline, nor when both are the same', async () => {
    resident.drafts.get('o1')!.set('detail', dose('40'));
    await server.settled();
    pharmacist.drafts.get('o1')!.set('detail', dose('20'));
    await server.settled();
    resident.disconnect();
    for (const value of ['1', '2', '3']) resident.drafts.get('o1')!.set('detail', dose(value));
    await resident.connect();
    expect(pharmacist.drafts.get('o1')!.get('detail')).toEqual(dose('3'));
    resident.disconnect();
    resident.drafts.get('o1')!.set('detail', dose('5'));
    pharmacist.drafts.get('o1')!.set('detail', dose('5'));
    await resident.connect();
    for (const client of [resident, pharmacist]) {
      expect(contested(client)).toEqual([]);
      expect(client.drafts.get('o1')!.get('detail')).toEqual(dose('5'));
    }
  });

  it('cannot be forged: only the server writes a marker', async () => {
    resident.drafts.get('o1')!.set('detail', { contested: 'x' });
    expect(resident.refusals).toEqual(['forbidden-content']);
  });
});

describe('text that is in nobody’s hands any more is rescued', () => {
  let server: LiveDocument;
  let nurse: Client;
  let resident: Client;
  const typeOn = (words: string): void => nurse.line(0).insert(nurse.line(0).length, words);
  /** Given back to the nurse, with its place. */
  const pain = [expect.objectContaining({ text: ' Pain 2 of 10.', where: 'sections/s1/body' })];

  beforeEach(async () => {
    server = await note();
    nurse = await new Client(server, 'nurse').connect();
    resident = await new Client(server, 'resident').connect();
    typeOn('Slept well.');
    await server.settled();
  });

  it('what was typed into a line that another deleted meanwhile', async () => {
    nurse.disconnect();
    typeOn(' Pain 2 of 10.');
    resident.body.delete(0, 1);
    await server.settled();
    await nurse.connect();
    expect(nurse.rescued).toEqual(pain);
    expect(resident.rescued).toEqual([]);
  });

  it.each([
    ['before it answered', true],
    ['after it answered', false],
  ])(
    'what another had typed into a line that I deleted without having seen it, merged %s',
    async (_when, mergeFirst) => {
      resident.answerPing();
      resident.disconnect();
      typeOn(' Pain 2 of 10.');
      await server.settled();
      resident.body.delete(0, 1);
      // Whoever merges the nurse's words before answering names them as deleted, and did not mean them.
      await resident.connect({ mergeFirst });
      expect(nurse.rescued).toEqual(pain);
      expect(log.groups.flatMap(({ rescues = [] }) => rescues)).toMatchObject([
        { userId: 'nurse', text: ' Pain 2 of 10.', place: 'sections/s1/body' },
      ]);
    },
  );

  it('what reached me after I had deleted its line, while nothing of mine got through any more', async () => {
    resident.answerPing();
    resident.mute = true;
    resident.body.delete(0, 1);
    typeOn(' Pain 2 of 10.');
    await server.settled();
    resident.disconnect();
    resident.mute = false;
    await resident.connect();
    expect(nurse.rescued).toEqual(pain);
  });

  it('but not a word that somebody took out of a line that is still there', async () => {
    typeOn(' Pain 2 of 10.');
    await server.settled();
    resident.disconnect();
    resident.line(0).delete(11, 14);
    await resident.connect();
    expect(nurse.line(0).toString()).toBe('Slept well.');
    expect(nurse.rescued).toEqual([]);
  });

  it('but not what somebody deleted knowing it, nor what its author deleted before sending', async () => {
    typeOn(' Pain 2 of 10.');
    await server.settled();
    resident.line(0).delete(11, 14);
    resident.body.delete(0, 1);
    nurse.disconnect();
    nurse.doc.transact(() => {
      const block = new Y.XmlElement('block');
      block.insert(0, [new Y.XmlText('typed and gone')]);
      nurse.body.insert(0, [block]);
    });
    nurse.body.delete(0, 1);
    await nurse.connect();
    expect([...nurse.rescued, ...resident.rescued]).toEqual([]);
  });

  it('what is typed on letter by letter is one that grows, and it says whose change took the line away', async () => {
    const type = (words: string): void => [...words].forEach(typeOn);
    resident.body.delete(0, 1);
    type(' Pain');
    const removal = log.groups
      .flatMap(({ entries }) => entries)
      .findLast(({ userId }) => userId === 'resident')!;
    await server.settled();
    expect(nurse.rescued.map(({ text }) => text)).toEqual([' Pain']);
    const stored = log.groups.flatMap(({ rescues = [] }) => rescues);
    expect(new Set(stored.map(({ id }) => id)).size).toBe(1);
    expect(stored.map(({ seq }) => seq)).toEqual(Array(5).fill(removal.seq));
    expect(stored.at(-1)).toMatchObject({ text: ' Pain', place: 'sections/s1/body', userId: 'nurse' });

    // Whoever has written something that stands begins anew.
    nurse.body.insert(0, [new Y.XmlElement('block')]);
    (nurse.body.get(0) as Y.XmlElement).insert(0, [new Y.XmlText('Rested.')]);
    resident.doc.getMap<Y.Map<unknown>>('sections').get('s1')!.set('title', 'Plan of care');
    await server.settled();
    resident.body.delete(0, 1);
    type(' Ate.');
    await server.settled();
    const ids = log.groups.flatMap(({ rescues = [] }) => rescues).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(nurse.rescued.at(-1)).toMatchObject({ text: ' Ate.' });
  });

  it('and the loser of two headings set at once', async () => {
    const title = (client: Client): Y.Map<unknown> =>
      client.doc.getMap<Y.Map<unknown>>('sections').get('s1')!;
    nurse.disconnect();
    title(nurse).set('title', 'Plan of the nurse');
    title(resident).set('title', 'Plan of the resident');
    await server.settled();
    await nurse.connect();
    const kept = title(nurse).get('title');
    const rescued = [...nurse.rescued, ...resident.rescued].map(({ text }) => text);
    expect(new Set([kept, ...rescued])).toEqual(new Set(['Plan of the nurse', 'Plan of the resident']));
  });
});

describe('a reader that does not keep up', () => {
  it('is sent nothing more, and gets the rest in one piece once it has caught up', async () => {
    const server = await basket();
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
});

test('a document sleeps after a minute without a change, and wakes for whoever writes then', async () => {
  const server = await basket();
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

describe('a seal', () => {
  const views = (doc: Y.Doc): Record<string, unknown> =>
    Object.fromEntries(draftOrders(doc).map((draft) => [draft.id, orderContent(draft)]));

  it('takes only what still is what the signer saw, and says what it is now', async () => {
    const server = await basket();
    const resident = await new Client(server, 'resident').connect();
    resident.drafts.set('o1', order('10'));
    resident.drafts.set('o2', order('20'));
    await server.settled();
    const seen = views(resident.doc);
    resident.drafts.get('o2')!.set('detail', dose('25'));
    const expected = Object.fromEntries(Object.entries(seen).map(([id, view]) => [id, contentHashNow(view)]));
    const author = { userId: 'attending', deviceId: 'd' };
    const sealed = await server.seal({
      actId: 'a1',
      author,
      expected: { ...expected, o3: 'x' },
      views,
      whole: false,
    });
    expect(sealed).toMatchObject({
      ok: true,
      value: { views: { o1: seen.o1 }, mismatched: { o2: contentHashNow(views(resident.doc).o2), o3: null } },
    });
  });

  it('of a whole note ends it: what comes later is refused, and an act that failed opens it again', async () => {
    const server = await note();
    const nurse = await new Client(server, 'nurse').connect();
    nurse.line(0).insert(0, 'Signed.');
    await server.settled();
    const author = { userId: 'nurse', deviceId: 'd' };
    const view = { text: 'as seen' };
    const expected = { note: contentHashNow(view) };
    const request = { actId: 'a1', author, expected, views: () => ({ note: view }), whole: true };
    expect(await server.seal(request)).toMatchObject({ ok: true });
    expect(await server.seal({ ...request, actId: 'a2' })).toMatchObject({ ok: false });
    nurse.line(0).insert(0, 'Late. ');
    expect(nurse.refusals).toEqual(['sealed']);
    await server.unseal('a1', author);
    const resident = await new Client(server, 'resident').connect();
    resident.line(0).insert(7, ' Again.');
    await server.settled();
    expect(resident.refusals).toEqual([]);
    expect(log.groups.flatMap(({ entries }) => entries.map(({ kind }) => kind))).toEqual([
      'update',
      'update',
      'seal',
      'unseal',
      'update',
    ]);
  });

  it('without its act is taken back when the document loads, and one with its act stands', async () => {
    const server = await note();
    const view = { text: 'as seen' };
    const author = { userId: 'nurse', deviceId: 'd' };
    await server.seal({
      actId: 'a1',
      author,
      expected: { note: contentHashNow(view) },
      views: () => ({ note: view }),
      whole: true,
    });
    server.destroy();
    const committed = { ...deps(), findSealOutcome: async () => ({ outcome: 'committed' as const }) };
    const stands = await LiveDocument.load('e/note/n', registry.note, committed);
    const nurse = await new Client(stands, 'nurse').connect();
    nurse.line(0).insert(0, 'x');
    expect(nurse.refusals).toEqual(['sealed']);
    stands.destroy();
    const again = await LiveDocument.load('e/note/n', registry.note, deps());
    const other = await new Client(again, 'nurse').connect();
    other.line(0).insert(0, 'x');
    await eventually(() => expect(other.peer!.settlement.count).toBe(2));
    expect(other.refusals).toEqual([]);
  });
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
  const logged = (): number => log.groups.flatMap(({ entries }) => entries).length;

  beforeEach(async () => {
    commitIsNear = [];
    log.beforeCommit = (_readers, then) => void commitIsNear.push(then);
    server = await note();
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
