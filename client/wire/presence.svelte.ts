import { SvelteMap } from 'svelte/reactivity';
import type { Present } from '../../shared/wire/events.ts';

/** Who is in which chart now, as the server last said. Held for what this session watches. */
class Presence {
  private byEncounter = new SvelteMap<string, Present[]>();

  in(encounterId: string): readonly Present[] {
    return this.byEncounter.get(encounterId) ?? [];
  }

  set(encounterId: string, present: Present[]): void {
    if (present.length === 0) this.byEncounter.delete(encounterId);
    else this.byEncounter.set(encounterId, present);
  }

  clear(): void {
    this.byEncounter.clear();
  }
}

export const presence = new Presence();
