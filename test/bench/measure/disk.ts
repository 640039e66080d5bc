import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from './process.ts';
import { quantile } from './statistics.ts';

const pageBytes = 4_096;
const tries = 100;

/** What a durable write costs on this disk at this moment, ms: nothing durable can be acknowledged sooner. */
export async function measureDisk(): Promise<{ p50: number; p99: number }> {
  const file = join(tmpdir(), `cochart-bench-disk-${process.pid}`);
  const page = Buffer.alloc(pageBytes, 1);
  const took: number[] = [];
  const descriptor = openSync(file, 'w');
  try {
    for (let attempt = 0; attempt < tries; attempt++) {
      const startedAt = performance.now();
      writeSync(descriptor, page);
      fdatasyncSync(descriptor);
      took.push(performance.now() - startedAt);
      await pause(2);
    }
  } finally {
    closeSync(descriptor);
    unlinkSync(file);
  }
  return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) };
}
