import { initialsOf } from '../../shared/access/presenceColours.ts';
import type { Role } from '../../shared/access/capabilities.ts';
import type { PresentUser } from './presence.svelte.ts';

/** Somebody whom the service has named. */
interface Named {
  id: string;
  name: string;
  role: Role;
}

/**
 * Who is meant by a user id: those who are here with their colour, the others without one of their own. Whoever was
 * here while the page was open stays known.
 */
export class KnownPeople {
  readonly #seen = new Map<string, PresentUser>();

  /** Who is here now. */
  see(people: readonly PresentUser[]): void {
    for (const one of people) this.#seen.set(one.id, one);
  }

  find(userId: string | null, here: readonly PresentUser[], named: readonly Named[]): PresentUser | null {
    const present = here.find(({ id }) => id === userId) ?? this.#seen.get(userId ?? '');
    if (present) return present;
    const known = named.find(({ id }) => id === userId);
    if (!known) return null;
    const { id, name, role } = known;
    return { id, name, role, initials: initialsOf(name), colour: 'slate' };
  }
}
