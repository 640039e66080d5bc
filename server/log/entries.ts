import * as Y from 'yjs';
import type { DocumentLease, LogEntry, LogGroup } from './documentLog.ts';
import type { DocumentHead } from './fold.ts';
import { entryHash, noEntryHash } from './hash.ts';

/** Who the server is in a log. */
export const systemUser = 'system';

export interface EntryAuthor {
  userId: string;
  deviceId: string;
}

/** An author as the key of a map. */
export const authorKey = ({ userId, deviceId }: EntryAuthor): string => JSON.stringify([userId, deviceId]);

export const system: EntryAuthor = { userId: systemUser, deviceId: systemUser };

/** Before a document's first entry. */
export const noEntry: DocumentHead = { epoch: 1, seq: 0, hash: noEntryHash };

/** The entry that follows `head`, linked to it by its hash. */
export function entryAfter(
  head: DocumentHead,
  entry: EntryAuthor & Pick<LogEntry, 'document' | 'kind' | 'lease' | 'at' | 'bytes'>,
): LogEntry {
  const { document, kind, userId, deviceId, lease, at, bytes } = entry;
  const linked: LogEntry = {
    document,
    epoch: head.epoch,
    seq: head.seq + 1,
    kind,
    userId,
    deviceId,
    lease,
    at,
    bytes,
    prevHash: head.hash,
    hash: noEntryHash,
  };
  linked.hash = entryHash(linked);
  return linked;
}

/** A document written in turns, each by one author under a client id of their own, as the log will hold it. */
export class DocumentWriting {
  readonly #doc: Y.Doc;
  #head = noEntry;
  readonly #entries: LogEntry[] = [];
  readonly #leases: DocumentLease[] = [];

  constructor(
    private readonly room: string,
    empty: Y.Doc,
  ) {
    this.#doc = empty;
  }

  turn(author: EntryAuthor, at: string, write: (doc: Y.Doc) => void): this {
    const turn = new Y.Doc();
    Y.applyUpdate(turn, Y.encodeStateAsUpdate(this.#doc));
    write(turn);
    const bytes = Y.encodeStateAsUpdate(turn, Y.encodeStateVector(this.#doc));
    Y.applyUpdate(this.#doc, bytes);
    const lease = turn.clientID;
    turn.destroy();
    const entry = entryAfter(this.#head, {
      document: this.room,
      kind: 'update',
      lease,
      at,
      bytes,
      ...author,
    });
    this.#head = { epoch: entry.epoch, seq: entry.seq, hash: entry.hash };
    this.#entries.push(entry);
    this.#leases.push({ document: this.room, epoch: entry.epoch, clientId: lease, since: at, ...author });
    return this;
  }

  done(): LogGroup {
    this.#doc.destroy();
    return { entries: this.#entries, leases: this.#leases };
  }
}
