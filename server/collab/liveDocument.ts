import * as Y from 'yjs';
import type { DocumentType } from '../../shared/documents/registry.ts';
import type { DocumentLease, DocumentLog, LogEntry } from '../log/documentLog.ts';
import { entryAfter, system, systemUser, type EntryAuthor } from '../log/entries.ts';
import { foldDocument, type DocumentHead } from '../log/fold.ts';
import { FanOut } from './fanOut.ts';
import { awarenessFrame, step1Frame, step2Frame } from './frames.ts';
import { judge } from './gate.ts';
import { ShapeMap } from './paths.ts';
import type { Peer } from './peer.ts';
import { RoomPresence } from './roomPresence.ts';

/** Entries after which an open document is folded into a snapshot. */
const snapshotEvery = 500;

export interface LiveDocumentDeps {
  log: DocumentLog;
  now(): Date;
  onFault(room: string, error: unknown): void;
  /** After a commit, with the document as it now is. */
  onChanged(room: string, doc: Y.Doc): void;
  onPresence(room: string): void;
}

/**
 * A document that people have open. An update is judged, applied, committed to the log and only then shown to the
 * others and acknowledged: nobody ever holds an edit that the log lacks.
 */
export class LiveDocument {
  readonly #doc: Y.Doc;
  readonly #shapes: ShapeMap;
  #head: DocumentHead;
  /** Whose client id is whose; also of those who have only announced themselves. */
  readonly #leases = new Map<number, EntryAuthor>();
  /** Leases that the log does not hold yet. */
  readonly #unwritten = new Set<number>();
  readonly #peers = new Set<Peer>();
  readonly #presence: RoomPresence;
  readonly #fanOut: FanOut;
  #emitted: { bytes: Uint8Array; author: EntryAuthor }[] = [];
  /** Resolves when all that was appended is durable. */
  #commits: Promise<void> = Promise.resolve();
  #sinceSnapshot: number;
  #dead = false;

  private constructor(
    readonly room: string,
    readonly type: DocumentType,
    private readonly deps: LiveDocumentDeps,
    loaded: Awaited<ReturnType<typeof foldDocument>>,
  ) {
    this.#doc = loaded.doc;
    this.#head = loaded.head;
    this.#shapes = new ShapeMap(type.roots);
    this.#sinceSnapshot = loaded.sinceSnapshot;
    for (const { clientId, userId, deviceId } of loaded.leases)
      this.#leases.set(clientId, { userId, deviceId });
    this.#presence = new RoomPresence(() => deps.now().getTime());
    this.#fanOut = new FanOut(this.#peers, this.#presence, loaded.doc, loaded.head.seq);
    this.#follow(loaded.doc);
  }

  static async load(room: string, type: DocumentType, deps: LiveDocumentDeps): Promise<LiveDocument> {
    return new LiveDocument(room, type, deps, await foldDocument(deps.log, room, type.roots));
  }

  get epoch(): number {
    return this.#head.epoch;
  }

  get isEmpty(): boolean {
    return this.#peers.size === 0;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Says hello: asks for what the client has, tells who is here. */
  join(peer: Peer): void {
    this.#peers.add(peer);
    peer.send(step1Frame(Y.encodeStateVector(this.#doc)));
    peer.send(awarenessFrame(this.#presence.everybody()));
  }

  leave(peer: Peer): void {
    this.#peers.delete(peer);
    this.#fanOut.forget(peer);
    if (this.#presence.leave(peer)) this.#tellPresence();
  }

  /** Answers a client's state vector with what it lacks, once all of that is durable. */
  async sendMissing(peer: Peer, stateVector: Uint8Array): Promise<void> {
    const missing = Y.encodeStateAsUpdate(this.#doc, stateVector);
    const { seq } = this.#head;
    const durable = this.#commits;
    this.#fanOut.startAfter(peer, seq);
    await durable;
    if (!this.#dead) peer.send(step2Frame(missing));
  }

  /** Takes a sync message with an update in it. */
  receive(peer: Peer, kind: 'step2' | 'update', update: Uint8Array): void {
    const message = peer.settlement.arrive();
    const overtaken = kind === 'step2' ? peer.settlement.answered() : [];
    const verdict = judge(update, {
      doc: this.#doc,
      shapes: this.#shapes,
      holds: (clientId) => this.#holder(clientId, peer),
      access: peer.access,
    });
    switch (verdict.verdict) {
      case 'ignore':
        return this.#settleAfterCommits(peer, [...overtaken, message]);
      case 'resync':
        if (kind === 'step2') return peer.refused(update, 'gap');
        if (peer.settlement.hold(message)) peer.send(step1Frame(Y.encodeStateVector(this.#doc)));
        return;
      case 'refuse':
        return peer.refused(update, verdict.reason);
      case 'accept': {
        const fault = this.#apply(peer, update);
        if (fault) {
          peer.refused(update, 'not-applicable');
          return this.#fail(fault);
        }
        for (const clientId of verdict.claims) this.#lease(clientId, peer);
        this.#commit(peer, [...overtaken, message], verdict.lease);
      }
    }
  }

  /** Takes a client's awareness update. @throws when it is cut short */
  receiveAwareness(peer: Peer, payload: Uint8Array): void {
    // The echo keeps a stock provider that is alone in a room from taking the silence for a lost link.
    peer.send(awarenessFrame(payload));
    const changed = this.#presence.receive(payload, peer, (clientId) => {
      const holder = this.#holder(clientId, peer);
      if (holder === 'free') this.#leases.set(clientId, { userId: peer.user.id, deviceId: peer.deviceId });
      if (holder === 'free') this.#unwritten.add(clientId);
      return holder !== 'foreign';
    });
    if (changed) this.#tellPresence();
  }

  sendEverybody(peer: Peer): void {
    peer.send(awarenessFrame(this.#presence.everybody()));
  }

  /** To be called every few seconds: forgets the silent, and keeps every connection from going quiet. */
  heartbeat(): void {
    if (this.#presence.sweep()) this.#tellPresence();
    const nothing = awarenessFrame(new Uint8Array([0]));
    for (const peer of this.#peers) peer.send(nothing);
  }

  people(): ReturnType<RoomPresence['people']> {
    return this.#presence.people();
  }

  /** Everything accepted is durable when this resolves. */
  async settled(): Promise<void> {
    await this.#commits;
    this.#fanOut.flush();
  }

  closeAll(reason: 'restarting' | 'fault'): void {
    for (const peer of this.#peers) peer.close(reason);
  }

  /** Folds the log so far, when enough has come since the last time. */
  async snapshot(): Promise<void> {
    if (this.#dead || this.#sinceSnapshot < snapshotEvery) return;
    this.#sinceSnapshot = 0;
    const { epoch, seq, hash } = this.#head;
    const bytes = Y.encodeStateAsUpdate(this.#doc);
    await this.#commits;
    await this.deps.log.saveSnapshot(
      this.room,
      epoch,
      { seq, logHash: hash, bytes },
      this.deps.now().toISOString(),
    );
  }

  destroy(): void {
    this.#dead = true;
    this.#fanOut.stop();
    this.#doc.destroy();
  }

  #holder(clientId: number, peer: Peer): 'theirs' | 'free' | 'foreign' {
    if (clientId === this.#doc.clientID) return 'foreign';
    const lease = this.#leases.get(clientId);
    if (!lease) return 'free';
    return lease.userId === peer.user.id && lease.deviceId === peer.deviceId ? 'theirs' : 'foreign';
  }

  #lease(clientId: number, peer: Peer): void {
    this.#leases.set(clientId, { userId: peer.user.id, deviceId: peer.deviceId });
    this.#unwritten.add(clientId);
  }

  /** What Yjs emits is what is logged and relayed: its own encoding, never the client's bytes. */
  #follow(doc: Y.Doc): void {
    doc.on('update', (bytes: Uint8Array, origin: unknown) => {
      const author = origin instanceof Sender ? origin : system;
      this.#emitted.push({ bytes, author });
    });
  }

  /** `applyUpdate` is not atomic: only one that returns and leaves nothing pending counts. */
  #apply(peer: Peer, update: Uint8Array): Error | null {
    this.#emitted = [];
    try {
      Y.applyUpdate(this.#doc, update, new Sender(peer.user.id, peer.deviceId));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
    const { pendingStructs, pendingDs } = this.#doc.store;
    return pendingStructs === null && pendingDs === null
      ? null
      : new Error('An update left something pending.');
  }

  #commit(peer: Peer, messages: number[], lease: number | null): void {
    const emitted = this.#emitted;
    this.#emitted = [];
    if (emitted.length === 0) return this.#settleAfterCommits(peer, messages);
    const at = this.deps.now().toISOString();
    const entries = emitted.map(({ bytes, author }) => this.#nextEntry(bytes, author, lease, at));
    const leases = this.#takeUnwritten(at);
    const appended = this.deps.log.append({ entries, leases });
    this.#sinceSnapshot += entries.length;
    this.#commits = Promise.all([this.#commits, appended]).then(
      () => this.#committed(peer, messages, entries),
      (error: unknown) => this.#fail(error),
    );
    if (this.#sinceSnapshot >= snapshotEvery)
      void this.snapshot().catch((error) => this.deps.onFault(this.room, error));
  }

  #nextEntry(bytes: Uint8Array, author: EntryAuthor, lease: number | null, at: string): LogEntry {
    const entry = entryAfter(this.#head, {
      document: this.room,
      kind: 'update',
      userId: author.userId,
      deviceId: author.deviceId,
      lease: author === system ? this.#doc.clientID : lease,
      at,
      bytes,
    });
    this.#head = { epoch: entry.epoch, seq: entry.seq, hash: entry.hash };
    return entry;
  }

  #takeUnwritten(since: string): DocumentLease[] {
    const { epoch } = this.#head;
    const leases = [...this.#unwritten].map((clientId) => ({
      document: this.room,
      epoch,
      clientId,
      since,
      ...pick(this.#leases.get(clientId)!),
    }));
    this.#unwritten.clear();
    return leases;
  }

  #committed(peer: Peer, messages: number[], entries: LogEntry[]): void {
    if (this.#dead) return;
    for (const entry of entries) this.#fanOut.add(entry, entry.userId === systemUser ? null : peer);
    this.#settle(peer, messages);
    this.deps.onChanged(this.room, this.#doc);
  }

  /** Ignored messages are settled too, but never before what was accepted ahead of them. */
  #settleAfterCommits(peer: Peer, messages: number[]): void {
    void this.#commits.then(() => this.#settle(peer, messages));
  }

  #settle(peer: Peer, messages: number[]): void {
    if (this.#dead) return;
    let moved = false;
    for (const message of messages) moved = peer.settlement.settle(message) || moved;
    if (moved && peer.extended) this.#fanOut.acknowledge(peer);
  }

  /**
   * The document in memory may hold what the log does not: it is thrown away, and everybody comes back to what the
   * log says. Clients keep what was not acknowledged, and send it again.
   */
  #fail(error: unknown): void {
    if (this.#dead) return;
    this.deps.onFault(this.room, error);
    this.destroy();
    this.closeAll('restarting');
  }

  #tellPresence(): void {
    this.#fanOut.schedule();
    this.deps.onPresence(this.room);
  }
}

const pick = ({ userId, deviceId }: EntryAuthor): EntryAuthor => ({ userId, deviceId });

/** The origin of a transaction that applies somebody's update. */
class Sender implements EntryAuthor {
  constructor(
    readonly userId: string,
    readonly deviceId: string,
  ) {}
}
