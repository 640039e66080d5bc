import type { Capability } from '../../shared/access/capabilities.ts';
import { noteKinds, type NoteKind } from '../../shared/notes/kinds.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';

type Can = (capability: Capability) => boolean;

/** Kinds of note that this person may start here; an addendum is started from the note it adds to. */
export const kindsToStart = (can: Can): NoteKind[] =>
  noteKinds.filter((kind) => kind !== 'addendum' && can(`note:write:${kind}`));

/**
 * The note a chart opens with, of those I may write: the one that most others have open now, else the newest of the
 * whole team, else the newest of my own profession. Who may write none of them reads along where the others are.
 */
export function firstNote(
  notes: readonly NoteLine[],
  can: Can,
  /** How many others have this note open now. */
  othersIn: (noteId: string) => number,
): NoteLine | null {
  const newest = [...notes].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const drafts = newest.filter(({ status }) => status === 'draft');
  const mine = drafts.filter(({ kind }) => can(`note:write:${kind}`));
  const busiest = (among: readonly NoteLine[]): NoteLine | undefined =>
    among
      .filter(({ id }) => othersIn(id) > 0)
      .sort((a, b) => othersIn(b.id) - othersIn(a.id))
      .at(0);
  const chosenFrom = (among: readonly NoteLine[]): NoteLine | undefined =>
    busiest(among) ?? among.find(({ kind }) => kind === 'multidisciplinary') ?? among[0];
  return chosenFrom(mine) ?? chosenFrom(drafts) ?? newest[0] ?? null;
}
