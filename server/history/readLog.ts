import { sql } from 'drizzle-orm';
import type { Reader } from '../db/reader.ts';
import { DamagedLog, type LogEntry } from '../log/documentLog.ts';
import { entryHash } from '../log/hash.ts';
import { documentLog, type EntryKind } from '../log/tables.ts';

type Row = [
  seq: number,
  kind: EntryKind,
  userId: string,
  deviceId: string,
  lease: number | null,
  at: string,
  bytes: string,
  hash: string,
];

/**
 * Entries of a log that follow one, checked against it. A page comes as one JSON text: row by row, reading a long
 * history costs four times as much, and more than folding it.
 * @throws DamagedLog
 */
export async function readEntries(
  reader: Reader,
  { document, epoch }: { document: string; epoch: number },
  after: { seq: number; hash: Buffer },
  limit: number,
): Promise<LogEntry[]> {
  const [page] = await reader.all<{ rows: string }>(sql`
    SELECT json_group_array(json_array(seq, kind, user_id, device_id, lease, at, hex(bytes), hex(hash))) AS rows
    FROM (
      SELECT * FROM ${documentLog}
      WHERE document = ${document} AND epoch = ${epoch} AND seq > ${after.seq}
      ORDER BY seq LIMIT ${limit}
    )`);
  let { seq: last, hash: prevHash } = after;
  return (JSON.parse(page?.rows ?? '[]') as Row[]).map(
    ([seq, kind, userId, deviceId, lease, at, bytes, hash]) => {
      const entry: LogEntry = {
        document,
        epoch,
        seq,
        kind,
        userId,
        deviceId,
        lease,
        at,
        prevHash,
        bytes: Buffer.from(bytes, 'hex'),
        hash: Buffer.from(hash, 'hex'),
      };
      if (seq !== last + 1 || !entryHash(entry).equals(entry.hash)) throw new DamagedLog(document, last + 1);
      last = seq;
      prevHash = entry.hash;
      return entry;
    },
  );
}
