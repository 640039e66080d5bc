import { no, ok, type Result } from '../../shared/wire/result.ts';

const windowMs = 5 * 60_000;

/**
 * Failed tries that one window takes. One person at one address is stopped early; the other two are wide, because
 * whoever could use them up by guessing could lock a colleague, or a whole ward behind one address, out.
 */
const limits = { pair: 10, username: 100, address: 300 };

/** More keys than this at once are an attack; the oldest are then let go. */
const mostKeys = 50_000;

/** A try that is under way. It counts as failed until it has succeeded, so that tries in parallel count too. */
export interface Try {
  succeeded(): void;
}

export interface Throttle {
  /** Refuses with how long to wait, ms. */
  begin(username: string, address: string): Result<Try, number>;
}

/** Counts failed tries, in memory, per user name and address. */
export function createThrottle(now: () => Date): Throttle {
  const failures = new Map<string, number[]>();

  const recent = (key: string, at: number): number[] =>
    (failures.get(key) ?? []).filter((then) => at - then < windowMs);

  const keep = (key: string, tries: number[]): void => {
    failures.delete(key);
    if (tries.length > 0) failures.set(key, tries);
    for (const oldest of failures.keys()) {
      if (failures.size <= mostKeys) break;
      failures.delete(oldest);
    }
  };

  return {
    begin(username, address) {
      const at = now().getTime();
      const counted = [
        { key: `pair ${address} ${username}`, limit: limits.pair },
        { key: `username ${username}`, limit: limits.username },
        { key: `address ${address}`, limit: limits.address },
      ];
      for (const { key, limit } of counted) {
        const tries = recent(key, at);
        if (tries.length >= limit) return no(tries[tries.length - limit]! + windowMs - at);
      }
      for (const { key } of counted) keep(key, [...recent(key, at), at]);
      return ok({
        succeeded() {
          const [pair, ...others] = counted;
          failures.delete(pair!.key);
          for (const { key } of others) {
            const tries = failures.get(key) ?? [];
            const own = tries.indexOf(at);
            if (own >= 0) keep(key, tries.toSpliced(own, 1));
          }
        },
      });
    },
  };
}
