import { eq, max } from 'drizzle-orm';
import { registry } from '../../shared/documents/registry.ts';
import type { DocumentKind } from '../../shared/documents/room.ts';
import type { Reader } from '../db/reader.ts';
import { noEntryHash } from '../log/hash.ts';
import { documentLog } from '../log/tables.ts';
import { rootOf } from './content.ts';
import { DocumentHistory } from './documentHistory.ts';
import { readEntries } from './readLog.ts';

/** Entries read and folded at a time: between two of them, others have their turn. */
const pageEntries = 500;
/** How much folded history is kept, in entries of about 110 bytes; the document last asked for stays whatever its size. */
const maxKeptEntries = 500_000;
const maxKept = 24;
/** Nobody looks back any more: all of it goes. */
const idleMs = 10 * 60_000;

interface Kept {
  epoch: number;
  history: DocumentHistory;
  /** The hash of the last entry that is folded in. */
  hash: Buffer;
  /** Readers wait for each other: a fold is extended by one of them at a time. */
  busy: Promise<unknown>;
}

/**
 * Histories of documents, folded from their logs when they are asked for and kept while they are in use. One that was
 * asked for again only reads what came since. None of it lives in a live document.
 */
export class Histories {
  /** The last one asked for stands last. */
  readonly #kept = new Map<string, Kept>();
  #rest: NodeJS.Timeout | null = null;

  constructor(private readonly reader: Reader) {}

  get size(): number {
    return this.#kept.size;
  }

  /**
   * A document's history up to the end of its log.
   * @throws DamagedLog
   */
  async open(room: string, kind: DocumentKind): Promise<DocumentHistory> {
    const epoch = await this.#epochOf(room);
    let kept = this.#kept.get(room);
    if (kept?.epoch !== epoch) {
      const history = new DocumentHistory(registry[kind].roots, rootOf[kind]);
      kept = { epoch, history, hash: noEntryHash, busy: Promise.resolve() };
    }
    this.#kept.delete(room);
    this.#kept.set(room, kept);
    const mine = kept;
    const extended = mine.busy.then(() => this.#extend(room, mine));
    mine.busy = extended.catch(() => this.#forget(room, mine));
    await extended;
    this.#makeRoom();
    this.#goLater();
    return mine.history;
  }

  async #extend(room: string, kept: Kept): Promise<void> {
    for (;;) {
      const { history, epoch, hash } = kept;
      const page = await readEntries(
        this.reader,
        { document: room, epoch },
        { seq: history.seq, hash },
        pageEntries,
      );
      history.append(page);
      kept.hash = page.at(-1)?.hash ?? hash;
      if (page.length < pageEntries) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #forget(room: string, kept: Kept): void {
    if (this.#kept.get(room) === kept) this.#kept.delete(room);
  }

  #goLater(): void {
    if (this.#rest) clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#kept.clear(), idleMs);
    this.#rest.unref();
  }

  #makeRoom(): void {
    let entries = [...this.#kept.values()].reduce((sum, { history }) => sum + history.seq, 0);
    for (const [room, { history }] of this.#kept) {
      if (this.#kept.size <= 1 || (entries <= maxKeptEntries && this.#kept.size <= maxKept)) return;
      this.#kept.delete(room);
      entries -= history.seq;
    }
  }

  async #epochOf(room: string): Promise<number> {
    const [newest] = await this.reader
      .select({ epoch: max(documentLog.epoch) })
      .from(documentLog)
      .where(eq(documentLog.document, room));
    return newest?.epoch ?? 1;
  }
}
