import * as Y from 'yjs';
import type { LogEntry } from '../log/documentLog.ts';

/** When each struct came into the log, as far as the entries that were read say; earlier ones are in a snapshot. */
export class EntryTimes {
  readonly #spans = new Map<number, { from: number; to: number; at: string }[]>();

  constructor(entries: readonly LogEntry[]) {
    for (const entry of entries) if (entry.kind === 'update') this.add(entry);
  }

  add({ bytes, at }: Pick<LogEntry, 'bytes' | 'at'>): void {
    const { from, to } = Y.parseUpdateMeta(bytes);
    for (const [client, start] of from) {
      const spans = this.#spans.get(client) ?? [];
      spans.push({ from: start, to: to.get(client) ?? start, at });
      this.#spans.set(client, spans);
    }
  }

  /** ISO instant, or null for what is older than the entries at hand. */
  of({ client, clock }: { client: number; clock: number }): string | null {
    return this.#spans.get(client)?.findLast(({ from, to }) => clock >= from && clock < to)?.at ?? null;
  }
}
