import { onMount, untrack } from 'svelte';
import { connection } from '../wire/connection.svelte.ts';
import { onAnnouncement, watchEncounter } from '../wire/socket.ts';

/** Loads again what others have changed in this encounter, and all of it after a time in which nothing was heard. */
export function followEncounter(
  encounterId: string,
  load: { notes: () => void; orders: () => void; encounter: () => void; missed: () => void },
): void {
  const returnsBefore = connection.returns;
  $effect(() => {
    if (connection.returns !== returnsBefore) untrack(load.missed);
  });

  onMount(() => {
    const stops = [
      watchEncounter(encounterId),
      onAnnouncement('encounter:changed', ({ encounterId: changed, what }) => {
        if (changed !== encounterId) return;
        if (what === 'notes') load.notes();
        else if (what === 'orders') load.orders();
        else load.encounter();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  });
}
