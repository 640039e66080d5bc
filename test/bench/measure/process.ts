import { readdirSync, readFileSync } from 'node:fs';

/** CPU that a process has used so far, all its threads, ms. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // A thread that has just ended.
    }
  }
  return nanoseconds / 1e6;
}

/** Resident memory, KiB. */
export const rssKiB = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const wakes = 300;

/** Processor time that a process which mostly sleeps takes to wake up and find nothing to do, µs. */
export async function wakeUpUs(): Promise<number> {
  const before = process.cpuUsage();
  for (let wake = 0; wake < wakes; wake++) await pause(1 + (wake % 6));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / wakes;
}

/** @returns whether it came true in time */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) return false;
    await pause(5);
  }
  return true;
}

/** The share of one core that this process, the load generator, used. */
export class LoaderShare {
  readonly #cpu = process.cpuUsage();
  readonly #at = performance.now();

  /** 1 is a whole core. */
  share(): number {
    const { user, system } = process.cpuUsage(this.#cpu);
    return (user + system) / 1000 / (performance.now() - this.#at);
  }
}

/** Samples the resident memory of a process while something goes on. */
export class MemoryWatch {
  readonly #samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number, everyMs = 50) {
    const look = (): void => void this.#samples.push(rssKiB(pid));
    look();
    this.#timer = setInterval(look, everyMs);
  }

  /** KiB */
  stop(): { highest: number; last: number } {
    clearInterval(this.#timer);
    return { highest: Math.max(...this.#samples), last: this.#samples.at(-1)! };
  }
}
