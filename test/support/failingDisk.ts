import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Makes the disk of a process fail, as the test says, from outside that process. */
export interface FailingDisk {
  /** For the process whose disk it is. */
  env: Record<string, string>;
  /** From the n-th call on, so many of them (0: all until it is said otherwise). */
  fail(call: 'fsync' | 'write', error: 'EIO' | 'ENOSPC', from: number, count: number): void;
  mend(): void;
}

const source = fileURLToPath(new URL('./failingDisk.c', import.meta.url));

/** Null where it cannot be built: it needs Linux and a C compiler. */
export function failingDisk(folder: string): FailingDisk | null {
  const library = join(folder, 'failingDisk.so');
  const plan = join(folder, 'fault');
  try {
    execFileSync('gcc', ['-shared', '-fPIC', '-O2', source, '-o', library, '-ldl'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  writeFileSync(plan, '');
  return {
    env: { LD_PRELOAD: library, COCHART_DISK_FAULT: plan },
    fail: (call, error, from, count) =>
      writeFileSync(plan, `${call} ${constants.errno[error]} ${from} ${count}\n`),
    mend: () => writeFileSync(plan, ''),
  };
}
