import * as Y from 'yjs';
import type { Shape } from '../../shared/documents/shape.ts';
import type { DocumentLog, Lease, LogEntry } from './documentLog.ts';
import { noEntryHash } from './hash.ts';

/** The last entry of a document's log. */
export interface DocumentHead {
  epoch: number;
  seq: number;
  hash: Buffer;
}

/** A document with its roots in place, so that no update can decide what a root is. */
export function emptyDocument(roots: Readonly<Record<string, Shape>>): Y.Doc {
  const doc = new Y.Doc({ gc: true });
  for (const [name, shape] of Object.entries(roots)) {
    if (shape.type === 'map') doc.getMap(name);
    else doc.getXmlFragment(name);
  }
  return doc;
}

/**
 * A document from its log: the newest good snapshot and what came after it. A document without entries is one in
 * which nobody has written yet; one that cannot be read throws, and is never shown empty.
 * @throws DamagedLog
 */
export async function foldDocument(
  log: DocumentLog,
  room: string,
  roots: Readonly<Record<string, Shape>>,
): Promise<{ doc: Y.Doc; head: DocumentHead; leases: Lease[]; entries: LogEntry[] }> {
  const { epoch, snapshot, entries, leases } = await log.load(room);
  const doc = emptyDocument(roots);
  if (snapshot) Y.applyUpdate(doc, snapshot.bytes);
  const updates = entries.filter((entry) => entry.kind === 'update').map((entry) => entry.bytes);
  if (updates.length > 0) Y.applyUpdate(doc, updates.length === 1 ? updates[0]! : Y.mergeUpdates(updates));
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
    throw new Error('The log of a document leaves something pending.');
  }
  const last = entries.at(-1);
  const head = {
    epoch,
    seq: last?.seq ?? snapshot?.seq ?? 0,
    hash: last?.hash ?? snapshot?.logHash ?? noEntryHash,
  };
  return { doc, head, leases, entries };
}
