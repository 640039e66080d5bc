import { LiveDoc, type LiveDocOptions } from './liveDoc.svelte.ts';
import { RoomPresence } from './presence.svelte.ts';

export type Pane = 'note' | 'orders' | 'care-plan';

/** One document of the encounter as this screen has it open. */
export interface OpenRoom {
  pane: Pane;
  live: LiveDoc;
  room: RoomPresence;
}

/** Same host as the page: `ws` under `http`, `wss` under `https`. */
export const collabUrl = (): string => `${location.origin.replace(/^http/, 'ws')}/collab`;

export function openRoom(pane: Pane, room: string, whose: Omit<LiveDocOptions, 'url' | 'room'>): OpenRoom {
  const live = new LiveDoc({ url: collabUrl(), room, ...whose });
  live.open();
  return { pane, live, room: new RoomPresence(live) };
}
