import type { DocumentLease, DocumentLog, LogEntry, Rescue } from '../log/documentLog.ts';
import { entryAfter, type EntryAuthor } from '../log/entries.ts';
import type { DocumentHead } from '../log/fold.ts';
import type { EntryKind } from '../log/tables.ts';
import type { Leases } from './leases.ts';

/** What an entry says, before it has a place. */
export interface EntryDraft {
  kind: EntryKind;
  author: EntryAuthor;
  lease: number | null;
  bytes: Uint8Array;
}

export interface Appended {
  entries: LogEntry[];
  rescues: Rescue[];
}

const nothing: Rescue[] = [];

/** A group that its commit has not taken yet, and who wants to hear of it. */
interface OpenGroup {
  entries: LogEntry[];
  leases: DocumentLease[];
  rescues: Rescue[];
  concerned: { isDurable: () => void; failed: (error: unknown) => void }[];
}

/** The growing end of one document's log: gives entries their places and makes them durable, in order. */
export class LogTail {
  #head: DocumentHead;
  #durable: Promise<void> = Promise.resolve();
  /** What is appended while it waits goes into the same commit. */
  #open: OpenGroup | null = null;
  #underWay = 0;
  readonly #room: string;
  readonly #log: DocumentLog;
  readonly #leases: Leases;

  constructor(room: string, log: DocumentLog, leases: Leases, head: DocumentHead) {
    this.#room = room;
    this.#log = log;
    this.#leases = leases;
    this.#head = head;
  }

  get head(): DocumentHead {
    return this.#head;
  }

  /** Resolves when all that has been appended so far is durable, and has been told of; never rejects. */
  get durable(): Promise<void> {
    return this.#durable;
  }

  /** Nothing that has been appended is on its way: who reads the log now reads all of it. */
  get isSettled(): boolean {
    return this.#underWay === 0;
  }

  /**
   * Appends entries, and what was lost with them.
   * @param then called in order of the log, once durable
   * @param failed whether the entries are durable is unknown
   */
  append(
    drafts: EntryDraft[],
    lost: Omit<Rescue, 'document' | 'epoch' | 'at'>[],
    at: string,
    then: (appended: Appended) => void,
    failed: (error: unknown) => void,
  ): void {
    const document = this.#room;
    const entries = drafts.map(({ author, kind, lease, bytes }) => {
      const { userId, deviceId } = author;
      // Field by field: to copy the rest of an object costs more than the hash, and this is done for every edit.
      const entry = entryAfter(this.#head, { document, kind, userId, deviceId, lease, at, bytes });
      this.#head = { epoch: entry.epoch, seq: entry.seq, hash: entry.hash };
      return entry;
    });
    const { epoch, seq: newest } = this.#head;
    const rescues =
      lost.length === 0
        ? nothing
        : lost.map((each) => ({ ...each, seq: Math.min(each.seq, newest), document, epoch, at }));
    const leases = this.#leases.takeUnwritten(document, epoch, at);
    const open = this.#open ?? { entries: [], leases: [], rescues: [], concerned: [] };
    for (const entry of entries) open.entries.push(entry);
    for (const lease of leases) open.leases.push(lease);
    for (const rescue of rescues) open.rescues.push(rescue);
    open.concerned.push({ isDurable: () => then({ entries, rescues }), failed });
    if (open !== this.#open) this.#handOver(open);
  }

  #handOver(open: OpenGroup): void {
    this.#open = open;
    this.#underWay++;
    const { entries, leases, rescues, concerned } = open;
    const onTaken = (): void => {
      if (this.#open === open) this.#open = null;
    };
    this.#durable = this.#log.append({ entries, leases, rescues, onTaken }).then(
      () => {
        this.#underWay--;
        for (const { isDurable } of concerned) isDurable();
      },
      (error: unknown) => {
        this.#underWay--;
        onTaken();
        for (const { failed } of concerned) failed(error);
      },
    );
  }
}
