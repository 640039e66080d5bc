import * as Y from 'yjs';
import type { LogEntry } from '../log/documentLog.ts';
import { awarenessFrame, persistedFrame, updateFrame } from './frames.ts';
import type { Peer } from './peer.ts';
import type { RoomPresence } from './roomPresence.ts';
import { encodeStateVector } from './stateVector.ts';

/** The shortest time between two frames that say only who is where, ms. */
const presenceMs = 50;

/**
 * Tells the peers of a document what has been committed: one frame for each commit with the merged updates, encoded
 * once for all who receive it, then each author's acknowledgement. How often a busy log commits is its own affair.
 */
export class FanOut {
  #pending: { entry: LogEntry; author: Peer | null }[] = [];
  readonly #toAcknowledge = new Set<Peer>();
  /** The entry up to which a peer has been given everything by its own step 2. */
  readonly #startedAfter = new Map<Peer, number>();
  /** Peers that do not keep up, with the state vector of what they were sent last. */
  readonly #missing = new Map<Peer, Uint8Array>();
  readonly #durable: Map<number, number>;
  #soon: NodeJS.Immediate | null = null;
  #later: NodeJS.Timeout | null = null;
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
  add(entry: LogEntry, author: Peer | null): void {
    this.#pending.push({ entry, author });
    this.#schedule();
  }

  startAfter(peer: Peer, seq: number): void {
    this.#startedAfter.set(peer, seq);
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

  forget(peer: Peer): void {
    this.#startedAfter.delete(peer);
    this.#missing.delete(peer);
    this.#toAcknowledge.delete(peer);
  }

  /** Somebody came, moved or went. */
  schedulePresence(): void {
    if (this.#later !== null || this.#soon !== null) return;
    const waitMs = this.#presenceSentAt + presenceMs - performance.now();
    if (waitMs <= 0) return this.#schedule();
    this.#later = setTimeout(() => this.flush(), waitMs);
  }

  flush(): void {
    this.#unschedule();
    this.#sendUpdates();
    this.#sendAcknowledgements();
    this.#sendPresence();
  }

  stop(): void {
    this.#unschedule();
    this.#pending = [];
    this.#toAcknowledge.clear();
  }

  #schedule(): void {
    this.#soon ??= setImmediate(() => this.flush());
  }

  #unschedule(): void {
    if (this.#soon !== null) clearImmediate(this.#soon);
    if (this.#later !== null) clearTimeout(this.#later);
    this.#soon = null;
    this.#later = null;
  }

  #sendUpdates(): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    const updates = pending.map(({ entry }) => entry.bytes);
    const merged = updates.length === 1 ? updates[0]! : Y.mergeUpdates(updates);
    const seqBefore = this.durableSeq;
    for (const peer of this.peers) this.#noteLagging(peer, seqBefore);
    for (const [client, clock] of Y.parseUpdateMeta(merged).to) this.#durable.set(client, clock);
    this.durableSeq = pending.at(-1)!.entry.seq;
    const frame = updateFrame(merged);
    const first = pending[0]!.author;
    const onlyAuthor = pending.every(({ author }) => author === first) ? first : null;
    for (const peer of this.peers) {
      const after = this.#startedAfter.get(peer);
      if (after !== undefined && after < this.durableSeq && peer !== onlyAuthor) peer.send(frame);
    }
  }

  /** A peer that does not keep up is sent nothing more; it gets the rest in one piece when it has caught up. */
  #noteLagging(peer: Peer, seqBefore: number): void {
    const after = this.#startedAfter.get(peer);
    if (!peer.isLagging() || after === undefined || after > seqBefore) return;
    this.#missing.set(peer, encodeStateVector(this.#durable));
    this.#startedAfter.delete(peer);
  }

  #sendAcknowledgements(): void {
    if (this.#toAcknowledge.size === 0) return;
    const stateVector = encodeStateVector(this.#durable);
    for (const peer of this.#toAcknowledge) {
      peer.send(persistedFrame(this.durableSeq, stateVector, peer.settlement.count));
    }
    this.#toAcknowledge.clear();
  }

  #sendPresence(): void {
    const changesFor = this.presence.takeChanges();
    if (changesFor === null) return;
    this.#presenceSentAt = performance.now();
    const frames = new Map<Uint8Array, Uint8Array>();
    for (const peer of this.peers) {
      const changes = peer.isLagging() ? null : changesFor(peer);
      if (changes === null) continue;
      const frame = frames.get(changes) ?? awarenessFrame(changes);
      frames.set(changes, frame);
      peer.send(frame);
    }
  }
}
