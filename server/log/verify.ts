import { and, eq, max } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import type { DocumentLog } from './documentLog.ts';
import { firstBreak, noEntryHash, snapshotHash } from './hash.ts';
import { documentLog, documentSnapshots } from './tables.ts';

export interface LogDamage {
  document: string;
  epoch: number;
  /** The first entry that does not follow from the one before it, or is missing at the end. */
  seq: number;
}

export interface LogsReport {
  documents: number;
  entries: number;
  damage: LogDamage[];
  /** Snapshots that are passed over when their document loads: a lost cache, and a sign of a failing disk. */
  snapshots: LogDamage[];
}

const pageEntries = 500;

/** Reads the log of every document and says where it is not as it was written. */
export async function verifyLogs(
  reader: Reader,
  log: Pick<DocumentLog, 'read'>,
  onProgress?: (documents: number, of: number) => void,
): Promise<LogsReport> {
  const documents = await allDocuments(reader);
  const report: LogsReport = { documents: 0, entries: 0, damage: [], snapshots: [] };
  for (const { document, epoch, foldedSeq } of documents) {
    const { entries, broken } = await verifyOne(log, document, epoch, foldedSeq);
    report.documents += 1;
    report.entries += entries;
    if (broken !== null) report.damage.push({ document, epoch, seq: broken });
    if (foldedSeq > 0) report.snapshots.push(...(await damagedSnapshots(reader, document, epoch)));
    onProgress?.(report.documents, documents.length);
  }
  return report;
}

async function damagedSnapshots(reader: Reader, document: string, epoch: number): Promise<LogDamage[]> {
  const table = documentSnapshots;
  const rows = await reader
    .select()
    .from(table)
    .where(and(eq(table.document, document), eq(table.epoch, epoch)));
  const damaged = rows.filter((row) => !snapshotHash(row).equals(row.hash));
  return damaged.map(({ seq }) => ({ document, epoch, seq }));
}

interface Known {
  document: string;
  epoch: number;
  /** The last entry that a snapshot has seen: a log that ends before it was cut off. */
  foldedSeq: number;
}

async function allDocuments(reader: Reader): Promise<Known[]> {
  const { document, epoch, seq } = documentSnapshots;
  const folded = await reader
    .select({ document, epoch, seq: max(seq) })
    .from(documentSnapshots)
    .groupBy(document, epoch);
  const logged = await reader
    .selectDistinct({ document: documentLog.document, epoch: documentLog.epoch })
    .from(documentLog);
  const known = new Map<string, Known>();
  for (const each of logged) known.set(`${each.document} ${each.epoch}`, { ...each, foldedSeq: 0 });
  for (const each of folded) {
    known.set(`${each.document} ${each.epoch}`, { ...each, foldedSeq: each.seq ?? 0 });
  }
  return [...known.values()];
}

async function verifyOne(
  log: Pick<DocumentLog, 'read'>,
  document: string,
  epoch: number,
  foldedSeq: number,
): Promise<{ entries: number; broken: number | null }> {
  let last: { seq: number; hash: Buffer } = { seq: 0, hash: noEntryHash };
  let entries = 0;
  for (;;) {
    const page = await log.read(document, epoch, last.seq + 1, pageEntries);
    const broken = firstBreak(page, last);
    if (broken !== null) return { entries: entries + page.length, broken };
    entries += page.length;
    last = page.at(-1) ?? last;
    if (page.length < pageEntries) return { entries, broken: foldedSeq > last.seq ? last.seq + 1 : null };
  }
}
