import type { ContenderName } from './contenders/contender.ts';
import type { Ratio } from './measure/statistics.ts';

/** What the requirement says of a measure, and what was found. */
export interface Target {
  measure: string;
  must: string;
  found: string;
  met: boolean;
}

/** What every question is given, and where it puts what it finds besides its tables. */
export interface Bench {
  /** Small sizes, once: to see that everything works, not to measure. */
  quick: boolean;
  repetitions: number;
  /** Progress, for who waits. */
  say(text: string): void;
  /** The measurement itself cannot be trusted, and why. */
  problem(text: string): void;
  /** Something to know when reading the numbers. */
  remark(text: string): void;
  target(target: Target): void;
}

/** A question and its answer in Markdown. */
export interface BenchQuestion {
  title: string;
  ask(bench: Bench): Promise<string>;
}

/** A core that is busier than this has no time to look at its watch. */
export const busy = 0.8;

/** Servers in another order each time, so that none is always measured after the same other one. */
export const turned = <T>(list: readonly T[], by: number): T[] => {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
};

/** One value for each repetition, by server. */
export class Series {
  readonly #values = new Map<string, number[]>();

  add(server: ContenderName, measure: string, value: number): void {
    const key = `${server}\n${measure}`;
    this.#values.set(key, [...(this.#values.get(key) ?? []), value]);
  }

  of(server: ContenderName, measure: string): number[] {
    return this.#values.get(`${server}\n${measure}`) ?? [];
  }
}

export const isAtMost = (ratio: Ratio, limit: number): boolean => ratio.median <= limit;
