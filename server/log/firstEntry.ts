import * as Y from 'yjs';
import type { DocumentLease, LogEntry } from './documentLog.ts';
import { entryHash, noEntryHash } from './hash.ts';

/** Who the server is in a log. */
export const systemUser = 'system';

/**
 * The entry with which the server, or somebody through it, begins a document: all that `doc` holds, under the
 * document's own client id.
 */
export function firstEntry(
  document: string,
  doc: Y.Doc,
  author: { userId: string; deviceId: string },
  at: string,
): { entry: LogEntry; lease: DocumentLease } {
  const entry = {
    document,
    epoch: 1,
    seq: 1,
    kind: 'update' as const,
    ...author,
    lease: doc.clientID,
    at,
    bytes: Y.encodeStateAsUpdate(doc),
    prevHash: noEntryHash,
  };
  return {
    entry: { ...entry, hash: entryHash(entry) },
    lease: { document, epoch: 1, clientId: doc.clientID, ...author, since: at },
  };
}
