import type { DocumentLog } from '../log/documentLog.ts';
import { joinStructs } from '../log/updatesInOrder.ts';
import type { HeldDocument } from './heldDocument.ts';
import type { LogTail } from './logTail.ts';

/** Entries after which an open document is folded into a snapshot. */
const foldEvery = 500;

interface FoldingDeps {
  room: string;
  log: DocumentLog;
  now(): Date;
  held: HeldDocument;
  tail: LogTail;
  /** Not between a seal and its outcome. */
  mayFold(): boolean;
  /** What is held may not be what the log says. */
  isDead(): boolean;
  onFault(error: unknown): void;
}

/** Folds a document's log so far into a snapshot, from which it opens without being read from its beginning. */
export class Folding {
  /** @param unfolded entries since the newest snapshot */
  constructor(
    private readonly deps: FoldingDeps,
    private unfolded: number,
  ) {}

  /** The log has grown by so many. */
  grew(entries: number): void {
    this.unfolded += entries;
    if (this.isDue) void this.fold();
  }

  get hasNew(): boolean {
    return this.unfolded > 0;
  }

  get isDue(): boolean {
    return this.unfolded >= foldEvery;
  }

  /** A snapshot that could not be kept is only a slower opening: it is reported, and nobody has to bear it. */
  async fold(): Promise<void> {
    try {
      await this.#fold();
    } catch (error) {
      this.deps.onFault(error);
    }
  }

  async #fold(): Promise<void> {
    const { room, log, now, held, tail, mayFold, isDead } = this.deps;
    if (isDead() || !mayFold()) return;
    this.unfolded = 0;
    const { epoch, seq, hash } = tail.head;
    const bytes = joinStructs(held.state());
    const stateVector = held.stateVector();
    await tail.durable;
    if (isDead()) return;
    await log.saveSnapshot(room, epoch, { seq, logHash: hash, bytes, stateVector }, now().toISOString());
  }
}
