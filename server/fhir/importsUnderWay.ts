import type { Deps } from '../deps.ts';
import { importOnThread, type ImportProgressBytes } from './importThread.ts';
import type { ImportSources } from './importReport.ts';
import type { SourceFile } from './sourceFiles.ts';

/** Imports that people have sent and that wait for their turn, or are being done. */
export interface ImportsUnderWay {
  /** Whether no more can be taken just now. */
  isFull(): boolean;
  /** How far a run has come; null for one that nothing is done about here. */
  progressOf(importId: string): ImportProgressBytes | null;
  /** Does it when it is its turn, and calls `then` whatever came of it. */
  begin(importId: string, request: ImportSources, file: SourceFile, then: () => Promise<void>): void;
}

/** Each keeps a file on the disk and whoever sent it waiting. */
const mostAtOnce = 4;

/** One after another: two would only take turns at the one writer. */
export function importsUnderWay({ config, writer, logger }: Deps): ImportsUnderWay {
  const progress = new Map<string, ImportProgressBytes>();
  let last = Promise.resolve();

  async function carryOut(importId: string, request: ImportSources, file: SourceFile): Promise<void> {
    const job = { location: config.database, request, files: [file] };
    try {
      await importOnThread(job, writer, (now) => progress.set(importId, now));
    } catch (error) {
      logger.error({ err: error, importId }, 'an import was cut off');
    } finally {
      progress.delete(importId);
    }
  }

  return {
    isFull: () => progress.size >= mostAtOnce,
    progressOf: (importId) => progress.get(importId) ?? null,
    begin(importId, request, file, then) {
      progress.set(importId, { bytes: 0, totalBytes: file.bytes });
      last = last
        .then(() => carryOut(importId, request, file))
        .then(then)
        .catch((error: unknown) => logger.error({ err: error, importId }, 'an upload could not be removed'));
    },
  };
}
