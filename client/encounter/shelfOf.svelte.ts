import { untrack } from 'svelte';
import { Shelf } from '../quarantine/shelf.svelte.ts';
import { session } from '../session/session.svelte.ts';
import type { Workspace } from './workspace.svelte.ts';

/** What is kept aside of this encounter, asked for whenever more of it has come about on this screen. */
export function shelfOf(workspace: Workspace): Shelf {
  const { encounterId, kept, mayRead } = workspace;
  const shelf = new Shelf({
    encounterId,
    kept,
    me: session.user?.id ?? null,
    rooms: () => workspace.rooms,
  });

  // What happens here is in the service's list too, with who and when.
  $effect(() => {
    if (kept.news >= 0 && mayRead) untrack(() => void shelf.load());
  });

  // Words of mine that were not taken are shown at once, not only counted.
  $effect(() => {
    if (kept.refusals > 0 && untrack(() => kept.items.length > 0)) shelf.open = true;
  });

  return shelf;
}
