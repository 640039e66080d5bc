import type { Present } from '../../shared/wire/events.ts';
import type { LiveDocuments } from './liveDocuments.ts';
import { idleAfterMs } from './roomPresence.ts';

/** Movements within this are told together, ms. */
const gatherMs = 250;

/** Who is in each encounter's chart, gathered from its documents; told when it has changed. */
export class EncounterPresence {
  readonly #last = new Map<string, { json: string; present: Present[] }>();
  readonly #due = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly documents: Pick<LiveDocuments, 'ofEncounter'>,
    private readonly now: () => Date,
    private readonly tell: (encounterId: string, present: Present[]) => void,
  ) {}

  /** Something may have changed in a document of this encounter. */
  look(encounterId: string): void {
    if (this.#due.has(encounterId)) return;
    this.#due.set(
      encounterId,
      setTimeout(() => void this.#gather(encounterId), gatherMs),
    );
  }

  of(encounterId: string): Present[] {
    return this.#last.get(encounterId)?.present ?? [];
  }

  close(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  async #gather(encounterId: string): Promise<void> {
    this.#due.delete(encounterId);
    const present = await this.#present(encounterId);
    const json = JSON.stringify(present);
    if (json === (this.#last.get(encounterId)?.json ?? '[]')) return;
    if (present.length === 0) this.#last.delete(encounterId);
    else this.#last.set(encounterId, { json, present });
    this.tell(encounterId, present);
  }

  async #present(encounterId: string): Promise<Present[]> {
    const idleBefore = this.now().getTime() - idleAfterMs;
    const people = new Map<string, Present>();
    for (const document of await this.documents.ofEncounter(encounterId)) {
      const name = document.room.slice(encounterId.length + 1);
      for (const [userId, { peer, changedAt }] of document.people()) {
        const known = people.get(userId);
        const { user } = peer;
        people.set(userId, {
          userId,
          name: user.name,
          role: user.role,
          initials: user.initials,
          colour: user.colour,
          documents: [...(known?.documents ?? []), name].sort(),
          idle: (known?.idle ?? true) && changedAt < idleBefore,
        });
      }
    }
    return [...people.values()].sort((a, b) => (a.userId < b.userId ? -1 : 1));
  }
}
