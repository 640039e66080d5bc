import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { ownLosses } from '../../client/collab/ownLosses.ts';
import { Swallowed } from '../../client/collab/swallowed.ts';
import type { Role } from '../../shared/access/capabilities.ts';
import { registry, type DocumentAccess } from '../../shared/documents/registry.ts';
import type { DocumentKind } from '../../shared/documents/room.ts';
import { readFrame, step1Frame, step2Frame, updateFrame } from '../../server/collab/frames.ts';
import { LiveDocument } from '../../server/collab/liveDocument.ts';
import type { Peer } from '../../server/collab/peer.ts';
import { Settlement } from '../../server/collab/settlement.ts';
import { system } from '../../server/log/entries.ts';
import { emptyDocument, foldDocument } from '../../server/log/fold.ts';
import { DocumentWriting } from '../../server/log/entries.ts';
import type { Rescue } from '../../server/log/documentLog.ts';
import { charactersIn, visibleIn } from './honestEdits.ts';
import { steppedLog, type SteppedLog } from './steppedLog.ts';

/** Everything that awaits something already settled goes on. */
export const microtasks = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
};

export const writeAccess: DocumentAccess = { mode: 'write', orderCategories: null };

export interface PersonAtDevice {
  userId: string;
  deviceId: string;
  role?: Role;
  access?: DocumentAccess;
  /** Whether what never came to be seen is noted: it takes a look at the whole document for each frame. */
  isWatched?: boolean;
}

/** One document of a real service without sockets: frames go when the test moves them. */
export class Server {
  document!: LiveDocument;
  readonly log: SteppedLog = steppedLog();
  readonly faults: unknown[] = [];
  /** The unique characters that it has taken: see `honestEdits.ts`. */
  readonly accepted = new Set<string>();
  /** Those of which a client that came back could not say whether it meant to delete them. */
  readonly untold = new Set<string>();
  readonly room: string;
  #ids = 0;
  #now = Date.parse('2026-03-02T08:00:00.000Z');

  private constructor(readonly kind: DocumentKind) {
    this.room = kind === 'note' ? 'e/note/n' : `e/${kind}`;
  }

  #commits = 0;

  static async start(kind: DocumentKind, seed?: (doc: Y.Doc) => void): Promise<Server> {
    const server = new Server(kind);
    if (seed) {
      const writing = new DocumentWriting(server.room, emptyDocument(registry[kind].roots));
      void server.log.append(writing.turn(system, '2026-03-01T00:00:00.000Z', seed).done());
      server.log.commit();
    }
    await server.#load();
    return server;
  }

  async #load(): Promise<void> {
    const loading = LiveDocument.load(this.room, registry[this.kind], {
      log: this.log,
      now: () => new Date((this.#now += 1_000)),
      newId: () => `id-${++this.#ids}`,
      findSealOutcome: async () => ({ outcome: 'not-committed' }),
      isUnderWay: () => false,
      onFault: (_room, error) => this.faults.push(error),
      onChanged: () => {},
      onPresence: () => {},
      onWake: () => {},
    });
    await microtasks();
    this.log.commit();
    this.document = await loading;
  }

  /** Commits what waits for it, and lets everybody be told. */
  async commit(): Promise<void> {
    this.log.commit();
    await microtasks();
    // Whether it sleeps between two edits must make no difference to anybody.
    if (++this.#commits % 2 === 0) this.document.rest();
    await this.document.settled();
    await microtasks();
  }

  /** The process dies and comes back. */
  async restart(what: 'lost' | 'durable', snapshot = false): Promise<void> {
    this.log.crash(what);
    this.document.destroy();
    if (snapshot) await this.snapshot();
    await this.#load();
  }

  /** After a failed commit the document throws itself away; it is opened again. */
  async faulted(): Promise<void> {
    await microtasks();
    if (!this.document.isDead) throw new Error('A document lives on after a failed commit.');
    this.faults.length = 0;
    await this.#load();
  }

  async snapshot(): Promise<void> {
    const { doc, head } = await this.folded();
    const bytes = Y.encodeStateAsUpdate(doc);
    await this.log.saveSnapshot(
      this.room,
      1,
      { seq: head.seq, logHash: head.hash, bytes, stateVector: Y.encodeStateVector(doc) },
      '',
    );
  }

  /** How many times the service has marked a disagreement. */
  get markersEver(): number {
    const updates = this.log.groups.flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'update');
    return updates
      .flatMap(({ bytes }) => Y.decodeUpdate(bytes).structs)
      .filter(
        (struct) =>
          struct instanceof Y.Item &&
          struct.content instanceof Y.ContentAny &&
          struct.content.arr.some((value) => typeof value === 'object' && value && 'contested' in value),
      ).length;
  }

  /** Every value and text that is in its log, as JSON. */
  get words(): string[] {
    return this.log.groups
      .flatMap(({ entries }) => entries)
      .filter(({ kind }) => kind === 'update')
      .flatMap(({ bytes }) => Y.decodeUpdate(bytes).structs)
      .flatMap((struct) =>
        struct instanceof Y.Item && struct.content instanceof Y.ContentAny
          ? struct.content.arr.map((value) => JSON.stringify(value))
          : [],
      );
  }

  folded(): ReturnType<typeof foldDocument> {
    return foldDocument(this.log, this.room, registry[this.kind].roots);
  }

  get rescues(): Rescue[] {
    return this.log.groups.flatMap(({ rescues = [] }) => rescues);
  }
}

/** The words of an update, as one text. */
const writtenIn = (update: Uint8Array): string =>
  Y.decodeUpdate(update)
    .structs.map((struct) =>
      struct instanceof Y.Item && !(struct.content instanceof Y.ContentType)
        ? JSON.stringify(struct.content.getContent())
        : '',
    )
    .join('');

const safelyWrittenIn = (update: Uint8Array): string => {
  try {
    return writtenIn(update);
  } catch {
    return '';
  }
};

interface Connection {
  peer: Peer;
  refusedBefore: boolean;
  /** On their way to the service, and to the client. */
  toServer: Uint8Array[];
  toClient: Uint8Array[];
  /** Of each sync message of this connection: the client's own clock after it, and the characters in it. */
  sent: { clock: number; characters: Set<string> }[];
}

/** A client that speaks the sync protocol as a stock provider does, over a link that the test moves. */
export class Client {
  doc = new Y.Doc();
  readonly refusals: string[] = [];
  /** The unique characters of what was refused: what quarantine holds. */
  readonly kept = new Set<string>();
  readonly rescued: string[] = [];
  /** The unique characters that its device kept: they died there before the service had them. */
  readonly offered = new Set<string>();
  #swallowed = new Swallowed();
  #durable: Uint8Array | null = null;
  connection: Connection | null = null;
  /** What it was told of, and what was gone before it was ever shown. */
  readonly #unseen = new Set<string>();
  /** How much of what was written under which client id the service has called durable. */
  readonly acknowledged = new Map<number, number>();

  constructor(
    readonly server: Server,
    readonly person: PersonAtDevice,
  ) {
    this.#follow();
  }

  #follow(): void {
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#sendSync(updateFrame(update));
    });
    this.#swallowed = new Swallowed();
    this.doc.on('afterTransaction', (transaction: Y.Transaction) =>
      this.#swallowed.remember(ownLosses(transaction), this.doc.clientID, this.#durable),
    );
  }

  /** Loads again, under a new client id, what the device has kept. */
  reload(): void {
    const kept = Y.encodeStateAsUpdate(this.doc);
    this.doc.destroy();
    this.doc = new Y.Doc();
    Y.applyUpdate(this.doc, kept, this);
    this.#follow();
  }

  get isOnline(): boolean {
    return this.connection !== null;
  }

  get mayWrite(): boolean {
    return (this.person.access ?? writeAccess).mode === 'write';
  }

  connect(): this {
    const { userId, deviceId, role = 'nurse', access = writeAccess } = this.person;
    const connection: Connection = {
      toServer: [],
      toClient: [],
      sent: [],
      refusedBefore: false,
      peer: {
        user: { id: userId, name: userId, role, initials: 'XX', colour: 'blue' },
        deviceId,
        extended: true,
        settlement: new Settlement(),
        access,
        knownAtOpening: null,
        send: (...frames) => void connection.toClient.push(...frames),
        close: () => this.#drop(connection),
        greet: () => undefined,
        isLagging: () => false,
        refused: (update, reason) => {
          this.refusals.push(reason);
          connection.refusedBefore = true;
          for (const character of charactersIn(safelyWrittenIn(update))) this.kept.add(character);
        },
      },
    };
    this.connection = connection;
    this.server.document.join(connection.peer);
    connection.toServer.push(step1Frame(Y.encodeStateVector(this.doc)));
    return this;
  }

  /** The link is cut: what was under way in either direction is gone. */
  cut(): void {
    this.noteAccepted();
    if (!this.connection) return;
    this.#noteUntold(this.connection);
    const { peer } = this.connection;
    this.connection = null;
    if (!this.server.document.isDead) this.server.document.leave(peer);
  }

  #drop(connection: Connection): void {
    this.noteAccepted();
    this.#noteUntold(connection);
    if (this.connection === connection) this.connection = null;
  }

  /**
   * A deletion that is not durable when the link is cut, and words that arrived before the cut in what it deletes: when the
   * client comes back it names both, and has both. Nobody can tell then which of them were meant.
   */
  #noteUntold({ toServer, sent, peer }: Connection): void {
    if (toServer.length > 0 || sent.length > peer.settlement.count)
      for (const each of this.#unseen) this.server.untold.add(each);
  }

  #sendSync(frame: Uint8Array): void {
    if (!this.connection) return;
    this.connection.toServer.push(frame);
  }

  /** One frame arrives at the service; `at` is its place in the queue, 0 unless the network reorders. */
  deliverToServer(at = 0, { keep = false } = {}): void {
    const connection = this.connection!;
    const bytes = connection.toServer[at]!;
    if (!keep) connection.toServer.splice(at, 1);
    const frame = readFrame(bytes);
    const { document } = this.server;
    if (frame.kind === 'step1')
      return document.inbox.add(() => {
        if (!document.isDead) void document.sendMissing(connection.peer, frame.stateVector);
      });
    if (frame.kind !== 'step2' && frame.kind !== 'update') return;
    const { kind, update } = frame;
    const { to } = Y.parseUpdateMeta(update);
    connection.sent.push({
      clock: to.get(this.doc.clientID) ?? 0,
      characters: charactersIn(writtenIn(update)),
    });
    document.inbox.add(() => {
      if (document.isDead) return;
      // As a connection does: after one refusal, what follows is kept with it, unread.
      if (connection.refusedBefore && this.mayWrite)
        return connection.peer.refused(update, 'follows-refused');
      document.receive(connection.peer, kind, update);
    });
  }

  /** One frame arrives at the client. */
  deliverToClient(): void {
    const connection = this.connection!;
    const bytes = connection.toClient.shift()!;
    const decoder = decoding.createDecoder(bytes);
    const type = decoding.readVarUint(decoder);
    if (type === 103) {
      this.rescued.push((JSON.parse(decoding.readVarString(decoder)) as { text: string }).text);
    } else if (type === 100) {
      decoding.readVarUint(decoder);
      this.#durable = decoding.readVarUint8Array(decoder).slice();
      this.#swallowed.durable(this.doc.clientID, this.#durable);
      this.#acknowledge(connection, decoding.readVarUint(decoder));
    } else if (type === 0) {
      const frame = readFrame(bytes);
      if (frame.kind === 'step1') {
        const lacking = this.#swallowed.takeLacking(this.doc.clientID, frame.stateVector);
        for (const { text } of lacking) for (const each of charactersIn(text)) this.offered.add(each);
        this.#sendSync(step2Frame(Y.encodeStateAsUpdate(this.doc, frame.stateVector)));
      } else if (frame.kind === 'step2' || frame.kind === 'update') {
        Y.applyUpdate(this.doc, frame.update, this);
        if (this.person.isWatched === false) return;
        const shown = visibleIn(this.doc, this.server.kind);
        for (const each of charactersIn(writtenIn(frame.update)))
          if (!shown.has(each)) this.#unseen.add(each);
      }
    }
  }

  #acknowledge({ sent }: Connection, settled: number): void {
    const { clientID } = this.doc;
    const clock = Math.max(0, ...sent.slice(0, settled).map((message) => message.clock));
    this.acknowledged.set(clientID, Math.max(clock, this.acknowledged.get(clientID) ?? 0));
  }

  /** The service has taken these: whatever becomes of the link, they are in its hands. */
  noteAccepted(): void {
    if (!this.connection) return;
    const { peer, sent } = this.connection;
    for (const { characters } of sent.slice(0, peer.settlement.count))
      for (const character of characters) this.server.accepted.add(character);
  }

  /** All that is under way arrives, both ways, until nothing is left. */
  async exchange(): Promise<void> {
    for (;;) {
      await this.server.commit();
      if (!this.connection) return;
      const { toServer, toClient } = this.connection;
      if (toServer.length === 0 && toClient.length === 0) return;
      while (this.connection && toServer.length > 0) this.deliverToServer();
      while (this.connection && toClient.length > 0) this.deliverToClient();
    }
  }
}

/** Everybody is online, and nothing is under way. */
export async function settleAll(clients: readonly Client[]): Promise<void> {
  for (let round = 0; round < 100; round++) {
    for (const client of clients) {
      if (!client.isOnline) client.connect();
      await client.exchange();
    }
    const busy = clients.some(
      ({ connection }) => !connection || connection.toServer.length > 0 || connection.toClient.length > 0,
    );
    if (!busy) return;
  }
  throw new Error('The network never comes to rest.');
}
