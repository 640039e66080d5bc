import * as Y from 'yjs';
import { manyReaders, type LogEntry } from '../log/documentLog.ts';
import { UpdatesInOrder } from '../log/updatesInOrder.ts';
import { awarenessFrame, persistedFrame, updateFrame } from './frames.ts';
import type { Peer } from './peer.ts';
import type { RoomPresence } from './roomPresence.ts';
import { encodeStateVector } from './stateVector.ts';

/** The shortest time between two frames that say only who is where, ms. */
const presenceMs = 50;

/**
 * A commit of so many edits is one of a row: what it tells many waits for the next, which then goes with it, or for so
 * long if none comes.
 */
const rowFrom = 3;
const gatherMs = 16;
/** Commits that follow each other faster than this, ms, are not one frame each second of them, but one in this time. */
const apartMs = 12;

/**
 * Tells the peers of a document what has been committed: each author at once that it is durable, and all of them what
 * it is, in frames that hold merged updates and are encoded once. How often a busy log commits is its own affair.
 */
export class FanOut {
  #gathered = new UpdatesInOrder();
  /** Whose the gathered updates are: null when they are of several, or the server's. */
  #onlyAuthor: Peer | null = null;
  readonly #toAcknowledge = new Set<Peer>();
  /** The entry up to which a peer has been given everything by its own step 2. */
  readonly #startedAfter = new Map<Peer, number>();
  /** Peers whose step 2 has not been sent yet, with what was committed since it was made. */
  readonly #opening = new Map<Peer, Uint8Array[]>();
  /** Peers that do not keep up, with the state vector of what they were sent last. */
  readonly #missing = new Map<Peer, Uint8Array>();
  readonly #durable: Map<number, number>;
  /** Of what is durable, encoded. */
  #stateVector: Uint8Array | null = null;
  #isDue = false;
  #gathering: NodeJS.Timeout | null = null;
  #gatheringSince = 0;
  #presenceLater: NodeJS.Timeout | null = null;
  #presenceSentAt = 0;

  constructor(
    private readonly peers: ReadonlySet<Peer>,
    private readonly presence: RoomPresence,
    durable: Uint8Array,
    private durableSeq: number,
  ) {
    this.#durable = Y.decodeStateVector(durable);
  }

  /** A committed entry, and who made it. */
  add({ bytes, seq }: LogEntry, author: Peer | null): void {
    if (this.#gathered.count === 0) {
      for (const peer of this.peers) this.#noteLagging(peer);
      this.#onlyAuthor = author;
    }
    if (author !== this.#onlyAuthor) this.#onlyAuthor = null;
    this.#gathered.add(bytes, this.#durable);
    this.durableSeq = seq;
    this.#stateVector = null;
    this.#schedule();
  }

  /**
   * A step 2 with everything up to this entry is about to be sent. @returns to be called once it has been: what comes
   * after it is sent after it
   */
  startAfter(peer: Peer, seq: number): () => void {
    const since: Uint8Array[] = [];
    this.#startedAfter.set(peer, seq);
    this.#opening.set(peer, since);
    return () => {
      if (this.#opening.get(peer) !== since) return;
      this.#opening.delete(peer);
      for (const update of since) peer.send(update);
    };
  }

  acknowledge(peer: Peer): void {
    this.#toAcknowledge.add(peer);
    this.#schedule();
  }

  /** What a peer that lagged has, so that it can be given the rest; null when it missed nothing. */
  takeMissing(peer: Peer): Uint8Array | null {
    const stateVector = this.#missing.get(peer) ?? null;
    this.#missing.delete(peer);
    return stateVector;
  }

  /** The state vector of all that a peer has been sent; null while that is not known. */
  sentTo(peer: Peer): Map<number, number> | null {
    if (this.#gathered.count > 0) this.flush();
    const after = this.#startedAfter.get(peer);
    if (after === undefined || after > this.durableSeq || this.#opening.has(peer)) return null;
    return new Map(this.#durable);
  }

  forget(peer: Peer): void {
    this.#startedAfter.delete(peer);
    this.#opening.delete(peer);
    this.#missing.delete(peer);
    this.#toAcknowledge.delete(peer);
  }

  /** Somebody came, moved or went. */
  schedulePresence(): void {
    if (this.#presenceLater !== null || this.#isDue) return;
    const waitMs = this.#presenceSentAt + presenceMs - performance.now();
    if (waitMs <= 0) return this.#schedule();
    this.#presenceLater = setTimeout(() => this.#tick(), waitMs);
  }

  /** Sends all that there is. */
  flush(): void {
    this.#unschedule();
    this.#send();
  }

  stop(): void {
    this.#unschedule();
    this.#gathered = new UpdatesInOrder();
    this.#toAcknowledge.clear();
  }

  #unschedule(): void {
    if (this.#gathering !== null) clearTimeout(this.#gathering);
    if (this.#presenceLater !== null) clearTimeout(this.#presenceLater);
    this.#isDue = false;
    this.#gathering = null;
    this.#presenceLater = null;
  }

  /** Once everything that this commit brings has been added. */
  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    // Not by `queueMicrotask`, which makes an object to follow each by.
    void Promise.resolve().then(() => {
      if (this.#isDue) this.#tick();
    });
  }

  #tick(): void {
    const isRow = this.#gathered.count >= rowFrom && this.peers.size >= manyReaders;
    if (this.#gathering === null ? !isRow : performance.now() - this.#gatheringSince >= apartMs)
      return this.flush();
    this.#isDue = false;
    if (this.#gathering === null) {
      this.#gathering = setTimeout(() => this.flush(), gatherMs);
      this.#gatheringSince = performance.now();
    }
    this.#sendAcknowledgements();
  }

  /** All that a peer is to hear goes in one write: that costs what one of its frames costs. */
  #send(): void {
    const update = this.#takeUpdate();
    const presenceFor = this.#takePresence();
    if (update === null && presenceFor === null) return this.#sendAcknowledgements();
    for (const peer of this.peers) {
      const frames: Uint8Array[] = [];
      if (update !== null && this.#isDueTo(peer, update)) frames.push(update);
      if (this.#toAcknowledge.delete(peer)) frames.push(this.#acknowledgement(peer));
      const presence = presenceFor?.(peer) ?? null;
      if (presence !== null) frames.push(presence);
      if (frames.length > 0) peer.send(...frames);
    }
    this.#sendAcknowledgements();
  }

  /** Whether a peer is to have this update now, and not already, later, or with the rest when it has caught up. */
  #isDueTo(peer: Peer, update: Uint8Array): boolean {
    const after = this.#startedAfter.get(peer);
    if (after === undefined || after >= this.durableSeq || peer === this.#onlyAuthor) return false;
    const since = this.#opening.get(peer);
    since?.push(update);
    return since === undefined;
  }

  #takeUpdate(): Uint8Array | null {
    if (this.#gathered.count === 0) return null;
    const frame = updateFrame(this.#gathered.merged());
    this.#gathered = new UpdatesInOrder();
    return frame;
  }

  /** A peer that does not keep up is sent nothing more; it gets the rest in one piece when it has caught up. */
  #noteLagging(peer: Peer): void {
    const after = this.#startedAfter.get(peer);
    if (!peer.isLagging() || after === undefined || after > this.durableSeq) return;
    this.#missing.set(peer, this.#durableStateVector());
    this.#startedAfter.delete(peer);
  }

  #sendAcknowledgements(): void {
    for (const peer of this.#toAcknowledge) peer.send(this.#acknowledgement(peer));
    this.#toAcknowledge.clear();
  }

  #acknowledgement({ settlement }: Peer): Uint8Array {
    return persistedFrame(this.durableSeq, this.#durableStateVector(), settlement.count);
  }

  #durableStateVector(): Uint8Array {
    return (this.#stateVector ??= encodeStateVector(this.#durable));
  }

  /** Who is where now, as each peer should hear it; null when nobody moved. */
  #takePresence(): ((peer: Peer) => Uint8Array | null) | null {
    const changesFor = this.presence.takeChanges();
    if (changesFor === null) return null;
    this.#presenceSentAt = performance.now();
    const frames = new Map<Uint8Array, Uint8Array>();
    return (peer) => {
      const changes = peer.isLagging() ? null : changesFor(peer);
      if (changes === null) return null;
      const frame = frames.get(changes) ?? awarenessFrame(changes);
      frames.set(changes, frame);
      return frame;
    };
  }
}
