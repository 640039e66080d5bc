import { SvelteMap } from 'svelte/reactivity';

const ringMs = 4_000;

/** Cards that have just changed: they carry a ring for four seconds, and never move. */
export class Changes {
  private since = new SvelteMap<string, string>();
  private timers = new Map<string, ReturnType<typeof setTimeout>>();

  mark(encounterIds: readonly string[], at: string): void {
    for (const id of encounterIds) {
      clearTimeout(this.timers.get(id));
      this.since.set(id, at);
      this.timers.set(
        id,
        setTimeout(() => this.since.delete(id), ringMs),
      );
    }
  }

  at(encounterId: string): string | null {
    return this.since.get(encounterId) ?? null;
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.since.clear();
  }
}
