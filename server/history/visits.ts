/** Stepping through a history is one visit to it, while no pause is longer than this. */
const visitMs = 10 * 60_000;
const maxVisits = 10_000;

/** Which session has lately been in which document's history, so that a visit is in the audit trail once. */
export class Visits {
  readonly #until = new Map<string, number>();

  /** `record` is done, and durable, before the first look of a visit. */
  async enter(sessionId: string, room: string, at: Date, record: () => Promise<unknown>): Promise<void> {
    const visit = `${sessionId} ${room}`;
    const now = at.getTime();
    if ((this.#until.get(visit) ?? 0) < now) await record();
    this.#until.delete(visit);
    this.#until.set(visit, now + visitMs);
    const [oldest] = this.#until.keys();
    if (this.#until.size > maxVisits && oldest !== undefined) this.#until.delete(oldest);
  }
}
