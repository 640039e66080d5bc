import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Reader } from '../../server/db/reader.ts';
import type { Writer } from '../../server/db/writer.ts';
import {
  DamagedLog,
  manyReaders,
  type DocumentLog,
  type LogEntry,
  type LogGroup,
} from '../../server/log/documentLog.ts';
import { entryAfter, noEntry } from '../../server/log/entries.ts';
import { libsqlLog } from '../../server/log/libsqlLog.ts';
import { rescues } from '../../server/log/tables.ts';
import { verifyLogs } from '../../server/log/verify.ts';

/** A log on a database of its own, and somebody who can get at the database behind its back. */
export interface LogUnderTest {
  reader: Reader;
  writer: Writer;
  /** The next commit errors: nothing of it is done, or all of it is and nobody learns. */
  failNext(what: 'lost' | 'durable'): void;
  /** SQL past every trigger. */
  tamper(statements: string[]): Promise<void>;
  close(): Promise<void>;
}

const at = '2026-03-02T08:00:00.000Z';
const author = { userId: 'nurse', deviceId: 'tablet' };

/** Entries that follow one another, from the start of a document or from the last of others. */
function chain(document: string, count: number, after: LogEntry | null = null): LogEntry[] {
  const entries: LogEntry[] = [];
  let head = after ?? noEntry;
  for (let index = 0; index < count; index++) {
    const bytes = Buffer.from([index % 256, index >> 8, 0, 255]);
    const entry = entryAfter(head, { document, kind: 'update', lease: 4_294_967_295, at, bytes, ...author });
    entries.push(entry);
    head = entry;
  }
  return entries;
}

const plain = (entries: readonly LogEntry[]): unknown[] =>
  entries.map(({ bytes, hash, prevHash, ...entry }) => ({
    ...entry,
    bytes: Buffer.from(bytes).toString('hex'),
    hash: Buffer.from(hash).toString('hex'),
    prevHash: Buffer.from(prevHash).toString('hex'),
  }));

/** What docs/protocol.md promises of a document's log, whatever it is kept in. */
export function documentLogSuite(name: string, open: () => Promise<LogUnderTest>): void {
  describe(name, () => {
    let under: LogUnderTest;
    let log: DocumentLog;
    beforeEach(async () => {
      under = await open();
      log = libsqlLog(under.reader, under.writer);
    });
    afterEach(() => under.close());

    const append = (group: LogGroup): Promise<void> => log.append(group);
    const snapshotAt = (entry: LogEntry, text: string) =>
      log.saveSnapshot(
        entry.document,
        1,
        { seq: entry.seq, logHash: entry.hash, bytes: Buffer.from(text), stateVector: Buffer.from([0]) },
        at,
      );

    test('appends to a document settle in the order in which they were made', async () => {
      const settled: number[] = [];
      const entries = chain('e/note/n', 40);
      await Promise.all(
        entries.map((entry) => append({ entries: [entry] }).then(() => settled.push(entry.seq))),
      );
      expect(settled).toEqual(entries.map(({ seq }) => seq));
    });

    test('P5 a document without entries is one in which nobody has written yet', async () => {
      expect(await log.load('e/orders')).toEqual({ epoch: 1, snapshot: null, entries: [], leases: [] });
    });

    test('P23 entries come back in order and as they were, counted from 1 without gaps', async () => {
      const entries = chain('e/orders', 1_203);
      await append({ entries });
      const loaded = await log.load('e/orders');
      expect(plain(loaded.entries)).toEqual(plain(entries));
      expect(loaded.entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
    });

    test('P12 what is appended at once, to several documents, is durable when each promise resolves', async () => {
      const documents = Array.from({ length: 20 }, (_, index) => `e${index}/orders`);
      const chains = documents.map((document) => chain(document, 5));
      const told: string[] = [];
      await Promise.all(
        chains.flatMap((entries) =>
          entries.map(async (entry) => {
            await append({ entries: [entry] });
            told.push(`${entry.document} ${entry.seq}`);
            const read = await log.read(entry.document, 1, entry.seq, 1);
            expect(plain(read)).toEqual(plain([entry]));
          }),
        ),
      );
      for (const [index, document] of documents.entries()) {
        expect(plain((await log.load(document)).entries)).toEqual(plain(chains[index]!));
        const order = told.filter((each) => each.startsWith(`${document} `));
        expect(order).toEqual([1, 2, 3, 4, 5].map((seq) => `${document} ${seq}`));
      }
    });

    test('P23 a second entry with the same number does not get in, and takes its whole group with it', async () => {
      const [first, second] = chain('e/orders', 2);
      await append({ entries: [first!] });
      const lease = { document: 'e/orders', epoch: 1, clientId: 7, since: at, ...author };
      await expect(append({ entries: [first!, second!], leases: [lease] })).rejects.toThrow(/UNIQUE/);
      const loaded = await log.load('e/orders');
      expect(plain(loaded.entries)).toEqual(plain([first!]));
      expect(loaded.leases).toEqual([]);
      await append({ entries: [second!] });
    });

    test('P13 leases and rescues are durable with the entry that they belong to', async () => {
      const entries = chain('e/orders', 1);
      const lease = { document: 'e/orders', epoch: 1, clientId: 4_294_967_295, since: at, ...author };
      const rescue = {
        id: 'r1',
        document: 'e/orders',
        epoch: 1,
        seq: 1,
        place: null,
        text: 'ä 😀',
        at,
        ...author,
      };
      await append({ entries, leases: [lease], rescues: [rescue] });
      expect((await log.load('e/orders')).leases).toEqual([{ clientId: 4_294_967_295, ...author }]);
      expect(await under.reader.select().from(rescues)).toMatchObject([rescue]);
    });

    test('P31 a rescue that has grown is one still, as it is by now, and waits again', async () => {
      const rescue = { id: 'r1', document: 'e/orders', epoch: 1, seq: 1, place: null, at, ...author };
      const [first, second] = chain('e/orders', 2);
      await append({ entries: [first!], rescues: [{ ...rescue, text: 'S' }] });
      await under.writer.commit({
        statements: [{ sql: "UPDATE rescues SET settled_at = 't', settled_by = 'u'", params: [] }],
      });
      const grown = [
        { ...rescue, text: 'Sa' },
        { ...rescue, text: 'Sat' },
      ];
      await append({ entries: [second!], rescues: grown });
      expect(await under.reader.select().from(rescues)).toMatchObject([
        { ...rescue, text: 'Sat', settledAt: null, settledBy: null },
      ]);
    });

    test('P13 a client id belongs to who announced it first', async () => {
      const lease = { document: 'e/orders', epoch: 1, clientId: 7, since: at };
      const [first, second] = chain('e/orders', 2);
      await append({ entries: [first!], leases: [{ ...lease, ...author }] });
      await append({ entries: [second!], leases: [{ ...lease, userId: 'mallory', deviceId: 'x' }] });
      expect((await log.load('e/orders')).leases).toEqual([{ clientId: 7, ...author }]);
    });

    test.each(['lost', 'durable'] as const)(
      'P12 a commit that errors may be %s: loading says which, and the same edits go on from there',
      async (what) => {
        const [first, ...rest] = chain('e/orders', 3);
        const lease = { document: 'e/orders', epoch: 1, clientId: 7, since: at, ...author };
        await append({ entries: [first!] });
        under.failNext(what);
        await expect(append({ entries: rest, leases: [lease] })).rejects.toThrow(/output error|502/);
        const { entries, leases } = await log.load('e/orders');
        expect(entries).toHaveLength(what === 'durable' ? 3 : 1);
        expect(leases).toHaveLength(what === 'durable' ? 1 : 0);
        const missing = rest.slice(entries.length - 1);
        await append({ entries: [...missing, ...chain('e/orders', 1, rest.at(-1)!)], leases: [lease] });
        const after = await log.load('e/orders');
        expect(after.entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
        expect(after.leases).toHaveLength(1);
      },
    );

    test('P12 what waited behind a commit that errored does not get in without it; other documents do', async () => {
      const [first, second, third, fourth] = chain('e/orders', 4);
      await append({ entries: [first!] });
      under.failNext('lost');
      const errs = append({ entries: [second!] });
      // Its commit is under way.
      await new Promise((resolve) => setImmediate(resolve));
      const settled = await Promise.allSettled([
        errs,
        append({ entries: [third!] }),
        append({ entries: chain('e/care-plan', 2) }),
        append({ entries: [fourth!] }),
      ]);
      expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'rejected']);
      expect(plain((await log.load('e/orders')).entries)).toEqual(plain([first!]));
      expect((await log.load('e/care-plan')).entries).toHaveLength(2);
    });

    test('P12 a group goes to the disk at once, and while another does it takes more', async () => {
      const [first, second, third, ...rest] = chain('e/orders', 5);
      let isOpen = true;
      const alone = append({ entries: [first!], onTaken: () => (isOpen = false) });
      expect(isOpen).toBe(false);

      isOpen = true;
      const group = { entries: [second!, third!], onTaken: () => (isOpen = false) };
      const appended = append(group);
      expect(isOpen).toBe(true);
      group.entries.push(...rest);
      await alone;
      await appended;
      expect(isOpen).toBe(false);
      expect((await log.load('e/orders')).entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    });

    test('P12 many documents append before one commit: it holds what all of them have', async () => {
      const commits = vi.spyOn(under.writer, 'commit');
      const documents = ['e/orders', 'e/care-plan'];
      const appended = documents.map(
        (document) =>
          new Promise<void>((resolve, reject) => {
            // While this one goes to the disk, the others are called together.
            if (document === 'e/orders') void append({ entries: chain('e/note/n', 1) });
            log.beforeCommit(manyReaders, () => {
              const entries = chain(document, 2);
              void append({ entries: [entries[0]!] }).catch(reject);
              append({ entries: [entries[1]!] }).then(resolve, reject);
            });
          }),
      );
      await Promise.all(appended);
      expect(commits).toHaveBeenCalledTimes(2);
      for (const document of documents) expect((await log.load(document)).entries).toHaveLength(2);
    });

    test('P12 commits of a document with many readers keep a pace; few readers never wait', async () => {
      vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
      try {
        const entries = chain('e/orders', 30);
        let called = 0;
        const appendBefore = (readers: number): Promise<void> =>
          new Promise((resolve, reject) =>
            log.beforeCommit(readers, () => append({ entries: [entries[called++]!] }).then(resolve, reject)),
          );
        // A burst goes through at once; the clock stands still, so it ends.
        let atOnce = 0;
        let durable = appendBefore(manyReaders);
        while (called > atOnce && atOnce < 20) {
          atOnce = called;
          await durable;
          durable = appendBefore(manyReaders);
        }
        expect(atOnce).toBeGreaterThan(1);
        expect(called).toBe(atOnce);
        vi.advanceTimersByTime(20);
        await durable;
        expect(called).toBe(atOnce + 1);
        for (let few = called + 1; few < 30; few++) {
          durable = appendBefore(manyReaders - 1);
          expect(called).toBe(few);
          await durable;
        }
      } finally {
        vi.useRealTimers();
      }
    });

    test('P12 very much at once is handed over in several commits, in order and whole', async () => {
      const chains = ['e/orders', 'e/care-plan'].map((document) => chain(document, 3_333));
      const told: number[] = [];
      const appends: Promise<void>[] = [];
      for (let from = 0; from < 3_333; from += 101) {
        const last = Math.min(from + 101, 3_333);
        for (const entries of chains)
          appends.push(append({ entries: entries.slice(from, last) }).then(() => void told.push(last)));
      }
      await Promise.all(appends);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect((await log.load('e/orders')).entries).toHaveLength(3_333);
      expect((await log.load('e/care-plan')).entries).toHaveLength(3_333);
    });

    test('P12 a commit that errors takes with it what was handed over behind it: no log has a hole', async () => {
      const entries = chain('e/orders', 4_000);
      under.failNext('lost');
      const settled = await Promise.allSettled(
        Array.from({ length: 8 }, (_, group) =>
          append({ entries: entries.slice(500 * group, 500 * (group + 1)) }),
        ),
      );
      expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['rejected']));
      expect((await log.load('e/orders')).entries).toEqual([]);
      await append({ entries });
      expect((await log.load('e/orders')).entries).toHaveLength(4_000);
    });

    test('P25 a document loads from its newest snapshot and what came after', async () => {
      const entries = chain('e/orders', 10);
      await append({ entries });
      await snapshotAt(entries[3]!, 'older');
      await snapshotAt(entries[6]!, 'newer');
      await snapshotAt(entries[6]!, 'the same again');
      const { snapshot, entries: tail } = await log.load('e/orders');
      expect(Buffer.from(snapshot!.bytes).toString()).toBe('newer');
      expect(tail.map(({ seq }) => seq)).toEqual([8, 9, 10]);
    });

    test('P25 a damaged snapshot is passed over: an older one, or the whole log, serves as well', async () => {
      const entries = chain('e/orders', 10);
      await append({ entries });
      await snapshotAt(entries[3]!, 'older');
      await snapshotAt(entries[6]!, 'newer');
      await under.tamper(["UPDATE document_snapshots SET bytes = x'00' WHERE seq = 7"]);
      expect(await verifyLogs(under.reader, log)).toMatchObject({
        damage: [],
        snapshots: [{ document: 'e/orders', epoch: 1, seq: 7 }],
      });
      const older = await log.load('e/orders');
      expect(Buffer.from(older.snapshot!.bytes).toString()).toBe('older');
      expect(older.entries).toHaveLength(6);
      await under.tamper(["UPDATE document_snapshots SET log_hash = x'00' WHERE seq = 4"]);
      const whole = await log.load('e/orders');
      expect(whole.snapshot).toBeNull();
      expect(whole.entries).toHaveLength(10);
    });

    test.each([
      [
        'a flipped bit',
        "UPDATE document_log SET bytes = x'00000000' WHERE document = 'e/orders' AND seq = 3",
        3,
      ],
      ['another author', "UPDATE document_log SET user_id = 'x' WHERE document = 'e/orders' AND seq = 3", 3],
      ['another lease', "UPDATE document_log SET lease = 1 WHERE document = 'e/orders' AND seq = 3", 3],
      ['another time', "UPDATE document_log SET at = 'x' WHERE document = 'e/orders' AND seq = 3", 3],
      [
        'another hash',
        "UPDATE document_log SET hash = zeroblob(32) WHERE document = 'e/orders' AND seq = 3",
        3,
      ],
      ['a row taken out', "DELETE FROM document_log WHERE document = 'e/orders' AND seq = 3", 4],
    ])('P26 %s stops that document, by name and number, and no other', async (_what, sql, seq) => {
      await append({ entries: chain('e/orders', 5) });
      await append({ entries: chain('e/care-plan', 5) });
      await under.tamper([sql]);
      await expect(log.load('e/orders')).rejects.toEqual(new DamagedLog('e/orders', seq));
      await expect(log.load('e/orders')).rejects.toMatchObject({ document: 'e/orders', seq });
      expect((await log.load('e/care-plan')).entries).toHaveLength(5);
      const { damage } = await verifyLogs(under.reader, log);
      expect(damage).toEqual([{ document: 'e/orders', epoch: 1, seq }]);
    });

    test.each([
      [
        'a row',
        "INSERT INTO rescues (id, document, epoch, seq, user_id, device_id, text, at) VALUES ('r','d',1,1,'u','v','t','a')",
      ],
      ['all rows', 'DELETE FROM document_log'],
      ['a table', 'CREATE TABLE other (id TEXT)'],
    ])('P23 the reader cannot write %s', async (_what, statement) => {
      const entries = chain('e/orders', 2);
      await append({ entries });
      await expect(under.reader.run(sql.raw(statement))).rejects.toThrow(/Failed query/);
      expect(plain((await log.load('e/orders')).entries)).toEqual(plain(entries));
      await append({ entries: chain('e/orders', 1, entries[1]!) });
    });

    test('P23 a log is read in pages, from any entry on', async () => {
      const entries = chain('e/orders', 25);
      await append({ entries });
      const pages: LogEntry[] = [];
      for (let from = 1; ; from += 10) {
        const page = await log.read('e/orders', 1, from, 10);
        pages.push(...page);
        if (page.length < 10) break;
      }
      expect(plain(pages)).toEqual(plain(entries));
      expect(await log.read('e/orders', 1, 26, 10)).toEqual([]);
      expect(await log.read('e/orders', 2, 1, 10)).toEqual([]);
    });
  });
}
