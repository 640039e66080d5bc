import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { Batch } from './batch.ts';
import type { DatabaseLocation } from './location.ts';
import { startThread } from './thread.ts';

/** What a commit gives back: rows touched by each statement, or that a guard found something changed meanwhile. */
export type CommitResult = Result<{ rowsAffected: number[] }, 'stale'>;

/** The only way to write. Batches are committed whole, in the order in which they were handed over. */
export interface Writer {
  /**
   * @param after one that was handed over before: if that fails, this fails too, and nothing of it is written
   * @throws when the database failed; whether the batch is durable is then unknown
   */
  commit(batch: Batch, after?: Batch): Promise<CommitResult>;
  close(): Promise<void>;
}

export type WorkerRequest =
  { id: number; batch: Batch; after: number | undefined } | { id: number; close: true };
export type WorkerAnswer =
  | { ready: true }
  | { id: number; rowsAffected: number[] }
  | { id: number; stale: true }
  | { id: number; error: string };

export interface WriterOptions {
  location: DatabaseLocation;
  migrationsFolder: string;
  /** It writes for as long as a service runs, not for a command. */
  toStay: boolean;
}

/** Starts the writer's thread, which migrates the database and then owns its only writing connection. */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const worker = startThread('db/writerWorker', { workerData: options });
  const waiting = new Map<
    number,
    { resolve: (result: CommitResult) => void; reject: (error: Error) => void }
  >();
  let lastId = 0;
  let failure: Error | null = null;

  const failAll = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (answer: WorkerAnswer) => {
      if ('ready' in answer) return resolve();
      const waiter = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (!waiter) return;
      if ('error' in answer) waiter.reject(new Error(answer.error));
      else if ('stale' in answer) waiter.resolve(no('stale'));
      else waiter.resolve(ok({ rowsAffected: answer.rowsAffected }));
    });
    worker.on('error', (error) => {
      reject(error);
      failAll(error as Error);
    });
    worker.on('exit', () => {
      reject(new Error('The database writer did not start.'));
      failAll(new Error('The database writer has stopped.'));
    });
  });

  const send = (request: (id: number) => WorkerRequest): Promise<CommitResult> => {
    if (failure) return Promise.reject(failure);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage(request(id));
    });
  };

  const ids = new WeakMap<Batch, number>();
  return {
    commit: async (batch, after) => {
      const before = after && ids.get(after);
      if (after && before === undefined) throw new Error('What it was to follow was never handed over.');
      return send((id) => {
        ids.set(batch, id);
        return { id, batch, after: before };
      });
    },
    close: async () => {
      if (failure) return;
      await send((id) => ({ id, close: true }));
      await worker.terminate();
    },
  };
}
