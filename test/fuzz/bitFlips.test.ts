import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditRow, nobody } from '../../server/audit/trail.ts';
import { verifyAudit } from '../../server/audit/verify.ts';
import { openDatabase } from '../../server/db/open.ts';
import { openReader, type Reader } from '../../server/db/reader.ts';
import { DamagedLog, type LogEntry } from '../../server/log/documentLog.ts';
import { entryAfter, noEntry } from '../../server/log/entries.ts';
import { libsqlLog } from '../../server/log/libsqlLog.ts';
import { verifyLogs } from '../../server/log/verify.ts';
import { configFor, temporaryFolder } from '../support/database.ts';
import { Random } from '../support/random.ts';
import { forSeeds } from '../support/seeds.ts';

const document = 'e/orders';
const other = 'e/care-plan';
const entryCount = 40;
const at = '2026-03-02T08:00:00.000Z';
const noWriter = { commit: () => Promise.reject(new Error('only read')), close: async () => {} };

let folder: string;
let pristine: Buffer;
let copy: string;
const written = new Map<string, LogEntry[]>();
const auditDetails: string[] = [];

const chain = (name: string, random: Random): LogEntry[] => {
  const entries: LogEntry[] = [];
  let head: LogEntry | typeof noEntry = noEntry;
  for (let index = 0; index < entryCount; index++) {
    const bytes = Buffer.from(Array.from({ length: 120 }, () => random.below(256)));
    const entry: LogEntry = entryAfter(head, {
      document: name,
      kind: 'update',
      lease: 7,
      at,
      bytes,
      userId: 'nurse',
      deviceId: 'tablet',
    });
    entries.push(entry);
    head = entry;
  }
  return entries;
};

beforeAll(async () => {
  folder = await temporaryFolder();
  const config = configFor(folder);
  const opened = await openDatabase(config, { serve: false });
  if (!opened.ok) throw new Error(opened.error);
  const { reader, writer, close } = opened.value;
  const log = libsqlLog(reader, writer);
  const random = new Random(1);
  for (const name of [document, other]) {
    written.set(name, chain(name, random));
    await log.append({ entries: written.get(name)! });
  }
  for (let index = 0; index < entryCount; index++) {
    const marker = `detail-${String(random.below(2 ** 31)).padStart(10, '0')}-${index}`;
    auditDetails.push(marker);
    const row = { action: 'document:read', outcome: 'success', actor: nobody, at: new Date(at) } as const;
    await writer.commit({ statements: [], chained: [auditRow({ ...row, entity: marker })] });
  }
  await close();
  pristine = await readFile(fileURLToPath(config.database.url));
  copy = join(folder, 'copy.db');
});
afterAll(() => rm(folder, { recursive: true }));

/** Opens a copy of the database in which one bit is not what it was. */
async function withFlip(byte: number, bit: number, look: (reader: Reader) => Promise<void>): Promise<void> {
  const flipped = Buffer.from(pristine);
  flipped[byte] = flipped[byte]! ^ (1 << bit);
  for (const leftover of ['-wal', '-shm']) await rm(copy + leftover, { force: true });
  await writeFile(copy, flipped);
  const reader = await openReader({ url: pathToFileURL(copy).href });
  try {
    await look(reader);
  } finally {
    reader.close();
  }
}

describe('one flipped bit in a copy of the database', () => {
  it('in an entry of a log is found by the loader and by the verifier; the other document is served', async () => {
    const tried = await forSeeds({ count: 150 }, async (random) => {
      const entry = random.pick(written.get(document)!);
      const at_ = pristine.indexOf(entry.bytes);
      expect(at_).toBeGreaterThan(0);
      await withFlip(at_ + random.below(entry.bytes.length), random.below(8), async (reader) => {
        const log = libsqlLog(reader, noWriter);
        await expect(log.load(document)).rejects.toEqual(new DamagedLog(document, entry.seq));
        expect((await log.load(other)).entries).toHaveLength(entryCount);
        expect((await verifyLogs(reader, log)).damage).toEqual([{ document, epoch: 1, seq: entry.seq }]);
      });
    });
    expect(tried).toBeGreaterThan(0);
  });

  it('in a row of the audit trail is found by the verifier', async () => {
    const tried = await forSeeds({ count: 80 }, async (random) => {
      const marker = Buffer.from(random.pick(auditDetails));
      await withFlip(
        pristine.indexOf(marker) + random.below(marker.length),
        random.below(7),
        async (reader) => {
          expect((await verifyAudit(reader)).damage.length).toBeGreaterThan(0);
        },
      );
    });
    expect(tried).toBeGreaterThan(0);
  });

  it('anywhere never makes the service show altered text', async () => {
    let served = 0;
    const tried = await forSeeds({ count: 150 }, async (random) => {
      await withFlip(random.below(pristine.length), random.below(8), async (reader) => {
        for (const name of [document, other]) {
          const loaded = await libsqlLog(reader, noWriter)
            .load(name)
            .catch(() => null);
          if (loaded === null || loaded.entries.length === 0) continue;
          served++;
          const texts = loaded.entries.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
          const original = written.get(name)!.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
          expect(texts).toEqual(original.slice(0, texts.length));
        }
      }).catch((error: unknown) => {
        // A file that SQLite cannot open is served to nobody.
        if (!/SQLITE|Failed query/.test(String(error))) throw error;
      });
    });
    expect(served).toBeGreaterThan(tried / 2);
  });
});
