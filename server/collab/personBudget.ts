/**
 * New client ids that one person may bring into a document: at once, and one more every so often. A page has a new id
 * each time it is loaded, so honest devices bring a few an hour, all day long; the first sync after a long time
 * offline brings one for every time its page was loaded there. An id costs memory, and a row once something is
 * written. What has been used up comes back with time: a total for good would end an honest day's work. It is counted
 * by person, for a device is known by a cookie, which a client can leave out.
 */
export const announcing = { atOnce: 32, everyMs: 15_000 };
export const writing = { atOnce: 1_000, everyMs: 1_000 };

/**
 * Refused updates that are kept of one person, in KiB, over all of their connections: whoever comes again and again to be
 * refused would fill the disk.
 */
export const keeping = { atOnce: 64 * 1024, everyMs: 1_000 };

type Rate = { atOnce: number; everyMs: number };

/** How much each person may still bring. Takes the clock as a value, ms. */
export class PersonBudget {
  readonly #left = new Map<string, { count: number; at: number }>();

  constructor(private readonly rate: Rate) {}

  /** @returns false when it is more than may be brought now; then none is counted */
  take(userId: string, count: number, now: number): boolean {
    const { atOnce, everyMs } = this.rate;
    const before = this.#left.get(userId) ?? { count: atOnce, at: now };
    const left = Math.min(atOnce, before.count + Math.max(0, now - before.at) / everyMs) - count;
    if (left < 0) return false;
    this.#left.set(userId, { count: left, at: now });
    return true;
  }
}
