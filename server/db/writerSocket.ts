import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Batch } from './batch.ts';
import { encodeFrame, framesOf } from './frames.ts';
import type { CommitResult, Writer } from './writer.ts';

/** The longest path a unix socket can have on every system we know (macOS: 104 with its terminator). */
const maxSocketPath = 103;

/** Where the writer listens. What is too long as an absolute path may still be short as seen from here. */
function socketPath(dataFolder: string): Result<string, string> {
  const path = join(dataFolder, 'cochart.sock');
  const shortest = [path, relative(process.cwd(), path)].find(
    (each) => Buffer.byteLength(each) <= maxSocketPath,
  );
  return shortest === undefined
    ? no(`COCHART_DATA: the path of ${path} is too long for a socket.`)
    : ok(shortest);
}

const scalar = z.union([z.string(), z.number(), z.null()]);
const request = z.object({
  id: z.number().int(),
  batch: z.object({
    statements: z.array(z.object({ sql: z.string(), params: z.array(z.unknown()) })),
    chained: z.array(z.object({ table: z.literal('audit'), row: z.record(z.string(), scalar) })).optional(),
  }),
});
const hello = z.object({ database: z.string() });
const answerToHello = z.object({ ready: z.boolean() });
const answer = z.object({
  id: z.number().int(),
  rowsAffected: z.array(z.number()).optional(),
  stale: z.boolean().optional(),
  error: z.string().optional(),
});

export interface WriterSocket {
  close(): Promise<void>;
}

/** A command beside the service: its commits join the writer's queue, and are answered as they are settled. */
class Connection {
  private readonly unsettled = new Set<Promise<void>>();
  private closing = false;

  constructor(
    private readonly socket: Socket,
    private readonly writer: Writer,
    private readonly database: string,
  ) {}

  /** @throws when the peer does not speak our frames */
  async serve(): Promise<void> {
    let greeted = false;
    for await (const message of framesOf(this.socket)) {
      if (this.closing) break;
      if (greeted) this.take(message);
      else {
        greeted = hello.parse(message).database === this.database;
        this.send({ ready: greeted });
        if (!greeted) break;
      }
      // Reading stops while much is waiting: a command cannot fill the service's memory.
      if (this.unsettled.size >= 64) await Promise.race(this.unsettled);
    }
    await Promise.all(this.unsettled);
    this.socket.end();
  }

  /** Takes no more, answers what it took, hangs up. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.unsettled);
    this.socket.destroySoon();
  }

  private take(message: unknown): void {
    const { id, batch } = request.parse(message);
    const settled = this.writer
      .commit({ statements: batch.statements, ...(batch.chained ? { chained: batch.chained } : {}) })
      .then((result) =>
        this.send(result.ok ? { id, rowsAffected: result.value.rowsAffected } : { id, stale: true }),
      )
      .catch((error: unknown) =>
        this.send({ id, error: error instanceof Error ? error.message : String(error) }),
      )
      .finally(() => this.unsettled.delete(settled));
    this.unsettled.add(settled);
  }

  private send(message: unknown): void {
    if (this.socket.writable) this.socket.write(encodeFrame(message));
  }
}

/**
 * Lets commands write through this process. Call it only while holding the lock: a socket file that is already there
 * was then left by a process that is gone.
 */
export async function listenForCommands(
  dataFolder: string,
  database: string,
  writer: Writer,
): Promise<Result<WriterSocket, string>> {
  const path = socketPath(dataFolder);
  if (!path.ok) return path;
  rmSync(path.value, { force: true });
  const connections = new Set<Connection>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection = new Connection(socket, writer, database);
    connections.add(connection);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => connections.delete(connection));
    // What a broken peer sends ends its connection, not the service.
    connection.serve().catch(() => socket.destroy());
  });
  const listening = new Promise<void>((resolve, reject) =>
    server.once('listening', resolve).once('error', reject),
  );
  // The file is made with the mask of this moment; changing its mode afterwards would leave it open for an instant.
  const mask = process.umask(0o177);
  server.listen(path.value);
  process.umask(mask);
  await listening;
  return ok({
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all([...connections].map((connection) => connection.close()));
      await closed;
    },
  });
}

/** The writer of the service that runs on this data folder; null when none listens. */
export async function connectToWriter(
  dataFolder: string,
  database: string,
): Promise<Result<Writer | null, string>> {
  const path = socketPath(dataFolder);
  if (!path.ok) return path;
  const socket = connect(path.value);
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return ok(null);
    return no(`The running service cannot be reached (${code ?? 'unknown reason'}).`);
  }
  socket.on('error', () => socket.destroy());
  const frames = framesOf(socket);
  socket.write(encodeFrame({ database }));
  const first = await frames.next().catch(() => ({ done: true as const, value: undefined }));
  if (first.done) return ok(null);
  if (!answerToHello.parse(first.value).ready) {
    socket.destroy();
    return no('The service running on this data folder uses another database; set the same DATABASE_URL.');
  }
  return ok(writerOver(socket, frames));
}

type Waiter = { resolve: (result: CommitResult) => void; reject: (error: Error) => void };

function writerOver(socket: Socket, frames: AsyncIterable<unknown>): Writer {
  const waiting = new Map<number, Waiter>();
  let lastId = 0;
  let failure: Error | null = null;

  const receive = async (): Promise<void> => {
    for await (const message of frames) {
      const { id, rowsAffected, stale, error } = answer.parse(message);
      const waiter = waiting.get(id);
      waiting.delete(id);
      if (error !== undefined) waiter?.reject(new Error(error));
      else waiter?.resolve(stale ? no('stale') : ok({ rowsAffected: rowsAffected ?? [] }));
    }
  };
  const ended = receive()
    .catch(() => undefined)
    .then(() => {
      failure = new Error('The running service has closed the connection.');
      for (const { reject } of waiting.values()) reject(failure);
      waiting.clear();
    });

  const handedOver = new WeakMap<Batch, Promise<CommitResult>>();
  const send = async (batch: Batch): Promise<CommitResult> => {
    if (failure) throw failure;
    const id = ++lastId;
    const frame = encodeFrame({ id, batch });
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.write(frame);
    });
  };

  const follow = async (batch: Batch, before: Promise<CommitResult> | undefined): Promise<CommitResult> => {
    if (!before) throw new Error('What it was to follow was never handed over.');
    await before;
    return send(batch);
  };

  return {
    commit: (batch, after) => {
      const committed = after === undefined ? send(batch) : follow(batch, handedOver.get(after));
      handedOver.set(batch, committed);
      return committed;
    },
    close: async () => {
      // The other side answers what it has been given before it hangs up.
      socket.end();
      await ended;
    },
  };
}
