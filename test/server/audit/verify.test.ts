import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { audit } from '../../../server/audit/tables.ts';
import { auditRow, nobody } from '../../../server/audit/trail.ts';
import { verifyAudit } from '../../../server/audit/verify.ts';
import { chainHash, chainStart, type ChainHead } from '../../../server/db/chain.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { tamper } from '../../support/tamper.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

/** `rows` rows, two a batch, as sign-ins and chart openings would leave them. */
async function fill(rows: number): Promise<void> {
  const row = (number: number) =>
    auditRow({
      action: 'chart:opened',
      outcome: 'success',
      actor: { ...nobody, userId: `user-${number}` },
      at: database.now(),
      detail: { number },
    });
  for (let number = 1; number <= rows; number += 2) {
    await database.writer.commit({
      statements: [],
      chained: [number, number + 1].filter((each) => each <= rows).map((each) => row(each)),
    });
  }
}

const found = async (): Promise<[string, number][]> =>
  (await verifyAudit(database.reader)).damage.map(({ kind, seq }) => [kind, seq]);

const copyRow = (from: number, to: number): string =>
  `INSERT INTO audit SELECT ${to}, at, action, outcome, user_id, role, site_id, device_id, patient_id, encounter_id,
   entity, detail, prev_hash, hash FROM audit WHERE seq = ${from}`;

test('a trail that nobody touched is as it was written, over several pages', async () => {
  await database.writer.commit({
    statements: [],
    chained: Array.from({ length: 2_500 }, (_, index) =>
      auditRow({
        action: 'chart:opened',
        outcome: 'success',
        actor: nobody,
        at: database.now(),
        entity: `${index}`,
      }),
    ),
  });
  const seen: number[] = [];
  const report = await verifyAudit(database.reader, { onProgress: (rows) => seen.push(rows) });
  expect(report).toMatchObject({ rows: 2_500, damage: [], head: { seq: 2_500 } });
  expect(seen).toEqual([1_000, 2_000, 2_500]);
});

test('an empty trail is as it was written', async () => {
  expect(await verifyAudit(database.reader)).toMatchObject({ rows: 0, damage: [] });
});

test.each([
  ['at', "'2020-01-01T00:00:00.000Z'"],
  ['action', "'chart:closed'"],
  ['outcome', "'refused'"],
  ['user_id', "'somebody-else'"],
  ['role', "'nurse'"],
  ['site_id', "'x'"],
  ['device_id', "'x'"],
  ['patient_id', "'x'"],
  ['encounter_id', "'x'"],
  ['entity', "'x'"],
  ['detail', 'NULL'],
])('a row whose %s was altered is found', async (column, value) => {
  await fill(9);
  await tamper(database, [`UPDATE audit SET ${column} = ${value} WHERE seq = 5`]);
  expect(await found()).toEqual([['altered', 5]]);
});

/** Rows as a forger would write them: hashed as the writer hashes, after the row `after`. */
async function forge(after: number, count: number): Promise<string[]> {
  const [last] = await database.reader.select().from(audit).where(eq(audit.seq, after));
  let head: ChainHead = last ?? chainStart;
  return Array.from({ length: count }, () => {
    const { row } = auditRow({
      action: 'chart:opened',
      outcome: 'success',
      actor: nobody,
      at: database.now(),
    });
    const { hash: prevHash, seq } = head;
    const hash = chainHash(head, row);
    head = { seq: seq + 1, hash };
    const values = [seq + 1, row.at, row.action, row.outcome].map((value) => `'${value}'`).join(', ');
    return (
      `INSERT INTO audit (seq, at, action, outcome, prev_hash, hash) ` +
      `VALUES (${values}, x'${prevHash.toString('hex')}', x'${hash.toString('hex')}')`
    );
  });
}

test('a row that was put in the place of another, well hashed, is found by the row after it', async () => {
  await fill(9);
  await tamper(database, ['DELETE FROM audit WHERE seq = 5', ...(await forge(4, 1))]);
  expect(await found()).toEqual([['unlinked', 6]]);
});

test('rows that were deleted are found', async () => {
  await fill(9);
  await tamper(database, ['DELETE FROM audit WHERE seq IN (5, 6)']);
  expect(await found()).toEqual([['missing', 5]]);
});

test('the first rows missing is found', async () => {
  await fill(9);
  await tamper(database, ['DELETE FROM audit WHERE seq <= 2']);
  expect(await found()).toEqual([['missing', 1]]);
});

test('a row that was slipped in is found, and so are those pushed along', async () => {
  await fill(6);
  await tamper(database, [
    'UPDATE audit SET seq = -seq WHERE seq > 3',
    'UPDATE audit SET seq = 1 - seq WHERE seq < 0',
    copyRow(2, 4),
  ]);
  expect(await found()).toEqual([
    ['moved', 4],
    ['moved', 5],
    ['moved', 6],
    ['moved', 7],
  ]);
});

test('a made-up row at the end is found', async () => {
  await fill(5);
  await tamper(database, [copyRow(5, 6), "UPDATE audit SET action = 'made:up' WHERE seq = 6"]);
  expect(await found()).toEqual([['altered', 6]]);
});

test('rows that changed places are found at their places', async () => {
  await fill(9);
  await tamper(database, [
    'UPDATE audit SET seq = -5 WHERE seq = 5',
    'UPDATE audit SET seq = 5 WHERE seq = 6',
    'UPDATE audit SET seq = 6 WHERE seq = -5',
  ]);
  expect((await found()).map(([kind, seq]) => `${kind} ${seq}`)).toEqual([
    'moved 5',
    'moved 6',
    'unlinked 7',
  ]);
});

test('a trail that was cut off at the end is found by a head that was kept elsewhere', async () => {
  await fill(9);
  const { head } = await verifyAudit(database.reader);
  await tamper(database, ['DELETE FROM audit WHERE seq > 7']);
  expect(await found()).toEqual([]);
  expect((await verifyAudit(database.reader, { known: head })).damage).toMatchObject([
    { kind: 'rewritten', seq: 9 },
  ]);
});

test('a head that was kept elsewhere still fits a trail that has grown', async () => {
  await fill(4);
  const { head } = await verifyAudit(database.reader);
  await fill(4);
  expect(await verifyAudit(database.reader, { known: head })).toMatchObject({ rows: 8, damage: [] });
});

test('a trail that was written anew from some row on is found by a head that was kept elsewhere', async () => {
  await fill(4);
  const { head } = await verifyAudit(database.reader);
  await tamper(database, ['DELETE FROM audit WHERE seq > 2', ...(await forge(2, 3))]);
  expect(await found()).toEqual([]);
  expect((await verifyAudit(database.reader, { known: head })).damage).toMatchObject([
    { kind: 'rewritten', seq: 4 },
  ]);
});

test('a trail damaged all over does not flood the screen', async () => {
  await fill(60);
  await tamper(database, ["UPDATE audit SET action = 'x'"]);
  const { damage, more } = await verifyAudit(database.reader);
  expect(damage).toHaveLength(20);
  expect(more).toBe(true);
});
