import { can, type Actor } from '../access/can.ts';
import { capabilitiesOf, type Role } from '../access/capabilities.ts';
import { noteKinds, type NoteKind } from '../notes/kinds.ts';

/** What of a note decides who may sign it. */
export interface NoteToSign {
  kind: NoteKind;
  authorId: string;
  siteId: string;
}

/** Whether a role signs notes of any kind. */
export const signsNotes = (role: Role): boolean =>
  noteKinds.some((kind) => capabilitiesOf(role).has(`note:sign:${kind}`));

/** A note of many disciplines is sealed by whoever leads the round; a consulted specialist writes in it and attests. */
const leadsTheRound: ReadonlySet<Role> = new Set(['attending', 'resident']);

export function maySignNote(actor: Actor, { kind, authorId, siteId }: NoteToSign): boolean {
  if (!can(actor, `note:sign:${kind}`, { siteId })) return false;
  if (kind === 'multidisciplinary') return leadsTheRound.has(actor.role);
  return kind !== 'addendum' || authorId === actor.id;
}

const cosignedKinds: ReadonlySet<NoteKind> = new Set(['history-and-physical', 'discharge-summary']);

/** Whether this signature counts as final only with an attending's beside it. */
export const awaitsCosign = (role: Role, kind: NoteKind): boolean =>
  role === 'resident' && cosignedKinds.has(kind);
