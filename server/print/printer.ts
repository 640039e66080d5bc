import { availableParallelism } from 'node:os';
import type { Worker } from 'node:worker_threads';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { startThread } from '../db/thread.ts';
import type { Printing } from './chartPdf.ts';
import type { PrintedChart } from './printedChart.ts';

/** All that is needed to draw a chart. */
export interface PrintJob {
  chart: PrintedChart;
  printing: Printing;
}

/** Draws charts on threads of their own: while one is laid out, everybody else charts on. */
export interface Printer {
  /**
   * `prepare` is asked when it is this chart's turn. Refused when too many wait already, or when `signal` says that
   * whoever asked is gone.
   * @throws when the drawing failed; the next one begins anew
   */
  print(
    prepare: () => Promise<PrintJob>,
    signal: AbortSignal,
  ): Promise<Result<Uint8Array<ArrayBuffer>, 'busy' | 'left'>>;
}

/** One processor is left to the service itself. */
const mostAtOnce = Math.max(1, Math.min(2, availableParallelism() - 1));
/** At a second each, nobody waits longer than a browser does. */
const mostWaiting = 8;
/** Far more than the heaviest chart takes; a runaway drawing ends there, and alone, MiB. */
const mostMemory = 512;

const startDrawing = (job: PrintJob): Worker =>
  startThread('print/printWorker', {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: mostMemory },
  });

export function openPrinter({
  start = startDrawing,
  atOnce = mostAtOnce,
  waiting = mostWaiting,
} = {}): Printer {
  let drawing = 0;
  const queue: (() => void)[] = [];

  /** Whether it came to one's turn; it does not for who has left. */
  const turn = (signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const begin = (): void => {
        signal.removeEventListener('abort', leave);
        drawing++;
        resolve(true);
      };
      const leave = (): void => {
        queue.splice(queue.indexOf(begin), 1);
        resolve(false);
      };
      if (drawing < atOnce) return begin();
      queue.push(begin);
      signal.addEventListener('abort', leave, { once: true });
    });

  return {
    async print(prepare, signal) {
      if (signal.aborted) return no('left');
      if (queue.length >= waiting) return no('busy');
      if (!(await turn(signal))) return no('left');
      try {
        const job = await prepare();
        return signal.aborted ? no('left') : await drawn(start(job), signal);
      } finally {
        drawing--;
        queue.shift()?.();
      }
    },
  };
}

async function drawn(worker: Worker, signal: AbortSignal): Promise<Result<Uint8Array<ArrayBuffer>, 'left'>> {
  const leave = (): void => void worker.terminate();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', (bytes: Uint8Array<ArrayBuffer>) => resolve(ok(bytes)));
      worker.once('error', (cause) => reject(new Error('A chart could not be drawn.', { cause })));
      worker.once('exit', () =>
        signal.aborted ? resolve(no('left')) : reject(new Error('The drawing of a chart has ended early.')),
      );
    });
  } finally {
    signal.removeEventListener('abort', leave);
    await worker.terminate();
  }
}
