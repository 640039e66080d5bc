import { initialsOf } from '../../shared/access/presenceColours.ts';
import { roleTitles, type Role } from '../../shared/access/capabilities.ts';
import type { PastAuthor } from '../../shared/history/schema.ts';
import { historyWords as words } from '../messages/history.ts';

/** An author as the screen names them: role and initials, the full name in the tooltip. */
export interface Author {
  id: string;
  name: string;
  /** Null: the service itself. */
  role: Role | null;
  initials: string;
  colour: string;
  /** `Resident TM`. */
  short: string;
  /** `Resident Tomas Marek`. */
  full: string;
}

export function authorOf({ id, name, role }: PastAuthor, colour: string | undefined): Author {
  if (role === 'system') {
    const title = words.system;
    return { id, name, role: null, initials: '', colour: 'slate', short: title, full: title };
  }
  const initials = initialsOf(name);
  return {
    id,
    name,
    role,
    initials,
    colour: colour ?? 'slate',
    short: `${roleTitles[role]} ${initials}`,
    full: `${roleTitles[role]} ${name}`,
  };
}

/** For whose id is not among the authors. */
export const unknownAuthor = (id: string): Author => authorOf({ id, name: id, role: 'system' }, undefined);
