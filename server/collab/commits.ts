import type { LogEntry, Rescue } from '../log/documentLog.ts';
import { systemUser } from '../log/entries.ts';
import type { FanOut } from './fanOut.ts';
import type { EntryDraft, LogTail } from './logTail.ts';
import type { LostWords } from './lostRuns.ts';
import type { Peer } from './peer.ts';
import type { RescueNews } from './rescueNews.ts';

export interface CommitsDeps {
  tail: LogTail;
  fanOut: FanOut;
  rescueNews: RescueNews;
  /** What is held may not be what the log says: nobody is told anything more. */
  isDead(): boolean;
  onAppended(entries: number): void;
  /** An update is durable: before others are told. */
  onDurable(entry: LogEntry): void;
  /** The document has changed, durably. */
  onChanged(): void;
  /** Whether what was appended is durable is unknown. */
  fail(error: unknown): void;
}

/** The way of what has been accepted: into the log, then to those who read along, and to its author as an acknowledgement. */
export class Commits {
  constructor(private readonly deps: CommitsDeps) {}

  /** @param messages of the peer's, settled by this commit */
  commit(drafts: EntryDraft[], lost: LostWords[], at: string, peer: Peer, messages: number[]): void {
    const { tail, onAppended, fail } = this.deps;
    tail.append(
      drafts,
      lost,
      at,
      ({ entries, rescues }) => {
        this.#tell(entries, peer, rescues);
        this.#settle(peer, messages);
      },
      fail,
    );
    onAppended(drafts.length);
  }

  /** Appends what the server itself has to say. @throws when the log failed */
  append(drafts: EntryDraft[], at: string): Promise<void> {
    const { tail, fail } = this.deps;
    return new Promise((resolve, reject) => {
      tail.append(
        drafts,
        [],
        at,
        ({ entries }) => {
          this.#tell(entries, null, []);
          resolve();
        },
        (error) => {
          fail(error);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Messages that changed nothing are settled too, but never before what was accepted ahead of them. */
  settleAfterCommits(peer: Peer, messages: number[]): void {
    void this.deps.tail.durable.then(() => this.#settle(peer, messages));
  }

  /** All that has been appended is durable, and everybody has been told. */
  async settled(): Promise<void> {
    await this.deps.tail.durable;
    if (this.deps.isDead()) return;
    this.deps.rescueNews.flush();
    this.deps.fanOut.flush();
  }

  stop(): void {
    this.deps.fanOut.stop();
    this.deps.rescueNews.stop();
  }

  #tell(entries: LogEntry[], peer: Peer | null, rescues: Rescue[]): void {
    const { isDead, fanOut, rescueNews, onDurable, onChanged } = this.deps;
    if (isDead()) return;
    let isChanged = false;
    for (const entry of entries) {
      if (entry.kind !== 'update') continue;
      isChanged = true;
      onDurable(entry);
      fanOut.add(entry, entry.userId === systemUser ? null : peer);
    }
    rescueNews.add(rescues);
    if (isChanged) onChanged();
  }

  #settle(peer: Peer, messages: number[]): void {
    if (this.deps.isDead()) return;
    let moved = false;
    for (const message of messages) moved = peer.settlement.settle(message) || moved;
    if (moved && peer.extended) this.deps.fanOut.acknowledge(peer);
  }
}
