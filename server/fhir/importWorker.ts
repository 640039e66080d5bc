import { parentPort, workerData } from 'node:worker_threads';
import { openReader } from '../db/reader.ts';
import type { CommitResult, Writer } from '../db/writer.ts';
import { importSources } from './importFiles.ts';
import type { CommitAnswer, ImportJob, ImportProgressBytes, WorkerSaying } from './importThread.ts';

/** Often enough for a screen, ms. */
const saysEveryMs = 250;

const { location, request, files } = workerData as ImportJob;
const port = parentPort!;
const say = (saying: WorkerSaying): void => port.postMessage(saying);

type Waiter = { resolve: (result: CommitResult) => void; reject: (error: Error) => void };
const waiting = new Map<number, Waiter>();
let lastId = 0;
port.on('message', (answer: CommitAnswer) => {
  const waiter = waiting.get(answer.id);
  waiting.delete(answer.id);
  if ('error' in answer) waiter?.reject(new Error(answer.error));
  else waiter?.resolve(answer.result);
});

/** There is one writer; the thread that serves has it. */
const writer: Pick<Writer, 'commit'> = {
  commit: (commit) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      say({ commit, id });
    }),
};

const reader = await openReader(location);
let saidAt = 0;
await importSources({ reader, writer, now: () => new Date() }, { ...request, onProgress }, files);
reader.close();
say({ done: true });
port.close();

function onProgress({ bytes, totalBytes }: ImportProgressBytes): void {
  if (performance.now() - saidAt < saysEveryMs) return;
  saidAt = performance.now();
  say({ progress: { bytes, totalBytes } });
}
