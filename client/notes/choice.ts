import type { Capability } from '../../shared/access/capabilities.ts';
import { noteKinds, type NoteKind } from '../../shared/notes/kinds.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';

type Can = (capability: Capability) => boolean;

/** Kinds of note that this person may start here; an addendum is started from the note it adds to. */
export const kindsToStart = (can: Can): NoteKind[] =>
  noteKinds.filter((kind) => kind !== 'addendum' && can(`note:write:${kind}`));

/** The note a chart opens with: the newest draft that I may write, else the newest draft, else the newest. */
export function firstNote(notes: readonly NoteLine[], can: Can): NoteLine | null {
  const newest = [...notes].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const drafts = newest.filter(({ status }) => status === 'draft');
  return drafts.find(({ kind }) => can(`note:write:${kind}`)) ?? drafts[0] ?? newest[0] ?? null;
}
