import { drizzle } from 'drizzle-orm/libsql';
import { migrate } from 'drizzle-orm/libsql/migrator';
import { parentPort, workerData } from 'node:worker_threads';
import { guardMessage, type Batch, type ChainedRow, type Statement } from './batch.ts';
import { chainHash, chainStart, type ChainHead } from './chain.ts';
import { openWriting } from './writingConnection.ts';
import type { WorkerAnswer, WorkerRequest, WriterOptions } from './writer.ts';

const { location, migrationsFolder, toStay } = workerData as WriterOptions;
const port = parentPort!;
const answer = (message: WorkerAnswer): void => port.postMessage(message);

const connection = await openWriting(
  location,
  (client) => migrate(drizzle(client), { migrationsFolder }),
  toStay,
);

let head = await readHead();

async function readHead(): Promise<ChainHead> {
  const row = await connection.first('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  return row ? { seq: Number(row.seq), hash: Buffer.from(row.hash as ArrayBuffer) } : chainStart;
}

/** Numbers and hashes the rows after `head`; gives the statements and the head they lead to. */
function stamp(rows: ChainedRow[], from: ChainHead): { statements: Statement[]; head: ChainHead } {
  let head = from;
  const statements = rows.map(({ table, row }) => {
    const hash = chainHash(head, row);
    const columns = ['seq', 'prev_hash', 'hash', ...Object.keys(row)];
    const params = [head.seq + 1, head.hash, hash, ...Object.values(row)];
    head = { seq: head.seq + 1, hash };
    return {
      sql: `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      params,
    };
  });
  return { statements, head };
}

async function commit({ statements, chained = [] }: Batch): Promise<number[]> {
  const stamped = stamp(chained, head);
  try {
    const touched = await connection.batch([...statements, ...stamped.statements]);
    head = stamped.head;
    return touched.slice(0, statements.length);
  } catch (error) {
    // An errored commit may still be durable: what the chain ends with is asked of the database, not assumed.
    head = await readHead();
    throw error;
  }
}

let queue = Promise.resolve();
/** What was to follow one of these fails as well. */
const failed = new Set<number>();

port.on('message', (request: WorkerRequest) => {
  queue = queue.then(async () => {
    if ('close' in request) {
      connection.close();
      return answer({ id: request.id, rowsAffected: [] });
    }
    try {
      const { id, batch, after } = request;
      if (after !== undefined && failed.has(after)) throw new Error('What it was to follow has failed.');
      answer({ id, rowsAffected: await commit(batch) });
    } catch (error) {
      failed.add(request.id);
      const message = error instanceof Error ? error.message : String(error);
      answer(
        message.includes(guardMessage) ? { id: request.id, stale: true } : { id: request.id, error: message },
      );
    }
  });
});

answer({ ready: true });
