import type { EntryKind } from './tables.ts';

/** A change as it goes into the log. */
export interface LogEntry {
  document: string;
  epoch: number;
  /** One more than the entry before it. */
  seq: number;
  kind: EntryKind;
  userId: string;
  deviceId: string;
  /** Yjs client id, for updates. */
  lease: number | null;
  /** ISO instant of the server's clock. */
  at: string;
  bytes: Uint8Array;
  hash: Buffer;
  prevHash: Buffer;
}

export interface Lease {
  clientId: number;
  userId: string;
  deviceId: string;
}

/** A lease as it is stored with the log. */
export interface DocumentLease extends Lease {
  document: string;
  epoch: number;
  /** ISO instant. */
  since: string;
}

/**
 * Text that was accepted and is in the document no more, though nobody named it in a deletion. The same id again is
 * more of the same: the whole text as it is by then.
 */
export interface Rescue {
  id: string;
  document: string;
  epoch: number;
  /** The entry that took its place away. */
  seq: number;
  /** Whose text it is. */
  userId: string;
  deviceId: string;
  /** Path of where it stood, or null when that is gone too. */
  place: string | null;
  text: string;
  at: string;
}

/** What becomes durable together. */
export interface LogGroup {
  entries: LogEntry[];
  leases?: DocumentLease[];
  rescues?: Rescue[];
  /** Until this is called more may be put into the group: what waits for the same commit need not wait one by one. */
  onTaken?: () => void;
}

/** From so many readers on, to tell all of them of a commit costs more than the commit, and than what it says. */
export const manyReaders = 8;

export interface Snapshot {
  seq: number;
  /** The hash of the log's entry `seq`. */
  logHash: Buffer;
  bytes: Uint8Array;
  /** Yjs state vector of `bytes`; null where it was not kept. */
  stateVector: Uint8Array | null;
}

/** A document as the log holds it: the newest good snapshot and all that came after. */
export interface LoadedDocument {
  epoch: number;
  snapshot: Snapshot | null;
  entries: LogEntry[];
  leases: Lease[];
}

/** A row of the log whose hash does not fit what it holds. */
export class DamagedLog extends Error {
  constructor(
    readonly document: string,
    readonly seq: number,
  ) {
    super(`The log of ${document} is damaged at entry ${seq}.`);
  }
}

/**
 * The ordered log of every document. Appends are durable when the promise resolves; when it rejects, whether they
 * are is unknown, and the caller loads the document again. Appends to one document settle in the order in which they
 * were made.
 */
export interface DocumentLog {
  append(group: LogGroup): Promise<void>;
  /**
   * Calls `then`, which must not throw, when what it appends can be committed: for few readers at once, before this
   * returns; for many when the commits' pace allows the next one, which takes along all that is appended then.
   */
  beforeCommit(readers: number, then: () => void): void;
  /** @throws DamagedLog */
  load(document: string): Promise<LoadedDocument>;
  /** Entries from `fromSeq` on, oldest first, at most `limit`. */
  read(document: string, epoch: number, fromSeq: number, limit: number): Promise<LogEntry[]>;
  /** Keeps this and the one before it, for the case that this one is damaged. */
  saveSnapshot(document: string, epoch: number, snapshot: Snapshot, at: string): Promise<void>;
}
