import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogEntry } from '../../../server/log/documentLog.ts';
import { entryHash, noEntryHash } from '../../../server/log/hash.ts';
import { verifyLogs } from '../../../server/log/verify.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { tamper } from '../../support/tamper.ts';

const orders = 'a0000000-0000-4000-8000-000000000001/orders';
const carePlan = 'a0000000-0000-4000-8000-000000000001/care-plan';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

async function write(document: string, count: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let prevHash: Buffer = noEntryHash;
  for (let seq = 1; seq <= count; seq++) {
    const entry = {
      document,
      epoch: 1,
      seq,
      kind: 'update' as const,
      userId: 'user',
      deviceId: 'device',
      lease: 7,
      at: database.now().toISOString(),
      bytes: Buffer.from([seq % 256, 1, 2]),
      prevHash,
    };
    prevHash = entryHash(entry);
    entries.push({ ...entry, hash: prevHash });
  }
  await database.log.append({ entries });
  return entries;
}

const check = () => verifyLogs(database.reader, database.log);

test('logs that nobody touched are as they were written, over several pages', async () => {
  await write(orders, 1_200);
  await write(carePlan, 3);
  expect(await check()).toEqual({ documents: 2, entries: 1_203, damage: [], snapshots: [] });
});

test.each([
  ['a flipped bit', "UPDATE document_log SET bytes = x'ff0102' WHERE seq = 3"],
  ['another author', "UPDATE document_log SET user_id = 'other' WHERE seq = 3"],
  ['a deleted entry', 'DELETE FROM document_log WHERE seq = 3'],
])('%s is found in the document and at the entry where it is', async (what, sql) => {
  await write(orders, 5);
  await write(carePlan, 2);
  await tamper(database, [sql]);
  const seq = what === 'a deleted entry' ? 4 : 3;
  expect((await check()).damage).toEqual([{ document: orders, epoch: 1, seq }]);
});

test('a log that ends before what a snapshot has folded is found', async () => {
  const entries = await write(orders, 5);
  const snapshot = { seq: 5, logHash: entries[4]!.hash, bytes: Buffer.from('folded'), stateVector: null };
  await database.log.saveSnapshot(orders, 1, snapshot, database.now().toISOString());
  expect((await check()).damage).toEqual([]);
  await tamper(database, ['DELETE FROM document_log WHERE seq > 3']);
  expect((await check()).damage).toEqual([{ document: orders, epoch: 1, seq: 4 }]);
  await tamper(database, ['DELETE FROM document_log']);
  expect((await check()).damage).toEqual([{ document: orders, epoch: 1, seq: 1 }]);
});
