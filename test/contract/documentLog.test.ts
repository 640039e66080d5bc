import { createClient } from '@libsql/client';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Batch } from '../../server/db/batch.ts';
import { openDatabase } from '../../server/db/open.ts';
import type { Writer } from '../../server/db/writer.ts';
import { configFor, temporaryFolder } from '../support/database.ts';
import { startRemoteDatabase } from '../support/hranaServer.ts';
import { tamper } from '../support/tamper.ts';
import { documentLogSuite } from './documentLogSuite.ts';

/** A writer whose next commit can be made to error. */
function failing(writer: Writer): Writer & { failNext(what: 'lost' | 'durable'): void } {
  let next: 'lost' | 'durable' | null = null;
  const failed = new WeakSet<Batch>();
  return {
    ...writer,
    failNext: (what) => {
      next = what;
    },
    commit: async (batch, after) => {
      const what = next;
      next = null;
      if (after && failed.has(after)) throw new Error('What it was to follow has failed.');
      if (what !== null) failed.add(batch);
      if (what !== 'lost') {
        const result = await writer.commit(batch, after);
        if (what === null) return result;
      }
      // Not at once: a disk takes its time to say that it has failed.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      throw new Error('fsync: input/output error');
    },
  };
}

documentLogSuite('a document log in a file', async () => {
  const folder = await temporaryFolder();
  const config = configFor(folder);
  const database = await openDatabase(config, { serve: false });
  if (!database.ok) throw new Error(database.error);
  const writer = failing(database.value.writer);
  return {
    reader: database.value.reader,
    writer,
    failNext: (what) => writer.failNext(what),
    tamper: (statements) => tamper({ config }, statements),
    close: async () => {
      await database.value.close();
      await rm(folder, { recursive: true });
    },
  };
});

documentLogSuite('a document log on a libSQL server', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'remote.db');
  const remote = await startRemoteDatabase(file);
  const config = configFor(folder, { DATABASE_URL: remote.url });
  const database = await openDatabase(config, { serve: false });
  if (!database.ok) throw new Error(database.error);
  return {
    reader: database.value.reader,
    writer: database.value.writer,
    failNext: (what) => remote.failNext(what),
    tamper: async (statements) => {
      const client = createClient({ url: pathToFileURL(file).href });
      const { rows } = await client.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'");
      for (const { name } of rows) await client.execute(`DROP TRIGGER "${String(name)}"`);
      for (const sql of statements) await client.execute(sql);
      client.close();
    },
    close: async () => {
      await database.value.close();
      await remote.close();
      await rm(folder, { recursive: true });
    },
  };
});
