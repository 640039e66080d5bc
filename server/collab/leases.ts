import type { DocumentLease, Lease } from '../log/documentLog.ts';
import type { EntryAuthor } from '../log/entries.ts';

export type Holder = 'theirs' | 'free' | 'foreign';

const none: DocumentLease[] = [];

/**
 * Whose client id is whose, in one document and epoch: the user and device that first announced or used it. Authorship
 * of every character follows from here, and from nothing that a client says.
 */
export class Leases {
  readonly #held = new Map<number, EntryAuthor>();
  /** Held, and not in the log yet. */
  readonly #unwritten = new Set<number>();

  constructor(stored: readonly Lease[]) {
    for (const { clientId, userId, deviceId } of stored) this.#held.set(clientId, { userId, deviceId });
  }

  of(clientId: number): EntryAuthor | null {
    return this.#held.get(clientId) ?? null;
  }

  holder(clientId: number, who: EntryAuthor): Holder {
    const lease = this.#held.get(clientId);
    if (!lease) return 'free';
    return lease.userId === who.userId && lease.deviceId === who.deviceId ? 'theirs' : 'foreign';
  }

  claim(clientId: number, { userId, deviceId }: EntryAuthor): void {
    this.#held.set(clientId, { userId, deviceId });
    this.#unwritten.add(clientId);
  }

  /** The claims that the next group of the log has to carry. */
  takeUnwritten(document: string, epoch: number, since: string): DocumentLease[] {
    if (this.#unwritten.size === 0) return none;
    const leases = [...this.#unwritten].map((clientId) => ({
      document,
      epoch,
      clientId,
      since,
      ...this.#held.get(clientId)!,
    }));
    this.#unwritten.clear();
    return leases;
  }
}
