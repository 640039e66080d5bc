import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Peer } from './peer.ts';

/** Longest awareness state taken from a client, bytes of JSON. */
const maxStateBytes = 4 * 1024;
/** A stock client also repeats what it hears of others: a full ward round in one room is far below both. */
const maxClientsPerMessage = 500;
const maxMessageBytes = 512 * 1024;
/** Client ids that one connection may announce: its own, and a few for one that heals itself under a new one. */
const maxIdsPerPeer = 4;
/** Without a heartbeat a person is gone after this. */
export const goneAfterMs = 30_000;
/** Without a change a person is idle after this. */
export const idleAfterMs = 60_000;

/** What a client may say of itself; who it is comes from the session. */
const clientKeys = ['cursor', 'selection', 'section', 'pane', 'field'] as const;

/** Shown by stock clients, which know colours only as CSS; the light-theme values of the presence palette. */
const cssColours: Record<string, string> = {
  blue: '#1d5fd1',
  teal: '#00766c',
  violet: '#6b3fc9',
  magenta: '#a8237f',
  green: '#2b7031',
  slate: '#4a5b6c',
  brown: '#7a4a21',
  indigo: '#3a3fb0',
};

interface Entry {
  peer: Peer;
  /** JSON as it goes out; null once gone. */
  state: string;
  heardAt: number;
  changedAt: number;
}

/**
 * Who is in a room and where, as the server tells it: names, roles and colours are the session's, a client speaks
 * for its own client ids only, and clocks are the server's, so that a returning client is never taken for a stale one.
 */
export class RoomPresence {
  readonly #entries = new Map<number, Entry>();
  readonly #dirty = new Set<number>();
  #lastClock = 0;

  constructor(private readonly now: () => number) {}

  /**
   * Takes a client's awareness update. A stock client also repeats what it hears of others; that is passed over.
   * @throws when it is cut short
   * @returns whether the client said something of itself
   */
  receive(payload: Uint8Array, peer: Peer, mayUse: (clientId: number, peer: Peer) => boolean): boolean {
    const decoder = decoding.createDecoder(payload);
    const count = decoding.readVarUint(decoder);
    if (count > maxClientsPerMessage || payload.byteLength > maxMessageBytes) return false;
    let heard = false;
    for (let index = 0; index < count; index++) {
      const clientId = decoding.readVarUint(decoder);
      decoding.readVarUint(decoder);
      const json = decoding.readVarString(decoder);
      if (json.length > maxStateBytes) continue;
      if (json === 'null') heard = this.#forget(clientId, peer) || heard;
      else if (this.#mayAnnounce(clientId, peer) && mayUse(clientId, peer)) {
        heard = this.#set(clientId, peer, json) || heard;
      }
    }
    return heard;
  }

  #mayAnnounce(clientId: number, peer: Peer): boolean {
    if (this.#entries.get(clientId)?.peer === peer) return true;
    return [...this.#entries.values()].filter((entry) => entry.peer === peer).length < maxIdsPerPeer;
  }

  #set(clientId: number, peer: Peer, json: string): boolean {
    const state = rewrite(json, peer);
    if (state === null) return false;
    const now = this.now();
    const before = this.#entries.get(clientId);
    const changedAt = before?.state === state ? before.changedAt : now;
    this.#entries.set(clientId, { peer, state, heardAt: now, changedAt });
    this.#dirty.add(clientId);
    return true;
  }

  #forget(clientId: number, peer: Peer): boolean {
    if (this.#entries.get(clientId)?.peer !== peer) return false;
    this.#entries.delete(clientId);
    this.#dirty.add(clientId);
    return true;
  }

  leave(peer: Peer): boolean {
    for (const [clientId, entry] of this.#entries) if (entry.peer === peer) this.#forget(clientId, peer);
    return this.#dirty.size > 0;
  }

  /** Forgets who has not been heard of for a while. */
  sweep(): boolean {
    const oldest = this.now() - goneAfterMs;
    for (const [clientId, entry] of this.#entries) {
      if (entry.heardAt < oldest) this.#forget(clientId, entry.peer);
    }
    return this.#dirty.size > 0;
  }

  /**
   * What changed since the last time, as each peer should hear it; null when nothing did. Nobody hears of their own
   * state: a stock client answers every newer clock of its own with another message.
   */
  takeChanges(): ((peer: Peer) => Uint8Array | null) | null {
    if (this.#dirty.size === 0) return null;
    const changed = [...this.#dirty];
    this.#dirty.clear();
    const forAll = this.#encode(changed);
    return (peer) => {
      const others = changed.filter((clientId) => this.#entries.get(clientId)?.peer !== peer);
      if (others.length === changed.length) return forAll;
      return others.length === 0 ? null : this.#encode(others);
    };
  }

  /** Awareness update of everybody present, for who has just come. */
  everybody(): Uint8Array {
    return this.#encode([...this.#entries.keys()]);
  }

  /** When each person in the room last changed anything, ms. */
  people(): Map<string, { peer: Peer; changedAt: number }> {
    const people = new Map<string, { peer: Peer; changedAt: number }>();
    for (const { peer, changedAt } of this.#entries.values()) {
      const known = people.get(peer.user.id);
      if (!known || known.changedAt < changedAt) people.set(peer.user.id, { peer, changedAt });
    }
    return people;
  }

  #encode(clientIds: number[]): Uint8Array {
    // Clocks rise with the wall clock, so that they also rise over a restart of the service.
    this.#lastClock = Math.max(this.#lastClock + 1, this.now());
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, clientIds.length);
    for (const clientId of clientIds) {
      encoding.writeVarUint(encoder, clientId);
      encoding.writeVarUint(encoder, this.#lastClock);
      encoding.writeVarString(encoder, this.#entries.get(clientId)?.state ?? 'null');
    }
    return encoding.toUint8Array(encoder);
  }
}

/** A client's state with the session's identity in it, or null when it is not an object. */
function rewrite(json: string, peer: Peer): string | null {
  let claimed: unknown;
  try {
    claimed = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof claimed !== 'object' || claimed === null || Array.isArray(claimed)) return null;
  const { id, name, role, initials, colour } = peer.user;
  const state: Record<string, unknown> = {
    user: { id, name, role, initials, colour, color: cssColours[colour] ?? cssColours.slate },
  };
  for (const key of clientKeys)
    if (Object.hasOwn(claimed, key)) state[key] = (claimed as Record<string, unknown>)[key];
  return JSON.stringify(state);
}
