/** A clock that stands still until a test moves it. */
export interface Clock {
  now(): Date;
  step(ms: number): void;
}

export function fixedClock(start = '2026-03-02T08:00:00.000Z'): Clock {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    step: (ms) => {
      at += ms;
    },
  };
}
