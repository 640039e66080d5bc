import { createClient, type Client, type InValue, type ResultSet, type Transaction } from '@libsql/client';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const value = z.discriminatedUnion('type', [
  z.object({ type: z.literal('null') }),
  z.object({ type: z.literal('integer'), value: z.string() }),
  z.object({ type: z.literal('float'), value: z.number() }),
  z.object({ type: z.literal('text'), value: z.string() }),
  z.object({ type: z.literal('blob'), base64: z.string() }),
]);
const stmt = z.object({
  sql: z.string().optional(),
  sql_id: z.number().optional(),
  args: z.array(value).default([]),
});
type Condition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and' | 'or'; conds: Condition[] }
  | { type: 'is_autocommit' };
const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.object({ type: z.enum(['ok', 'error']), step: z.number() }),
    z.object({ type: z.literal('not'), cond: condition }),
    z.object({ type: z.enum(['and', 'or']), conds: z.array(condition) }),
    z.object({ type: z.literal('is_autocommit') }),
  ]),
);
const step = z.object({ condition: condition.optional(), stmt });
const pipeline = z.object({
  requests: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('execute'), stmt }),
      z.object({ type: z.literal('batch'), batch: z.object({ steps: z.array(step) }) }),
      z.object({ type: z.literal('sequence'), sql: z.string().optional(), sql_id: z.number().optional() }),
      z.object({ type: z.literal('store_sql'), sql_id: z.number(), sql: z.string() }),
      z.object({ type: z.literal('close_sql'), sql_id: z.number() }),
      z.object({ type: z.literal('get_autocommit') }),
      z.object({ type: z.literal('close') }),
    ]),
  ),
});
type Stmt = z.infer<typeof stmt>;
type Request = z.infer<typeof pipeline>['requests'][number];

export interface RemoteDatabase {
  /** For DATABASE_URL. */
  url: string;
  /** What answers a batch next: an error although it was done, or an error and nothing done. */
  failNext(what: 'lost' | 'durable'): void;
  close(): Promise<void>;
}

/**
 * A libSQL server as far as its HTTP protocol goes (Hrana 2, JSON), over the embedded library: one connection, one
 * pipeline at a time, every stream closed by the request that opened it.
 */
export async function startRemoteDatabase(file: string): Promise<RemoteDatabase> {
  const client = createClient({ url: pathToFileURL(file).href, concurrency: 1 });
  let queue: Promise<unknown> = Promise.resolve();
  let failing: 'lost' | 'durable' | null = null;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isPipeline = request.method === 'POST' && /^\/v[23]\/pipeline$/.test(request.url ?? '');
    if (!isPipeline) return void response.writeHead(request.url === '/v2' ? 200 : 404).end();
    const { requests } = pipeline.parse(JSON.parse(await textOf(request)));
    const isBatch = requests.some(({ type }) => type === 'batch');
    const failure = isBatch ? failing : null;
    if (isBatch) failing = null;
    if (failure === 'lost') return void response.writeHead(502).end('The way to the database is broken.');
    const turn = queue.then(() => new Stream(client).run(requests));
    queue = turn.catch(() => undefined);
    const results = await turn;
    if (failure === 'durable') return void response.writeHead(502).end('The way back is broken.');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ baton: null, base_url: null, results }));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failNext: (what) => {
      failing = what;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      client.close();
    },
  };
}

const nothing = { columns: [], columnTypes: [], rows: [], rowsAffected: 0, lastInsertRowid: undefined };

class Stream {
  readonly #sql = new Map<number, string>();
  #transaction: Transaction | null = null;
  #takesWrites = true;

  constructor(private readonly client: Client) {}

  async run(requests: readonly Request[]): Promise<object[]> {
    const results: object[] = [];
    for (const request of requests) {
      try {
        results.push({ type: 'ok', response: await this.#one(request) });
      } catch (error) {
        results.push({ type: 'error', error: wireError(error) });
      }
    }
    this.#transaction?.close();
    await this.#takeWrites(true);
    return results;
  }

  async #takeWrites(may: boolean): Promise<void> {
    if (may === this.#takesWrites) return;
    await this.client.execute(`PRAGMA query_only = ${may ? 'OFF' : 'ON'}`);
    this.#takesWrites = may;
  }

  async #one(request: Request): Promise<object> {
    switch (request.type) {
      case 'execute':
        return { type: 'execute', result: await this.#execute(request.stmt) };
      case 'batch':
        return { type: 'batch', result: await this.#batch(request.batch.steps) };
      case 'sequence':
        await this.client.executeMultiple(this.#text(request));
        return { type: 'sequence' };
      case 'store_sql':
        this.#sql.set(request.sql_id, request.sql);
        return { type: 'store_sql' };
      case 'close_sql':
        this.#sql.delete(request.sql_id);
        return { type: 'close_sql' };
      case 'get_autocommit':
        return { type: 'get_autocommit', is_autocommit: this.#transaction === null };
      case 'close':
        return { type: 'close' };
    }
  }

  async #batch(steps: readonly z.infer<typeof step>[]): Promise<object> {
    const done: (object | null)[] = [];
    const failed: (object | null)[] = [];
    const holds = (cond: Condition): boolean => {
      switch (cond.type) {
        case 'ok':
          return done[cond.step] !== null;
        case 'error':
          return failed[cond.step] !== null;
        case 'not':
          return !holds(cond.cond);
        case 'and':
          return cond.conds.every(holds);
        case 'or':
          return cond.conds.some(holds);
        case 'is_autocommit':
          return this.#transaction === null;
      }
    };
    for (const [index, each] of steps.entries()) {
      done[index] = null;
      failed[index] = null;
      if (each.condition && !holds(each.condition)) continue;
      try {
        done[index] = await this.#execute(each.stmt);
      } catch (error) {
        failed[index] = wireError(error);
      }
    }
    return { step_results: done, step_errors: failed };
  }

  async #execute(given: Stmt): Promise<object> {
    const sql = this.#text(given);
    const mode = /^\s*BEGIN (?:TRANSACTION )?(\w+)/i.exec(sql)?.[1]?.toUpperCase();
    if (mode !== undefined) {
      // The embedded library takes the word and lets writes through; a server does not.
      if (mode === 'READONLY') await this.#takeWrites(false);
      this.#transaction = await this.client.transaction(mode === 'IMMEDIATE' ? 'write' : 'deferred');
      return toWire(nothing);
    }
    const transaction = this.#transaction;
    if (transaction && /^\s*(COMMIT|ROLLBACK)/i.test(sql)) {
      this.#transaction = null;
      await (/COMMIT/i.test(sql) ? transaction.commit() : transaction.rollback());
      await this.#takeWrites(true);
      return toWire(nothing);
    }
    const args = given.args.map(fromWire);
    return toWire(await (transaction ?? this.client).execute({ sql, args }));
  }

  #text({ sql, sql_id }: { sql?: string | undefined; sql_id?: number | undefined }): string {
    const text = sql ?? (sql_id === undefined ? undefined : this.#sql.get(sql_id));
    if (text === undefined) throw new Error('There is no such SQL.');
    return text;
  }
}

function fromWire(given: z.infer<typeof value>): InValue {
  switch (given.type) {
    case 'null':
      return null;
    case 'integer':
      return BigInt(given.value);
    case 'blob':
      return Buffer.from(given.base64, 'base64');
    default:
      return given.value;
  }
}

const cell = (given: unknown): object => {
  if (given === null || given === undefined) return { type: 'null' };
  if (typeof given === 'string') return { type: 'text', value: given };
  if (typeof given === 'bigint') return { type: 'integer', value: String(given) };
  if (typeof given === 'number')
    return Number.isInteger(given)
      ? { type: 'integer', value: String(given) }
      : { type: 'float', value: given };
  return { type: 'blob', base64: Buffer.from(given as ArrayBuffer).toString('base64') };
};

const toWire = ({
  columns,
  columnTypes,
  rows,
  rowsAffected,
  lastInsertRowid,
}: Omit<ResultSet, 'toJSON'>): object => ({
  cols: columns.map((name, index) => ({ name, decltype: columnTypes[index] || null })),
  rows: rows.map((row) => columns.map((_, index) => cell(row[index]))),
  affected_row_count: rowsAffected,
  last_insert_rowid: lastInsertRowid === undefined ? null : String(lastInsertRowid),
});

const wireError = (error: unknown): object => ({
  message: error instanceof Error ? error.message : String(error),
  code: (error as { code?: string }).code ?? null,
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
