/** What the transport knows about one document, as plain values. */
export interface SaveFacts {
  connected: boolean;
  /** The opening exchange of the present connection is complete. */
  synced: boolean;
  /** Loaded in full at least once. */
  loaded: boolean;
  /** My changes that the server has not declared durable. */
  unacknowledged: number;
  msSinceOldest: number;
  access: 'write' | 'read' | 'unknown';
  /** Why it is read only, in words. */
  readReason: string | null;
  /** The server refused something of mine and its text still waits here for me. */
  refused: boolean;
  /** The server ended the connection for good; in words. */
  closed: string | null;
  /** The encrypted local write of all of my changes is confirmed. */
  confirmedLocalCopy: boolean;
}

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving' }
  | { kind: 'reconnecting' }
  | { kind: 'on-device'; changes: number }
  | { kind: 'waiting'; seconds: number }
  | { kind: 'not-saved'; why: 'link' | 'refused' | 'ended' }
  | { kind: 'read-only'; reason: string | null };

/** From then on a person is told that their words are not safe yet. */
export const waitingAfterMs = 3_000;

/** Each is one value: what is the same as before repaints nothing, key after key. */
const saved: SaveState = { kind: 'saved' };
export const saving: SaveState = { kind: 'saving' };
const reconnecting: SaveState = { kind: 'reconnecting' };

/** The chip beside the title. Nothing else in the client may say "Saved". */
export function saveState(facts: SaveFacts): SaveState {
  if (facts.refused) return { kind: 'not-saved', why: 'refused' };
  if (facts.unacknowledged > 0) return unsaved(facts);
  if (facts.closed !== null) return { kind: 'read-only', reason: facts.closed };
  if (!facts.loaded) return { kind: 'read-only', reason: null };
  if (facts.access !== 'write') return { kind: 'read-only', reason: facts.readReason };
  return facts.connected && facts.synced ? saved : reconnecting;
}

function unsaved(facts: SaveFacts): SaveState {
  if (facts.closed !== null) return { kind: 'not-saved', why: 'ended' };
  if (facts.access === 'read') return { kind: 'not-saved', why: 'refused' };
  if (!facts.connected) {
    return facts.confirmedLocalCopy
      ? { kind: 'on-device', changes: facts.unacknowledged }
      : { kind: 'not-saved', why: 'link' };
  }
  if (facts.msSinceOldest < waitingAfterMs) return saving;
  return { kind: 'waiting', seconds: Math.floor(facts.msSinceOldest / 1_000) };
}

const severity: readonly SaveState['kind'][] = [
  'read-only',
  'saved',
  'saving',
  'reconnecting',
  'on-device',
  'waiting',
  'not-saved',
];

/** The state of a screen with several documents: that of the one whose work is most at risk. */
export function worstState(states: readonly SaveState[]): SaveState | null {
  let worst: SaveState | null = null;
  for (const state of states) {
    if (worst === null || severity.indexOf(state.kind) > severity.indexOf(worst.kind)) worst = state;
  }
  return worst;
}

/** Whether leaving the page now could lose work. */
export const isAtRisk = (state: SaveState): boolean =>
  state.kind === 'saving' || state.kind === 'waiting' || state.kind === 'not-saved';
