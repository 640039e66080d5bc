import { asc, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { audit } from '../../server/audit/tables.ts';
import { auditRow, nobody } from '../../server/audit/trail.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { guardOneRow, statement, type Batch, type ChainedRow } from '../../server/db/batch.ts';
import type { Reader } from '../../server/db/reader.ts';
import type { Writer } from '../../server/db/writer.ts';
import { sites } from '../../server/sites/tables.ts';

/** Something that writes to a database of its own, and something that reads what was written. */
export interface WriterUnderTest {
  reader: Reader;
  writer: Writer;
  close(): Promise<void>;
}

const happened = (entity: string): ChainedRow =>
  auditRow({
    action: 'site:created',
    outcome: 'success',
    actor: nobody,
    at: new Date('2026-03-02T08:00:00Z'),
    entity,
  });

/** What every writer promises, whichever way a batch takes to the database. */
export function writerSuite(name: string, open: () => Promise<WriterUnderTest>): void {
  describe(name, () => {
    let under: WriterUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    const addSite = (id: string, rank = 1): Batch['statements'][number] =>
      statement(under.reader.insert(sites).values({ id, name: id, label: id, timeZone: 'UTC', rank }));
    const rename = (id: string, name: string): Batch['statements'][number] => ({
      sql: 'UPDATE sites SET name = ? WHERE id = ?',
      params: [name, id],
    });
    const siteNames = async (): Promise<string[]> =>
      (await under.reader.select({ name: sites.name }).from(sites).orderBy(asc(sites.rank))).map(
        ({ name }) => name,
      );
    const happenings = async (): Promise<(string | null)[]> =>
      (await under.reader.select({ entity: audit.entity }).from(audit).orderBy(asc(audit.seq))).map(
        ({ entity }) => entity,
      );

    test('a batch is committed whole, with how many rows each statement touched', async () => {
      const result = await under.writer.commit({
        statements: [addSite('a', 1), addSite('b', 2), { sql: 'UPDATE sites SET rank = rank', params: [] }],
        chained: [happened('site:created')],
      });
      expect(result).toEqual({ ok: true, value: { rowsAffected: [1, 1, 2] } });
      expect(await siteNames()).toEqual(['a', 'b']);
      expect(await happenings()).toEqual(['site:created']);
    });

    test('a guard that finds another number of rows than one undoes the whole batch', async () => {
      await under.writer.commit({ statements: [addSite('a')] });
      const result = await under.writer.commit({
        statements: [rename('a', 'renamed'), guardOneRow, rename('nowhere', 'x'), guardOneRow],
        chained: [happened('site:renamed')],
      });
      expect(result).toEqual({ ok: false, error: 'stale' });
      expect(await siteNames()).toEqual(['a']);
      expect(await happenings()).toEqual([]);
    });

    test('a guard that finds exactly one row lets the batch pass', async () => {
      await under.writer.commit({ statements: [addSite('a')] });
      const result = await under.writer.commit({ statements: [rename('a', 'renamed'), guardOneRow] });
      expect(result.ok).toBe(true);
      expect(await siteNames()).toEqual(['renamed']);
    });

    test('a statement that fails undoes the whole batch and is reported', async () => {
      const batch = { statements: [addSite('a'), addSite('a')], chained: [happened('site:created')] };
      await expect(under.writer.commit(batch)).rejects.toThrow(/UNIQUE/);
      expect(await siteNames()).toEqual([]);
      expect(await happenings()).toEqual([]);
    });

    test('the audit chain goes on unbroken after batches that were refused or failed', async () => {
      await under.writer.commit({ statements: [], chained: [happened('one:done'), happened('two:done')] });
      await under.writer.commit({
        statements: [rename('nowhere', 'x'), guardOneRow],
        chained: [happened('three:refused')],
      });
      await expect(
        under.writer.commit({ statements: [addSite('a'), addSite('a')], chained: [happened('four:failed')] }),
      ).rejects.toThrow(/UNIQUE/);
      await under.writer.commit({ statements: [], chained: [happened('five:done')] });
      expect(await happenings()).toEqual(['one:done', 'two:done', 'five:done']);
      expect(await verifyAudit(under.reader)).toMatchObject({ rows: 3, damage: [] });
    });

    test('batches handed over together are committed in that order', async () => {
      const numbers = Array.from({ length: 50 }, (_, index) => index);
      await Promise.all(
        numbers.map((number) =>
          under.writer.commit({
            statements: [addSite(`s${number}`, number)],
            chained: [happened(`n:${number}`)],
          }),
        ),
      );
      expect(await happenings()).toEqual(numbers.map((number) => `n:${number}`));
    });

    test('what is to follow a batch that fails fails with it; what follows nothing, or one that got in, gets in', async () => {
      const fails = { statements: [addSite('a'), addSite('a')] };
      const follows = { statements: [addSite('b')] };
      const alone = { statements: [addSite('c', 3)] };
      const settled = await Promise.allSettled([
        under.writer.commit(fails),
        under.writer.commit(follows, fails),
        under.writer.commit({ statements: [addSite('d')] }, follows),
        under.writer.commit(alone),
        under.writer.commit({ statements: [addSite('e', 4)] }, alone),
      ]);
      expect(settled.map(({ status }) => status)).toEqual([
        'rejected',
        'rejected',
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      await expect(under.writer.commit({ statements: [addSite('f')] }, { statements: [] })).rejects.toThrow(
        /never handed over/,
      );
      expect(await siteNames()).toEqual(['c', 'e']);
    });

    test('bytes arrive as they were', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      await under.writer.commit({
        statements: [addSite('a'), { sql: 'UPDATE sites SET name = ?', params: [bytes] }],
      });
      const [row] = await under.reader.all<{ hex: string }>(sql`SELECT hex(name) AS hex FROM sites`);
      expect(row?.hex.toLowerCase()).toBe(bytes.toString('hex'));
    });

    test('what was handed over before closing is committed', async () => {
      const committed = under.writer.commit({ statements: [addSite('a')] });
      await under.writer.close();
      expect((await committed).ok).toBe(true);
      expect(await siteNames()).toEqual(['a']);
    });

    test('nothing can be written after closing', async () => {
      await under.writer.close();
      await expect(under.writer.commit({ statements: [addSite('a')] })).rejects.toThrow(/stopped|closed/);
    });

    test('audit rows are never changed and never deleted, not even by a batch', async () => {
      await under.writer.commit({ statements: [], chained: [happened('one:done')] });
      for (const sql of ["UPDATE audit SET action = 'x'", 'DELETE FROM audit']) {
        await expect(under.writer.commit({ statements: [{ sql, params: [] }] })).rejects.toThrow(/never/);
      }
      expect(await happenings()).toEqual(['one:done']);
    });

    test('the reader cannot write', async () => {
      await expect(under.reader.run(sql`DELETE FROM sites`)).rejects.toThrow(/readonly|query/i);
    });
  });
}
