import { asc, inArray, isNull } from 'drizzle-orm';
import { statement, type Batch } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import type { Writer } from '../db/writer.ts';
import type { DomainEvents } from './outbox.ts';
import { outbox } from './tables.ts';

/** An event as it is announced. At least once: who listens must bear a repetition. */
export type Delivered = {
  [E in keyof DomainEvents]: { event: E; payload: DomainEvents[E] };
}[keyof DomainEvents];

const perRound = 200;
/** Commands that write beside the service are noticed within this, ms. */
const lookEveryMs = 1_000;

/** Announces what acts have put into the outbox, in order, after their transaction. */
export class Deliverer {
  #running: Promise<void> | null = null;
  #again = false;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly reader: Reader,
    private readonly writer: Writer,
    private readonly now: () => Date,
    private readonly announce: (delivered: Delivered) => void,
    private readonly onFault: (error: unknown) => void,
  ) {
    this.#timer = setInterval(() => this.look(), lookEveryMs);
    this.#timer.unref();
  }

  /** There may be something to announce. */
  look(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = null));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#deliverPending();
      }
    } catch (error) {
      this.onFault(error);
    }
  }

  async #deliverPending(): Promise<void> {
    const rows = await this.reader
      .select()
      .from(outbox)
      .where(isNull(outbox.deliveredAt))
      .orderBy(asc(outbox.id))
      .limit(perRound);
    if (rows.length === 0) return;
    for (const { event, payload } of rows)
      this.announce({ event, payload: JSON.parse(payload) } as Delivered);
    const ids = rows.map((row) => row.id);
    const done = this.reader
      .update(outbox)
      .set({ deliveredAt: this.now().toISOString() })
      .where(inArray(outbox.id, ids));
    await this.writer.commit({ statements: [statement(done)] });
    if (rows.length === perRound) this.#again = true;
  }
}

/** A writer that says so when a commit has put something into the outbox. */
export const announcing = (writer: Writer, committed: () => void): Writer => ({
  ...writer,
  async commit(batch: Batch, after?: Batch) {
    const result = await writer.commit(batch, after);
    if (result.ok && batch.statements.some(({ sql }) => sql.startsWith('insert into "outbox"'))) committed();
    return result;
  },
});
