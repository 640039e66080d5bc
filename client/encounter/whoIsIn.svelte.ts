import { createQuery } from '@tanstack/svelte-query';
import { KnownPeople } from '../collab/knownPeople.ts';
import type { PresentUser } from '../collab/presence.svelte.ts';
import { session } from '../session/session.svelte.ts';
import { presence } from '../wire/presence.svelte.ts';
import { queries } from '../wire/queries.ts';
import type { Workspace } from './workspace.svelte.ts';

/** Who is meant by a user id in this encounter: those who are or were in it, and those who have written in it. */
export function whoIsIn(workspace: Workspace): (userId: string | null) => PresentUser | null {
  const known = new KnownPeople();
  const { encounterId, mayRead } = workspace;
  const writers = createQuery(() => ({ ...queries.writers(encounterId), enabled: mayRead }));

  $effect(() => known.see(workspace.people));

  return (userId) => {
    const here = presence.in(encounterId).map((one) => ({ ...one, id: one.userId }));
    const me = session.user === null ? [] : [session.user];
    return known.find(userId, [...workspace.people, ...here], [...me, ...(writers.data?.items ?? [])]);
  };
}
