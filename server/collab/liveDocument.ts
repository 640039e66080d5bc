import * as Y from 'yjs';
import type { DocumentAccess, DocumentType } from '../../shared/documents/registry.ts';
import type { Result } from '../../shared/wire/result.ts';
import type { DocumentLog } from '../log/documentLog.ts';
import type { EntryAuthor } from '../log/entries.ts';
import { readDocument, type StoredDocument } from '../log/fold.ts';
import type { FindSealOutcome, Mismatch, Sealed, SealRequest } from '../log/sealing.ts';
import { Acceptance, type Outcome } from './acceptance.ts';
import { Commits } from './commits.ts';
import { Company } from './company.ts';
import { EntryTimes } from './entryTimes.ts';
import { FanOut } from './fanOut.ts';
import { Folding } from './folding.ts';
import { step1Frame, step2Frame, updateFrame } from './frames.ts';
import { HeldDocument } from './heldDocument.ts';
import { Inbox } from './inbox.ts';
import { Leases } from './leases.ts';
import { LogTail } from './logTail.ts';
import type { Peer } from './peer.ts';
import { RescueNews } from './rescueNews.ts';
import { Seals } from './seals.ts';
import { maxStateVectorBytes } from './stateVector.ts';

/** A document of more bytes is made only when its first reader has been answered, so much later, ms. */
const largeBytes = 32 * 1024;
const largeMs = 100;

/** Who pauses to think writes on soon: a document goes to sleep after so many heartbeats, which is about a minute. */
const restAfterBeats = 12;

export interface LiveDocumentDeps {
  log: DocumentLog;
  now(): Date;
  newId(): string;
  findSealOutcome: FindSealOutcome;
  /** Whether an act of this process is between its seal and its outcome. */
  isUnderWay(actId: string): boolean;
  onFault(room: string, error: unknown): void;
  /** After a commit, with the document as it now is. */
  onChanged(room: string, doc: Y.Doc): void;
  onPresence(room: string): void;
  /** It has been made of its bytes, for somebody writes in it. */
  onWake(document: LiveDocument): void;
}

/**
 * A document that people have open. An update is judged, applied, committed to the log and only then shown to the
 * others and acknowledged: nobody ever holds an edit that the log lacks.
 */
export class LiveDocument {
  /** What its connections have read, each to be dealt with in its turn. */
  readonly inbox: Inbox;
  readonly #held: HeldDocument;
  readonly #acceptance: Acceptance;
  readonly #company: Company;
  readonly #tail: LogTail;
  readonly #fanOut: FanOut;
  readonly #commits: Commits;
  readonly #seals: Seals;
  readonly #hasContested: boolean;
  readonly #folding: Folding;
  #seqAtBeat = -1;
  #quietBeats = 0;
  #dead = false;

  private constructor(
    readonly room: string,
    readonly type: DocumentType,
    private readonly deps: LiveDocumentDeps,
    loaded: StoredDocument,
  ) {
    this.#held = new HeldDocument(type.roots, loaded, (doc) => {
      this.#acceptance.follow(doc);
      deps.onWake(this);
    });
    this.#hasContested = 'contested' in type.roots;
    const leases = new Leases(loaded.leases);
    const times = new EntryTimes(this.#hasContested ? loaded.entries : []);
    this.#tail = new LogTail(room, deps.log, leases, loaded.head);
    this.#acceptance = new Acceptance(type, {
      held: this.#held,
      leases,
      times,
      newId: () => deps.newId(),
      nextSeq: () => this.#tail.head.seq + 1,
    });
    this.#company = new Company({
      schema: type.schema,
      epoch: () => this.epoch,
      isSigned: () => this.#seals.isWhole,
      now: deps.now,
      onMoved: () => {
        this.#fanOut.schedulePresence();
        deps.onPresence(room);
      },
    });
    const { peers, presence } = this.#company;
    this.inbox = new Inbox(deps.log, () => peers.size);
    this.#fanOut = new FanOut(peers, presence, this.#held.stateVector(), loaded.head.seq);
    this.#folding = new Folding(
      {
        room,
        log: deps.log,
        now: deps.now,
        held: this.#held,
        tail: this.#tail,
        mayFold: () => this.#seals.mayFold,
        isDead: () => this.#dead,
        onFault: (error) => deps.onFault(room, error),
      },
      loaded.entries.length,
    );
    this.#commits = new Commits({
      tail: this.#tail,
      fanOut: this.#fanOut,
      rescueNews: new RescueNews(peers),
      isDead: () => this.#dead,
      onAppended: (entries) => this.#folding.grew(entries),
      onDurable: (entry) => this.#hasContested && times.add(entry),
      onChanged: () => deps.onChanged(room, this.#doc),
      fail: (error) => this.#fail(error),
    });
    this.#seals = new Seals({
      doc: () => this.#doc,
      now: deps.now,
      isUnderWay: deps.isUnderWay,
      append: (draft, at) => this.#commits.append([draft], at.toISOString()),
      onChange: () => this.#company.tellAccess(),
    });
  }

  static async load(room: string, type: DocumentType, deps: LiveDocumentDeps): Promise<LiveDocument> {
    const loaded = await readDocument(deps.log, room);
    const document = new LiveDocument(room, type, deps, loaded);
    document.#prove();
    const writes = await document.#seals.recover(room, loaded.entries, deps.findSealOutcome);
    for (const write of writes) await document.#writeAsSystem(write);
    return document;
  }

  /**
   * What the log gives must make a whole document. One that takes long to make is made after its first reader has
   * been answered from the bytes.
   */
  #prove(): void {
    if (this.#held.size <= largeBytes) void this.#doc;
    else
      setTimeout(() => {
        try {
          if (!this.#dead) void this.#doc;
        } catch (error) {
          this.#fail(error);
        }
      }, largeMs).unref();
  }

  get #doc(): Y.Doc {
    return this.#held.doc;
  }

  get epoch(): number {
    return this.#tail.head.epoch;
  }

  /** Nobody is in it, and no signature is between its seal and its outcome. */
  get isEmpty(): boolean {
    return this.#company.peers.size === 0 && !this.#seals.isOpen;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Nothing of it is on its way into the log: it can be read from there. */
  get isSettled(): boolean {
    return this.#tail.isSettled;
  }

  /** Resolves when all that has been appended is durable, or has failed. */
  get appended(): Promise<void> {
    return this.#tail.durable;
  }

  /** Held as Yjs has it, not as bytes. */
  get isAwake(): boolean {
    return this.#held.isAwake;
  }

  accessOf(peer: Peer): DocumentAccess {
    return this.#company.accessOf(peer);
  }

  join(peer: Peer): void {
    this.#company.join(peer, this.#held.stateVector());
  }

  leave(peer: Peer): void {
    this.inbox.empty();
    this.#fanOut.forget(peer);
    this.#company.leave(peer);
  }

  /** Answers a client's state vector with what it lacks, once all of that is durable. */
  async sendMissing(peer: Peer, stateVector: Uint8Array): Promise<void> {
    if (stateVector.byteLength > maxStateVectorBytes(this.#held.clients)) return peer.close('tooLarge');
    peer.knownAtOpening ??= Y.decodeStateVector(stateVector);
    const missing = this.#held.missing(stateVector);
    const { seq } = this.#tail.head;
    const { durable } = this.#tail;
    const isSent = this.#fanOut.startAfter(peer, seq);
    await durable;
    if (this.#dead) return;
    // Who has read step 2 has everything.
    for (const update of missing.slice(0, -1)) peer.send(updateFrame(update));
    peer.send(step2Frame(missing.at(-1)!));
    isSent();
  }

  /** A peer that did not keep up has read what it was sent: it gets the rest by its state vector. */
  async catchUp(peer: Peer): Promise<void> {
    const had = this.#fanOut.takeMissing(peer);
    if (!this.#company.peers.has(peer)) return;
    if (had !== null) await this.sendMissing(peer, had);
    // Also to one who missed no edit: who moved meanwhile was not said to it.
    this.sendEverybody(peer);
  }

  /** Takes a sync message with an update in it. */
  receive(peer: Peer, kind: 'step2' | 'update', update: Uint8Array): void {
    const message = peer.settlement.arrive();
    const overtaken = kind === 'step2' ? peer.settlement.answered() : [];
    const access = this.accessOf(peer);
    const now = this.deps.now();
    const taken = isEmptyUpdate(update) ? ignored : this.#acceptance.take(peer, kind, update, access, now);
    const isAnswer = kind === 'step2' && (taken.outcome === 'ignored' || taken.outcome === 'taken');
    if (isAnswer && peer.knownAtOpening) this.#acceptance.told(peer, peer.knownAtOpening);
    switch (taken.outcome) {
      case 'ignored':
        return this.#commits.settleAfterCommits(peer, [...overtaken, message]);
      case 'gap':
        if (kind === 'step2' || !peer.settlement.mayHold) return peer.refused(update, 'gap');
        if (peer.settlement.hold(message)) peer.send(step1Frame(this.#held.stateVector()));
        return;
      case 'refused': {
        // What it deletes may be what the client still has to send: its answer to the resync says.
        if (
          taken.reason === 'future-deletion' &&
          kind === 'update' &&
          peer.settlement.isResyncing &&
          peer.settlement.mayHold
        )
          return void peer.settlement.hold(message);
        const isSealed = access.mode === 'read' && access.reason === 'sealed';
        return peer.refused(update, isSealed && taken.reason === 'no-permission' ? 'sealed' : taken.reason);
      }
      case 'failed':
        peer.refused(update, 'not-applicable');
        return this.#fail(taken.fault);
      case 'taken': {
        const { drafts, lost } = taken;
        if (drafts.length === 0 && lost.length === 0)
          return this.#commits.settleAfterCommits(peer, [...overtaken, message]);
        return this.#commits.commit(drafts, lost, now.toISOString(), peer, [...overtaken, message]);
      }
    }
  }

  /** For a ping: what to note once it is answered, for then this peer holds all that it has been sent. */
  askWhetherThere(peer: Peer): () => void {
    const sent = this.#fanOut.sentTo(peer);
    return () => {
      this.inbox.empty();
      if (sent && !this.#dead) this.#acceptance.told(peer, sent);
    };
  }

  /** Takes a client's awareness update. @throws when it is cut short */
  receiveAwareness(peer: Peer, payload: Uint8Array): void {
    this.#company.receiveAwareness(peer, payload, (clientId) =>
      this.#acceptance.mayAnnounce(clientId, peer, this.deps.now()),
    );
  }

  sendEverybody(peer: Peer): void {
    this.#company.sendEverybody(peer);
  }

  /** To be called every few seconds: forgets the silent, and keeps every connection from going quiet. */
  heartbeat(): void {
    this.#company.sweep();
    this.#quietBeats = this.#tail.head.seq === this.#seqAtBeat ? this.#quietBeats + 1 : 0;
    if (this.#quietBeats >= restAfterBeats) this.rest();
    this.#seqAtBeat = this.#tail.head.seq;
    this.#company.greet();
  }

  /** Keeps only the bytes until somebody writes again. */
  rest(): void {
    if (!this.#dead) this.#held.rest();
  }

  people(): ReturnType<Company['presence']['people']> {
    return this.#company.presence.people();
  }

  /** A signature's place in the log: see `seals.ts`. */
  seal(request: SealRequest): Promise<Result<Sealed, Mismatch>> {
    this.inbox.empty();
    return this.#seals.seal(request);
  }

  unseal(actId: string, author: EntryAuthor): Promise<void> {
    return this.#seals.unseal(actId, author);
  }

  /** The act behind a seal is committed. */
  async confirm(
    actId: string,
    told: { by: string; at: string; contentHash: string },
    write?: (doc: Y.Doc) => void,
  ): Promise<void> {
    if (write) await this.#writeAsSystem(write);
    this.#seals.followed(actId);
    if (this.#seals.isWhole) this.#company.tellSigned(told);
  }

  /** Everything accepted is durable when this resolves. */
  async settled(): Promise<void> {
    this.inbox.empty();
    await this.#commits.settled();
  }

  closeAll(reason: 'restarting' | 'fault'): void {
    this.#company.close(reason);
  }

  /**
   * For a document that is put away: folds what is new, so that who opens it next need not wait for it. Where values
   * are contested-checked the entries are kept unfolded for longer: they say when each value was set.
   */
  async fold(): Promise<void> {
    const { isDue, hasNew } = this.#folding;
    if (this.#hasContested ? isDue : hasNew) await this.#folding.fold();
  }

  destroy(): void {
    this.#dead = true;
    this.#commits.stop();
    this.#held.destroy();
  }

  async #writeAsSystem(write: (doc: Y.Doc) => void): Promise<void> {
    const drafts = this.#acceptance.write(write);
    if (drafts.length > 0) await this.#commits.append(drafts, this.deps.now().toISOString());
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
}

/** What becomes of an update that says nothing: no reason to wake a document. */
const ignored: Outcome = { outcome: 'ignored' };

const isEmptyUpdate = (update: Uint8Array): boolean =>
  update.length === 2 && update[0] === 0 && update[1] === 0;
