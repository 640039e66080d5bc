import type { DocumentAccess } from '../../shared/documents/registry.ts';
import type { CloseReason } from '../../shared/wire/closeReasons.ts';
import { awarenessFrame, documentFrame, sealedFrame, step1Frame } from './frames.ts';
import type { Peer } from './peer.ts';
import { RoomPresence } from './roomPresence.ts';

export interface CompanyDeps {
  schema: number;
  epoch(): number;
  /** It is signed as a whole: nobody writes in it any more. */
  isSigned(): boolean;
  now(): Date;
  /** Somebody came, moved or went. */
  onMoved(): void;
}

/** Those who have a document open: what each may do in it, and who sees whom. */
export class Company {
  readonly presence: RoomPresence;
  readonly #peers = new Set<Peer>();

  constructor(private readonly deps: CompanyDeps) {
    this.presence = new RoomPresence(() => deps.now().getTime());
  }

  get peers(): ReadonlySet<Peer> {
    return this.#peers;
  }

  /** What a peer may do now: less than its role allows once the document is signed. */
  accessOf({ access }: Peer): DocumentAccess {
    return this.deps.isSigned() && access.mode === 'write' ? { mode: 'read', reason: 'sealed' } : access;
  }

  /** Says hello: what may be done here, what the client should send, who is here. */
  join(peer: Peer, stateVector: Uint8Array): void {
    this.#peers.add(peer);
    this.#tellAccess(peer);
    peer.send(step1Frame(stateVector));
    this.sendEverybody(peer);
  }

  leave(peer: Peer): void {
    this.#peers.delete(peer);
    if (this.presence.leave(peer)) this.deps.onMoved();
  }

  /** Takes a client's awareness update. @throws when it is cut short */
  receiveAwareness(peer: Peer, payload: Uint8Array, mayUse: (clientId: number) => boolean): void {
    if (!this.presence.receive(payload, peer, mayUse)) return;
    // The echo keeps a stock provider that is alone in a room from taking the silence for a lost link.
    peer.send(awarenessFrame(payload));
    this.deps.onMoved();
  }

  sendEverybody(peer: Peer): void {
    peer.send(awarenessFrame(this.presence.everybody()));
  }

  /** Forgets the silent. */
  sweep(): void {
    if (this.presence.sweep()) this.deps.onMoved();
  }

  /** Keeps every connection from going quiet. */
  greet(): void {
    for (const peer of this.#peers) peer.greet(nobodyMoved);
  }

  /** What its peers may do has changed. */
  tellAccess(): void {
    for (const peer of this.#peers) this.#tellAccess(peer);
  }

  tellSigned(told: { by: string; at: string; contentHash: string }): void {
    for (const peer of this.#peers) if (peer.extended) peer.send(sealedFrame(told));
  }

  close(reason: CloseReason): void {
    for (const peer of this.#peers) peer.close(reason);
  }

  #tellAccess(peer: Peer): void {
    if (!peer.extended) return;
    const { schema, epoch } = this.deps;
    const access = this.accessOf(peer);
    const reason = access.mode === 'read' ? { reason: access.reason } : {};
    peer.send(documentFrame({ epoch: epoch(), schema, access: access.mode, ...reason }));
  }
}

/** A greeting that keeps a connection from going quiet. */
const nobodyMoved = awarenessFrame(new Uint8Array([0]));
