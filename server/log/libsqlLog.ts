import { and, asc, desc, eq, getTableColumns, gt, gte, lt, sql } from 'drizzle-orm';
import { statement, type Batch, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Writer } from '../db/writer.ts';
import {
  DamagedLog,
  manyReaders,
  type DocumentLog,
  type LoadedDocument,
  type LogEntry,
  type LogGroup,
  type Snapshot,
} from './documentLog.ts';
import { firstBreak, noEntryHash, snapshotHash } from './hash.ts';
import { documentLeases, documentLog, documentSnapshots, rescues } from './tables.ts';

/** SQLite takes 32,766 parameters a statement; an entry has eleven. */
const entriesPerInsert = 512;
/** Beyond so many entries an insert takes a power of two of them: few texts of statements serve for every number. */
const anyNumber = 32;

function insertSize(left: number): number {
  if (left <= anyNumber) return left;
  return Math.min(entriesPerInsert, 2 ** Math.floor(Math.log2(left)));
}

/** The insert of so many entries. Building it costs more than all the rest of an append, so it is built once. */
const inserts = new Map<number, string>();

function insertSql(reader: Reader, first: LogEntry, count: number): string {
  const known = inserts.get(count);
  if (known !== undefined) return known;
  const row = { ...first, bytes: Buffer.from(first.bytes) };
  const { sql } = reader
    .insert(documentLog)
    .values(Array.from({ length: count }, () => row))
    .toSQL();
  inserts.set(count, sql);
  return sql;
}

const columns = Object.keys(getTableColumns(documentLog)) as (keyof LogEntry)[];

/** The statements that append to the log, for acts that write a document together with their facts. */
export function appendStatements(
  reader: Reader,
  { entries, leases = [], rescues: rescued = [] }: LogGroup,
): Statement[] {
  const statements: Statement[] = [];
  for (let start = 0, size = 0; start < entries.length; start += size) {
    size = insertSize(entries.length - start);
    const rows = entries.slice(start, start + size);
    const sql = insertSql(reader, rows[0]!, rows.length);
    statements.push({ sql, params: rows.flatMap((row) => columns.map((column) => row[column])) });
  }
  if (leases.length > 0) {
    statements.push(statement(reader.insert(documentLeases).values(leases).onConflictDoNothing()));
  }
  if (rescued.length > 0) {
    // One that is there already has grown, and waits again, whatever was done about what it was.
    const grown = { text: sql`excluded.text`, settledAt: null, settledBy: null };
    const insert = reader.insert(rescues).values(rescued);
    statements.push(statement(insert.onConflictDoUpdate({ target: rescues.id, set: grown })));
  }
  return statements;
}

interface HandedOver {
  batch: Batch;
  isDurable: Promise<boolean>;
}

interface Waiting {
  group: LogGroup;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * A lone edit is committed at once. When commits of documents with many readers follow each other for long, each waits
 * a little after the one before and takes along what arrives meanwhile, the more the more arrives: an fsync, and a frame
 * to everybody, cost the same for one edit as for ten.
 */
const paceMs = (entries: number): number => Math.min(15, 11 + entries);
/** How long commits may follow each other at once after a quiet time, ms of their pace. */
const burstMs = 50;
/** With so many entries waiting the disk is the pace. */
const enough = 32;

/**
 * Entries of one commit. Those who wait for it can type on while the next is under way; were all in one, everybody
 * would wait for everybody.
 */
const entriesPerCommit = 1_000;

const entriesIn = (waiting: readonly Waiting[]): number => {
  let entries = 0;
  for (const { group } of waiting) entries += group.entries.length;
  return entries;
};

/** How many of those that wait go together. */
function groupOf(waiting: readonly Waiting[]): number {
  let entries = 0;
  let count = 0;
  while (count < waiting.length && (count === 0 || entries < entriesPerCommit))
    entries += waiting[count++]!.group.entries.length;
  return count;
}

/** The one of the platform makes an abort signal and more for each: too much for what is done for every commit. */
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** DocumentLog on libSQL. Appends that arrive while a commit runs or waits go together in the next one. */
export function libsqlLog(reader: Reader, writer: Writer): DocumentLog {
  let waiting: Waiting[] = [];
  /** To be called before the next commit, which keeps the pace then. */
  let callers: (() => void)[] = [];
  let committing = false;
  /** When the commits so far would have ended had each kept the pace. */
  let pacedUntil = 0;

  /** How much too early the next commit would be, ms. */
  const earlyMs = (): number =>
    callers.length > 0 && entriesIn(waiting) < enough ? pacedUntil - burstMs - performance.now() : 0;

  /** Lets those append who have been waiting for the next commit. */
  const call = (): void => {
    if (callers.length === 0) return;
    const called = callers;
    callers = [];
    for (const then of called) then();
    pacedUntil = Math.max(pacedUntil, performance.now()) + paceMs(entriesIn(waiting));
  };

  /** What came meanwhile for the same documents follows from what is not there: it would leave a hole in the log. */
  const rejectFollowers = (failed: readonly Waiting[], error: unknown): void => {
    const documentsOf = ({ group }: Waiting): string[] => group.entries.map(({ document }) => document);
    const broken = new Set(failed.flatMap(documentsOf));
    const follows = (each: Waiting): boolean => documentsOf(each).some((document) => broken.has(document));
    const followers = waiting.filter(follows);
    waiting = waiting.filter((each) => !follows(each));
    for (const { reject } of followers) reject(error);
  };

  /** @returns whether it is durable; everybody concerned has been told then */
  const settle = async (together: readonly Waiting[], commit: Promise<unknown>): Promise<boolean> => {
    try {
      await commit;
      for (const { resolve } of together) resolve();
      return true;
    } catch (error) {
      for (const { reject } of together) reject(error);
      rejectFollowers(together, error);
      return false;
    }
  };

  const commitWaiting = async (): Promise<void> => {
    committing = true;
    /** What has been handed over, and may not be durable yet. */
    let ahead: HandedOver | null = null;
    while (waiting.length > 0 || callers.length > 0) {
      const early = earlyMs();
      // Not even a turn of the promises is lost before a lone edit goes to the disk.
      if (early > 0) await sleep(early);
      call();
      if (waiting.length === 0) continue;
      const together = waiting.slice(0, groupOf(waiting));
      waiting = waiting.slice(together.length);
      for (const { group } of together) group.onTaken?.();
      const all: LogGroup = {
        entries: together.flatMap(({ group }) => group.entries),
        leases: together.flatMap(({ group }) => group.leases ?? []),
        rescues: together.flatMap(({ group }) => group.rescues ?? []),
      };
      const batch: Batch = { statements: [] };
      const before: HandedOver | null = ahead;
      const write = async (): Promise<void> => {
        batch.statements = appendStatements(reader, all);
        await writer.commit(batch, before?.batch);
      };
      const isDurable = settle(together, write());
      ahead = { batch, isDurable };
      // While as much waits as a commit holds, the writer gets the next before it is through with this one: it need
      // not wait for this thread, which then has the most to do.
      const isBehind = entriesIn(waiting) >= entriesPerCommit;
      if (isBehind && (before === null || (await before.isDurable))) continue;
      await isDurable;
      ahead = null;
    }
    committing = false;
  };

  const toEntry = (row: typeof documentLog.$inferSelect): LogEntry => ({ ...row, bytes: row.bytes });

  const newestGoodSnapshot = async (document: string, epoch: number): Promise<Snapshot | null> => {
    // A damaged snapshot is only a lost cache: an older one, or the whole log, serves as well.
    for (let age = 0; ; age++) {
      const [row] = await reader
        .select()
        .from(documentSnapshots)
        .where(and(eq(documentSnapshots.document, document), eq(documentSnapshots.epoch, epoch)))
        .orderBy(desc(documentSnapshots.seq))
        .limit(1)
        .offset(age);
      if (!row) return null;
      if (snapshotHash(row).equals(row.hash)) return row;
    }
  };

  return {
    append(group) {
      return new Promise((resolve, reject) => {
        waiting.push({ group, resolve, reject });
        if (!committing) void commitWaiting();
      });
    },

    beforeCommit(readers, then) {
      if (readers < manyReaders) return then();
      callers.push(then);
      if (!committing) void commitWaiting();
    },

    async load(document): Promise<LoadedDocument> {
      const newest = await reader
        .select({ epoch: documentLog.epoch })
        .from(documentLog)
        .where(eq(documentLog.document, document))
        .orderBy(desc(documentLog.epoch))
        .limit(1);
      const epoch = newest[0]?.epoch ?? 1;
      const snapshot = await newestGoodSnapshot(document, epoch);
      const after = snapshot ? { seq: snapshot.seq, hash: snapshot.logHash } : { seq: 0, hash: noEntryHash };
      const rows = await reader
        .select()
        .from(documentLog)
        .where(
          and(
            eq(documentLog.document, document),
            eq(documentLog.epoch, epoch),
            gt(documentLog.seq, after.seq),
          ),
        )
        .orderBy(asc(documentLog.seq));
      const entries = rows.map(toEntry);
      const broken = firstBreak(entries, after);
      if (broken !== null) throw new DamagedLog(document, broken);
      const leases = await reader
        .select({
          clientId: documentLeases.clientId,
          userId: documentLeases.userId,
          deviceId: documentLeases.deviceId,
        })
        .from(documentLeases)
        .where(and(eq(documentLeases.document, document), eq(documentLeases.epoch, epoch)));
      return { epoch, snapshot, entries, leases };
    },

    async read(document, epoch, fromSeq, limit) {
      const rows = await reader
        .select()
        .from(documentLog)
        .where(
          and(
            eq(documentLog.document, document),
            eq(documentLog.epoch, epoch),
            gte(documentLog.seq, fromSeq),
          ),
        )
        .orderBy(asc(documentLog.seq))
        .limit(limit);
      return rows.map(toEntry);
    },

    async saveSnapshot(document, epoch, { seq, logHash, bytes, stateVector }, at) {
      const kept = {
        logHash,
        bytes: Buffer.from(bytes),
        stateVector: stateVector && Buffer.from(stateVector),
      };
      const row = { document, epoch, seq, ...kept, hash: snapshotHash(kept), at };
      const ofDocument = and(eq(documentSnapshots.document, document), eq(documentSnapshots.epoch, epoch));
      const oneBefore = reader
        .select({ seq: documentSnapshots.seq })
        .from(documentSnapshots)
        .where(ofDocument)
        .orderBy(desc(documentSnapshots.seq))
        .limit(1)
        .offset(1);
      await writer.commit({
        statements: [
          statement(reader.insert(documentSnapshots).values(row).onConflictDoNothing()),
          statement(
            reader.delete(documentSnapshots).where(and(ofDocument, lt(documentSnapshots.seq, oneBefore))),
          ),
        ],
      });
    },
  };
}
