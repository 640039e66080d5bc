import type { Worker } from 'node:worker_threads';
import type { Batch } from '../db/batch.ts';
import type { DatabaseLocation } from '../db/location.ts';
import { startThread } from '../db/thread.ts';
import type { CommitResult, Writer } from '../db/writer.ts';
import type { ImportSources } from './importReport.ts';
import type { SourceFile } from './sourceFiles.ts';

/** An import with all that a thread of its own needs to know. */
export interface ImportJob {
  location: DatabaseLocation;
  request: ImportSources;
  files: SourceFile[];
}

export interface ImportProgressBytes {
  bytes: number;
  totalBytes: number;
}

/** What the thread says: what is to be committed, and how far it has come. */
export type WorkerSaying = { commit: Batch; id: number } | { progress: ImportProgressBytes } | { done: true };
/** What it is answered about a commit. */
export type CommitAnswer = { id: number; result: CommitResult } | { id: number; error: string };

/** Imports on a thread of its own, so that reading and checking keep nobody from charting. @throws when it fails */
export async function importOnThread(
  job: ImportJob,
  writer: Pick<Writer, 'commit'>,
  onProgress: (progress: ImportProgressBytes) => void,
): Promise<void> {
  const worker: Worker = startThread('fhir/importWorker', { workerData: job });
  // A service that stops does not wait for an import: it goes on where it was when the same is imported again.
  worker.unref();
  const answer = (said: CommitAnswer): void => worker.postMessage(said);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (saying: WorkerSaying) => {
        if ('done' in saying) return resolve();
        if ('progress' in saying) return onProgress(saying.progress);
        const { id, commit } = saying;
        writer.commit(commit).then(
          (result) => answer({ id, result }),
          (error: unknown) => answer({ id, error: error instanceof Error ? error.message : 'unknown' }),
        );
      });
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('The thread of an import has ended early.')));
    });
  } finally {
    await worker.terminate();
  }
}
