import '../support/repeatable.ts';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Neighbours } from '../../server/collab/neighbours.ts';
import type { AnyType } from '../../server/collab/paths.ts';
import { writeNewNote } from '../../shared/documents/note.ts';
import { Client, Server, settleAll } from '../support/controlledNetwork.ts';
import { encodeUpdate, item } from '../support/handmadeUpdates.ts';
import { bodiesOf, Characters, contentOf, editOnce } from '../support/honestEdits.ts';
import type { Random } from '../support/random.ts';
import { forSeeds, report } from '../support/seeds.ts';

const framesPerSeed = 60;
const sections = [{ id: 's1', title: 's1', rank: 'a' }];
const verdicts = { taken: 0, refused: 0 };

/** Every list of characters and blocks in the body of the note. */
function lists(doc: Y.Doc): AnyType[] {
  const body = bodiesOf(doc, 'note')[0]!;
  const texts = body
    .toArray()
    .filter((node) => node instanceof Y.XmlElement)
    .flatMap((block) => block.toArray().filter((child) => child instanceof Y.XmlText));
  return [body, ...texts];
}

const itemsOf = (list: AnyType): Y.Item[] => {
  const items: Y.Item[] = [];
  for (let each = list._start; each; each = each.right) items.push(each);
  return items;
};

/** A run of own structs between neighbours of the attacker's choice: known ones, and each other. */
function forged(random: Random, doc: Y.Doc, own: readonly number[], characters: Characters): Uint8Array {
  const list = random.pick(lists(doc));
  const known = itemsOf(list);
  const isText = list instanceof Y.XmlText;
  const made: Y.Item[] = [];
  const clocks = new Map(own.map((client) => [client, Y.getState(doc.store, client)]));
  const anyNeighbour = (): Y.ID | null => {
    const from = random.chance(0.4) && made.length > 0 ? made : known;
    if (from.length === 0 || random.chance(0.15)) return null;
    const { id, length } = random.pick(from);
    return Y.createID(id.client, id.clock + random.below(length));
  };
  for (let count = random.between(1, 5); count > 0; count--) {
    const client = random.pick(own);
    const content = isText
      ? new Y.ContentString(characters.take(random.between(1, 3)))
      : new Y.ContentType(new Y.XmlElement('block'));
    const origin = anyNeighbour();
    const rightOrigin = anyNeighbour();
    const hasNone = origin === null && rightOrigin === null;
    const parent = hasNone ? list._item!.id : null;
    made.push(item({ client, clock: clocks.get(client)!, origin, rightOrigin, parent, content }));
    clocks.set(client, clocks.get(client)! + content.getLength());
  }
  const blocks = own.map((client) => made.filter(({ id }) => id.client === client));
  return encodeUpdate(random.shuffle(blocks.filter((block) => block.length > 0)));
}

async function attack(random: Random): Promise<void> {
  const server = await Server.start('note', (doc) => writeNewNote(doc, sections));
  const nurse = new Client(server, { userId: 'nurse', deviceId: 'tablet', isWatched: false });
  const resident = new Client(server, { userId: 'resident', deviceId: 'desktop', isWatched: false });
  const mallory = new Client(server, { userId: 'mallory', deviceId: 'phone', isWatched: false });
  const all = [nurse, resident, mallory];
  const characters = new Characters();
  await settleAll(all);
  // Beside blocks of its own too.
  for (let edit = random.below(20); edit > 0; edit--) editOnce(mallory.doc, 'note', { random, characters });
  await settleAll(all);
  const own = [mallory.doc.clientID, random.below(2 ** 32), random.below(2 ** 32)];
  for (let frame = 0; frame < framesPerSeed; frame++) {
    // Two write at once, so that some of what stands side by side was never seen together by its authors.
    for (const client of [nurse, resident])
      if (random.chance(0.5)) editOnce(client.doc, 'note', { random, characters });
    if (random.chance(0.6)) await settleAll(all);
    const seen = random.pick([nurse, resident]).doc;
    const before = mallory.refusals.length;
    const update = forged(random, seen, own, characters);
    server.document.receive(mallory.connection!.peer, 'update', update);
    if (mallory.refusals.length > before) verdicts.refused++;
    else verdicts.taken++;
    expect(server.faults.map(String), 'the document failed').toEqual([]);
    if (!mallory.isOnline) mallory.connect();
  }
  await settleAll(all);
  expect([...nurse.refusals, ...resident.refusals]).toEqual([]);
  const { doc } = await server.folded();
  const content = contentOf(doc, 'note');
  // What mallory's own client holds is not told back to it.
  for (const client of [nurse, resident]) {
    expect(client.doc.store.pendingStructs).toBeNull();
    expect(contentOf(client.doc, 'note'), 'loaded again, it reads otherwise').toBe(content);
  }
  // From a snapshot, which names other structs first than they came in.
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  expect(contentOf(copy, 'note')).toBe(content);
}

/** Honest people whose clients say again and again all that they know, in whatever form Yjs has it by then. */
async function repeatEverything(random: Random): Promise<void> {
  const server = await Server.start('note', (doc) => writeNewNote(doc, sections));
  const characters = new Characters();
  const people = ['nurse', 'resident', 'pharmacist'].map(
    (userId) => new Client(server, { userId, deviceId: 'desktop', isWatched: false }),
  );
  await settleAll(people);
  for (let step = 0; step < 80; step++) {
    const client = random.pick(people);
    random.weighted<() => unknown>([
      [12, () => editOnce(client.doc, 'note', { random, characters })],
      [2, () => client.doc.transact(() => line(client.doc, random)?.insert(0, '😀👩‍⚕️'), 'typing')],
      [2, () => client.doc.transact(() => line(client.doc, random)?.delete(0, 1), 'typing')],
      [2, () => client.isOnline && client.cut()],
    ])();
    if (!client.isOnline) client.connect();
    if (random.chance(0.4)) await settleAll(people);
    const { peer } = client.connection!;
    if (!random.chance(0.4) || peer.settlement.isResyncing) continue;
    repeats++;
    server.document.receive(peer, 'update', Y.encodeStateAsUpdate(client.doc));
  }
  await settleAll(people);
  expect(people.flatMap(({ refusals }) => refusals)).toEqual([]);
  expect(server.faults.map(String)).toEqual([]);
}
let repeats = 0;

const line = (doc: Y.Doc, random: Random): Y.XmlText | undefined => {
  const texts = lists(doc).filter((list) => list instanceof Y.XmlText && list.length > 0);
  return texts.length > 0 ? (random.pick(texts) as Y.XmlText) : undefined;
};

const clientIds = [1, 2, 3, 4, 5, 6];
const judged = { taken: 0, refused: 0, putRight: 0 };

/** Items between any neighbours at all, in the order in which they were made; only those that the gate would take. */
function takenItems(random: Random): Y.Item[] {
  const taken: Y.Item[] = [];
  const clients = clientIds.slice(0, random.between(2, clientIds.length));
  const clocks = new Map<number, number>();
  const isNear = random.chance(0.5);
  const holding = (id: Y.ID): Y.Item | null =>
    taken.find(
      ({ id: { client, clock }, length }) =>
        client === id.client && id.clock >= clock && id.clock < clock + length,
    ) ?? null;
  const anyNeighbour = (): Y.ID | null => {
    if (taken.length === 0 || random.chance(0.15)) return null;
    const { id, length } = random.pick(isNear && random.chance(0.6) ? taken.slice(-3) : taken);
    return Y.createID(id.client, id.clock + random.below(length));
  };
  for (let count = random.between(3, 14); count > 0; count--) {
    const client = random.pick(clients);
    const clock = clocks.get(client) ?? 0;
    const origin = anyNeighbour();
    const rightOrigin = random.chance(0.1) ? origin : anyNeighbour();
    const parent = origin || rightOrigin ? null : 'text';
    const text = String.fromCharCode(...[0, 1, 2].map((at) => client * 1_000 + clock + at));
    const content = new Y.ContentString(text.slice(0, random.between(1, 3)));
    const made = item({ client, clock, origin, rightOrigin, parent, content });
    const neighbours = new Neighbours(holding);
    if (neighbours.putRight(made)) judged.putRight++;
    if (neighbours.standingOf(made) !== 'right') {
      judged.refused++;
      continue;
    }
    judged.taken++;
    taken.push(made);
    clocks.set(client, clock + made.length);
  }
  return taken;
}

/** The text that these make when each comes as soon as all that it names is there, and chance has it. */
function comingIn(items: readonly Y.Item[], next: (ready: Y.Item[]) => Y.Item): string {
  const doc = new Y.Doc();
  const text = doc.getText('text');
  const isThere = (id: Y.ID | null): boolean => id === null || id.clock < Y.getState(doc.store, id.client);
  for (let waiting = [...items]; waiting.length > 0;) {
    const ready = waiting.filter(
      ({ id, origin, rightOrigin }) =>
        id.clock === Y.getState(doc.store, id.client) && isThere(origin) && isThere(rightOrigin),
    );
    const each = next(ready);
    waiting = waiting.filter((other) => other !== each);
    Y.applyUpdate(doc, encodeUpdate([[each]]));
  }
  return text.toString();
}

function inAnyOrder(random: Random): void {
  const items = takenItems(random);
  const asMade = comingIn(items, (ready) => items.find((each) => ready.includes(each))!);
  const byClient = comingIn(items, (ready) => ready.toSorted((a, b) => b.id.client - a.id.client)[0]!);
  expect(byClient, 'as it is loaded').toBe(asMade);
  for (let times = 0; times < 5; times++) expect(comingIn(items, (ready) => random.pick(ready))).toBe(asMade);
}

describe('items between any neighbours that are taken', () => {
  it('stand in one order, in whatever order they come in', async () => {
    const tried = await forSeeds({ count: 500 }, inAnyOrder);
    report(`${tried} lists: ${judged.taken} taken, ${judged.refused} refused, ${judged.putRight} put right`);
    expect(Math.min(judged.taken, judged.refused, judged.putRight)).toBeGreaterThan(0);
  });
});

describe('what honest clients repeat', () => {
  it('is never taken for a contradiction, nor for a place that cannot be', async () => {
    expect(await forSeeds({ count: 30 }, repeatEverything)).toBeGreaterThan(0);
    expect(repeats).toBeGreaterThan(0);
  });
});

describe('whatever neighbours an attacker names', () => {
  it('a document reads the same to everybody, and when it is loaded again', async () => {
    const tried = await forSeeds({ count: 50 }, attack);
    report(`${tried} runs: ${verdicts.taken} frames taken, ${verdicts.refused} refused`);
    expect(verdicts.taken).toBeGreaterThan(tried);
    expect(verdicts.refused).toBeGreaterThan(tried);
  });
});
