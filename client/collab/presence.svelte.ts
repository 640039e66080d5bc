import { createSubscriber } from 'svelte/reactivity';
import { presenceColours } from '../../shared/access/presenceColours.ts';
import { roles, type Role } from '../../shared/access/capabilities.ts';
import type { LiveDoc } from './liveDoc.svelte.ts';
import { Paced } from './paced.ts';

/** A person, as the server knows them: nothing of it is what a client claims about itself. */
export interface PresentUser {
  id: string;
  name: string;
  role: Role;
  initials: string;
  colour: string;
}

export interface CaretAnchors {
  anchor: unknown;
  head: unknown;
}

/** One open document of one person. */
export interface Peer {
  clientId: number;
  user: PresentUser;
  cursor: CaretAnchors | null;
  section: string | null;
  field: string | null;
}

export interface PresentPerson extends PresentUser {
  idle: boolean;
  /** What this person is working in, e.g. `note`; null: only looking. */
  pane: 'note' | 'orders' | 'care-plan' | null;
  section: string | null;
}

/** Nothing moved for this long: still there, but idle. */
export const idleAfterMs = 60_000;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Reads one awareness state; null for a state that the server has not named yet. */
export function readPeer(clientId: number, state: unknown): Peer | null {
  if (typeof state !== 'object' || state === null) return null;
  const { user, cursor, section, field } = state as Record<string, unknown>;
  if (typeof user !== 'object' || user === null) return null;
  const { id, name, role, initials, colour } = user as Record<string, unknown>;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof initials !== 'string') return null;
  if (!roles.some((known) => known === role)) return null;
  const anchors = cursor as Partial<CaretAnchors> | null | undefined;
  return {
    clientId,
    user: {
      id,
      name,
      role: role as Role,
      initials,
      colour: presenceColours.find((known) => known === colour) ?? 'slate',
    },
    cursor: anchors?.anchor && anchors.head ? { anchor: anchors.anchor, head: anchors.head } : null,
    section: text(section),
    field: text(field),
  };
}

/** The others in one document. */
export class RoomPresence {
  readonly live: LiveDoc;
  readonly #subscribe: () => void;
  readonly #movedAt = new Map<number, number>();

  constructor(live: LiveDoc) {
    this.live = live;
    this.#subscribe = createSubscriber((update) => {
      const paced = new Paced(update);
      const stop = live.onPresence(({ added, updated, removed }) => {
        for (const id of [...added, ...updated]) this.#movedAt.set(id, Date.now());
        for (const id of removed) this.#movedAt.delete(id);
        paced.happened();
      });
      // Idleness comes from nothing happening, so somebody has to look.
      const look = setInterval(update, 15_000);
      return () => {
        stop();
        paced.stop();
        clearInterval(look);
      };
    });
  }

  get peers(): Peer[] {
    this.#subscribe();
    const awareness = this.live.provider?.awareness;
    if (!awareness) return [];
    return [...awareness.getStates()]
      .filter(([clientId]) => clientId !== awareness.clientID)
      .flatMap(([clientId, state]) => readPeer(clientId, state) ?? []);
  }

  isIdle(clientId: number): boolean {
    return Date.now() - (this.#movedAt.get(clientId) ?? Date.now()) > idleAfterMs;
  }
}

export interface PresenceRoom {
  pane: 'note' | 'orders' | 'care-plan';
  room: RoomPresence;
}

/** Everybody who has one of these documents open, once each, with where they work. */
export function peopleIn(rooms: readonly PresenceRoom[]): PresentPerson[] {
  const people = new Map<string, PresentPerson>();
  for (const { pane, room } of rooms) {
    for (const peer of room.peers) {
      const works = peer.cursor !== null || peer.section !== null || peer.field !== null;
      const idle = room.isIdle(peer.clientId);
      const known = people.get(peer.user.id);
      if (!known) {
        people.set(peer.user.id, {
          ...peer.user,
          idle,
          pane: works ? pane : null,
          section: peer.section,
        });
      } else {
        known.idle &&= idle;
        if (works) Object.assign(known, { pane, section: peer.section });
      }
    }
  }
  return [...people.values()];
}
