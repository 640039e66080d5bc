import '../support/repeatable.ts';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { writeNewNote } from '../../shared/documents/note.ts';
import type { DocumentKind } from '../../shared/documents/room.ts';
import { systemUser } from '../../server/log/entries.ts';
import { Client, Server, settleAll, type PersonAtDevice } from '../support/controlledNetwork.ts';
import {
  bodiesOf,
  Characters,
  charactersIn,
  contentOf,
  editOnce,
  visibleIn,
} from '../support/honestEdits.ts';
import type { Random } from '../support/random.ts';
import { forSeeds } from '../support/seeds.ts';

const stepsPerSeed = 220;

const team: Record<DocumentKind, readonly (PersonAtDevice & { only?: string })[]> = {
  note: [
    { userId: 'attending', deviceId: 'desktop', role: 'attending' },
    { userId: 'attending', deviceId: 'tablet', role: 'attending' },
    { userId: 'nurse', deviceId: 'tablet of bay 1' },
    { userId: 'student', deviceId: 'phone', role: 'student', access: { mode: 'read', reason: 'role' } },
  ],
  orders: [
    { userId: 'resident', deviceId: 'desktop', role: 'resident' },
    { userId: 'resident', deviceId: 'tablet', role: 'resident' },
    { userId: 'pharmacist', deviceId: 'desktop', role: 'pharmacist' },
    {
      userId: 'physiotherapist',
      deviceId: 'tablet',
      role: 'physiotherapist',
      access: { mode: 'write', orderCategories: ['therapy'] },
      only: 'therapy',
    },
  ],
  'care-plan': [
    { userId: 'nurse', deviceId: 'tablet of bay 1' },
    { userId: 'attending', deviceId: 'desktop', role: 'attending' },
    { userId: 'attending', deviceId: 'tablet', role: 'attending' },
    { userId: 'student', deviceId: 'phone', role: 'student', access: { mode: 'read', reason: 'role' } },
  ],
};

/** The disagreements that a document's values stand in. */
const markersIn = (doc: Y.Doc, kind: DocumentKind): Set<string> =>
  new Set([...contentOf(doc, kind).matchAll(/"contested":"([^"]+)"/g)].map(([, id]) => id!));

/** Somebody at a device, with their undo, and what they meant to delete. */
class Typist {
  readonly client: Client;
  readonly clientIds = new Set<number>();
  /** What was typed on this page; what a page that is left had not sent goes with it. */
  readonly typed = new Set<string>();
  #undo: Y.UndoManager | null = null;

  constructor(
    server: Server,
    readonly who: PersonAtDevice & { only?: string },
    private readonly meant: Set<string>,
    private readonly characters: Characters,
  ) {
    this.client = new Client(server, who);
    this.clientIds.add(this.client.doc.clientID);
  }

  get doc(): Y.Doc {
    return this.client.doc;
  }

  act(random: Random): void {
    const { kind } = this.client.server;
    const before = visibleIn(this.doc, kind);
    const markers = markersIn(this.doc, kind);
    const bodies = bodiesOf(this.doc, kind);
    const undo = bodies.length > 0 ? this.#undoOver(bodies) : null;
    if (undo && random.chance(0.08)) undo.undo();
    else if (undo && random.chance(0.04)) undo.redo();
    else if (this.#isReady()) {
      const { only = null } = this.who;
      editOnce(this.doc, kind, { random, characters: this.characters, only });
    }
    const after = visibleIn(this.doc, kind);
    for (const character of after) if (!before.has(character)) this.typed.add(character);
    for (const character of before) if (!after.has(character)) this.meant.add(character);
    for (const id of markers) if (!markersIn(this.doc, kind).has(id)) this.#settled(id);
  }

  /** Whoever sets a value over a disagreement has seen all that was in it. */
  #settled(id: string): void {
    const held = this.doc.getMap('contested').get(id);
    for (const character of charactersIn(JSON.stringify(held ?? null))) this.meant.add(character);
  }

  /** A note has its sections before anybody can write in it. */
  #isReady(): boolean {
    return this.client.server.kind !== 'note' || this.doc.getMap('sections').size > 0;
  }

  #undoOver(bodies: Y.XmlFragment[]): Y.UndoManager {
    this.#undo ??= new Y.UndoManager(bodies, { captureTimeout: 0, trackedOrigins: new Set(['typing']) });
    return this.#undo;
  }

  /** The page is loaded again from what the device has kept: the same words, a new client id. */
  reload(): void {
    this.client.cut();
    this.typed.clear();
    this.#undo?.destroy();
    this.#undo = null;
    this.client.reload();
    this.clientIds.add(this.doc.clientID);
  }
}

async function weather(kind: DocumentKind, isPaced: boolean, random: Random): Promise<void> {
  const characters = new Characters();
  const meant = new Set<string>();
  const sections = ['s1', 's2'].map((id) => ({ id, title: id, rank: id }));
  const server = await Server.start(kind, kind === 'note' ? (doc) => writeNewNote(doc, sections) : undefined);
  server.log.isPaced = isPaced;
  const typists = team[kind].map((who) => new Typist(server, who, meant, characters));
  const clients = typists.map(({ client }) => client);
  const acknowledged = (): [number, number][] => clients.flatMap((client) => [...client.acknowledged]);
  await settleAll(clients);

  /** What a client has been told is durable is in the log, whatever just happened. */
  const checkAcknowledged = async (): Promise<void> => {
    const { doc } = await server.folded();
    for (const [clientId, clock] of acknowledged()) {
      expect(Y.getState(doc.store, clientId), 'acknowledged, then lost').toBeGreaterThanOrEqual(clock);
    }
  };
  const afterFault = async (): Promise<void> => {
    for (const client of clients) client.cut();
    await checkAcknowledged();
  };
  const anyFrame = (way: 'toServer' | 'toClient'): Client | null => {
    const some = clients.filter(({ connection }) => connection && connection[way].length > 0);
    return some.length > 0 ? random.pick(some) : null;
  };

  for (let step = 0; step < stepsPerSeed; step++) {
    const typist = random.pick(typists);
    await random.weighted<() => unknown>([
      [30, () => typist.client.mayWrite && typist.act(random)],
      [30, () => anyFrame('toServer')?.deliverToServer()],
      [30, () => anyFrame('toClient')?.deliverToClient()],
      [15, () => server.commit()],
      [6, () => (typist.client.isOnline ? typist.client.cut() : typist.client.connect())],
      [8, () => typist.client.isOnline || typist.client.connect()],
      [4, () => typist.client.exchange()],
      [1, () => typist.reload()],
      [
        0.6,
        async () => {
          await server.restart(random.pick(['lost', 'durable']), random.chance(0.5));
          await afterFault();
        },
      ],
      [
        0.6,
        async () => {
          if (server.log.waiting === 0) return;
          server.log.fail(random.pick(['lost', 'durable']));
          await server.faulted();
          await afterFault();
        },
      ],
    ])();
  }
  await settleAll(clients);
  await checkAcknowledged();

  expect(clients.flatMap(({ refusals }) => refusals)).toEqual([]);
  const { doc, leases } = await server.folded();
  const content = contentOf(doc, kind);
  for (const client of clients) {
    expect(client.doc.store.pendingStructs).toBeNull();
    expect(client.doc.store.pendingDs).toBeNull();
    expect(contentOf(client.doc, kind), `what ${client.person.userId} sees`).toBe(content);
  }

  // Every character that was accepted is there, or somebody who saw it took it away, or its author gets it back.
  const kept = charactersIn(content);
  const isKnown = (each: string): boolean => kept.has(each) || meant.has(each) || server.untold.has(each);
  const rescued = charactersIn(server.rescues.map(({ text }) => text).join(''));
  for (const client of clients) client.noteAccepted();
  const gone = [...server.accepted].filter((each) => !isKnown(each));
  expect(gone.filter((each) => !rescued.has(each))).toEqual([]);

  // And what the service never had: its author's own device has it. Forms and codes are chosen again.
  if (kind === 'note') {
    const offered = new Set(clients.flatMap((client) => [...client.offered]));
    const typed = typists.flatMap((typist) => [...typist.typed]).filter((each) => !isKnown(each));
    expect(typed.filter((each) => !rescued.has(each) && !offered.has(each))).toEqual([]);
  }

  // Who wrote what follows from the leases, and every client id has one.
  const holders = new Map(leases.map(({ clientId, userId, deviceId }) => [clientId, { userId, deviceId }]));
  for (const { clientIds, who } of typists) {
    for (const clientId of clientIds) {
      if (Y.getState(doc.store, clientId) === 0) continue;
      const { userId, deviceId } = who;
      expect(holders.get(clientId)).toEqual({ userId, deviceId });
    }
  }
  const known = new Set(typists.flatMap(({ clientIds }) => [...clientIds]));
  const others = [...doc.store.clients.keys()].filter((id) => !known.has(id));
  expect(new Set(others.map((id) => holders.get(id)?.userId))).toEqual(
    new Set(others.length > 0 ? [systemUser] : []),
  );
}

describe('whatever the network does, everybody ends with what the log says, and nothing is lost', () => {
  it.each([
    ['a note', 'note', false],
    ['a note with many readers', 'note', true],
    ['an order basket', 'orders', false],
    ['an order basket with many readers', 'orders', true],
    ['a care plan', 'care-plan', false],
    ['a care plan with many readers', 'care-plan', true],
  ] as const)('in %s', async (_what, kind, isPaced) => {
    expect(
      await forSeeds({ count: 60, known: [2, 5, 22, 45, 78, 126, 150, 321] }, (random) =>
        weather(kind, isPaced, random),
      ),
    ).toBeGreaterThan(0);
  });
});
