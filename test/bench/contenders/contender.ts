import type { Seed } from '../wire/updates.ts';

export type ContenderName = 'Cochart' | 'hocuspocus' | 'y-websocket' | 'y-websocket, LevelDB' | 'bare relay';

/** A document's past, as it is put into a server's own storage. */
export interface StoredHistory {
  /** Every update, oldest first. */
  updates: Uint8Array[];
  clientIds: number[];
  /** The state after all of them: what a server has folded when the last reader has left. */
  state: Uint8Array;
  text: string;
}

/** One server in a process of its own, and how its clients talk to it. */
export interface Contender {
  readonly name: ContenderName;
  readonly pid: number;
  /** Of the n-th document. */
  room(index: number): string;
  /** WebSocket address of a room. */
  url(room: string): string;
  headers(client: number): Record<string, string>;
  /** What stands before every message. */
  prefix(room: string): Uint8Array;
  readonly asksForToken: boolean;
  /** False: it forgets everything at once, and answers nobody. */
  readonly keepsDocuments: boolean;
  /** What its acknowledgement means, if it gives one. */
  readonly acknowledges: 'durable' | 'in memory' | null;
  /** What the first client of a document sends; null where the document is there from the start. */
  readonly seed: Seed | null;
  /** Documents that it holds in memory; null where it does not say. */
  documents(): Promise<number | null>;
  kill9(): Promise<void>;
  /** Again, on the same port and data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface StartOptions {
  /** How many documents there are. */
  documents: number;
  /** Stored as the first document. */
  history?: StoredHistory;
}
