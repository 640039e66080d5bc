import * as Y from 'yjs';
import type { Shape } from '../../shared/documents/shape.ts';
import type { DocumentLog, Lease, LogEntry } from './documentLog.ts';
import { noEntryHash } from './hash.ts';
import { UpdatesInOrder } from './updatesInOrder.ts';

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

/** A document from updates that together are its state. @throws when they leave something pending */
export function documentOf(updates: readonly Uint8Array[], roots: Readonly<Record<string, Shape>>): Y.Doc {
  const doc = emptyDocument(roots);
  for (const update of updates) Y.applyUpdate(doc, update);
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
    throw new Error('The log of a document leaves something pending.');
  }
  return doc;
}

/** A document as its log has it, before anything is made of it. */
export interface StoredDocument {
  /** Updates that together are its state: of the newest good snapshot, and of what came after it. */
  updates: Uint8Array[];
  /** Of all of them; null where finding it would take reading them. */
  stateVector: Uint8Array | null;
  head: DocumentHead;
  leases: Lease[];
  /** What came after the snapshot. */
  entries: LogEntry[];
}

/**
 * Reads a document's log. One without entries is one in which nobody has written yet; one that cannot be read throws,
 * and is never shown empty.
 * @throws DamagedLog
 */
export async function readDocument(log: DocumentLog, room: string): Promise<StoredDocument> {
  const { epoch, snapshot, entries, leases } = await log.load(room);
  const since = entries.filter((entry) => entry.kind === 'update').map((entry) => entry.bytes);
  const tail = new UpdatesInOrder();
  const reached = snapshot?.stateVector
    ? Y.decodeStateVector(snapshot.stateVector)
    : new Map<number, number>();
  for (const update of since) tail.add(update, reached);
  const last = entries.at(-1);
  return {
    updates: [...(snapshot ? [snapshot.bytes] : []), ...(tail.count > 0 ? [tail.merged()] : [])],
    stateVector: snapshot?.stateVector ? Y.encodeStateVector(reached) : null,
    head: {
      epoch,
      seq: last?.seq ?? snapshot?.seq ?? 0,
      hash: last?.hash ?? snapshot?.logHash ?? noEntryHash,
    },
    leases,
    entries,
  };
}

/** A document from its log, as `readDocument` reads it. @throws DamagedLog */
export async function foldDocument(
  log: DocumentLog,
  room: string,
  roots: Readonly<Record<string, Shape>>,
): Promise<Omit<StoredDocument, 'updates' | 'stateVector'> & { doc: Y.Doc }> {
  const { updates, stateVector: _, ...stored } = await readDocument(log, room);
  return { ...stored, doc: documentOf(updates, roots) };
}
