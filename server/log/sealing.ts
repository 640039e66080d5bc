import type * as Y from 'yjs';
import type { Result } from '../../shared/wire/result.ts';
import type { EntryAuthor } from './entries.ts';

/** What a signature asks of a document, at a place in its log. */
export interface SealRequest {
  /** The act's id, which the seal bears too. */
  actId: string;
  author: EntryAuthor;
  /** The hash that the signer saw, of each part that is signed. */
  expected: Readonly<Record<string, string>>;
  /** The signable view of each part as the document now has it; a part that is not there is left out. */
  views(doc: Y.Doc): Readonly<Record<string, unknown>>;
  /** Whether the document ends with this seal (a note), or lives on (an order basket). */
  whole: boolean;
}

/** A part that does not match: with the hash that it has now, or none when it is not there. */
export type Mismatch = Readonly<Record<string, string | null>>;

export interface Sealed {
  /** The views whose hashes matched, as they are signed. */
  views: Readonly<Record<string, unknown>>;
  mismatched: Mismatch;
  at: Date;
}

/** A seal as its entry in the log says it. */
export interface Seal {
  actId: string;
  parts: Readonly<Record<string, string>>;
  whole: boolean;
}

export const sealBytes = (seal: Seal): Uint8Array => Buffer.from(JSON.stringify(seal));
export const readSeal = (bytes: Uint8Array): Seal => JSON.parse(Buffer.from(bytes).toString('utf8')) as Seal;

/** What acts may ask of live documents. Its place in the log decides whether a signature holds. */
export interface Sealing {
  /**
   * Seals what matches, if anything does; of a whole, all must. Resolves when the seal is durable.
   * @throws when the log failed; whether the seal is durable is then unknown, and found out when the document loads
   */
  seal(room: string, request: SealRequest): Promise<Result<Sealed, Mismatch>>;
  /** The act failed: the seal is taken back. */
  unseal(room: string, actId: string, author: EntryAuthor): Promise<void>;
  /** The act is committed: people are told, and the server writes what follows of it into the document. */
  confirm(
    room: string,
    actId: string,
    told: { by: string; contentHash: string },
    write?: (doc: Y.Doc) => void,
  ): Promise<void>;
}

/** What has become of the act whose seal a loading document finds. */
export type SealOutcome =
  { outcome: 'committed'; write?: (doc: Y.Doc) => void } | { outcome: 'not-committed' };

export type FindSealOutcome = (room: string, seal: Seal) => Promise<SealOutcome>;
