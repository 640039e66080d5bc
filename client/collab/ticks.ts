export interface Clock {
  now: () => number;
  after: (ms: number, run: () => void) => () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Until the next multiple of `everyMs`. All who wait for a tick are painted in one frame: the text of several documents,
 * and the carets with it.
 */
export const untilTick = (now: number, everyMs: number): number => everyMs - (now % everyMs);
