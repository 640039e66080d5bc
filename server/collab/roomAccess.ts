import { eq } from 'drizzle-orm';
import type { Actor } from '../../shared/access/can.ts';
import { registry, type DocumentAccess, type DocumentType } from '../../shared/documents/registry.ts';
import { parseRoom, type Room } from '../../shared/documents/room.ts';
import type { Reader } from '../db/reader.ts';
import { findEncounter } from '../encounters/queries.ts';
import { notes } from '../notes/tables.ts';

/** A room, what this actor may do in it, and whose chart it is part of. */
export interface RoomAccess {
  room: Room;
  name: string;
  type: DocumentType;
  access: DocumentAccess;
  patientId: string;
  wardId: string | null;
}

/** Null for what does not exist and for what this actor may not even read: both look alike. */
export async function roomAccess(reader: Reader, name: string, actor: Actor): Promise<RoomAccess | null> {
  const parsed = parseRoom(name);
  if (!parsed.ok) return null;
  const room = parsed.value;
  const encounter = await findEncounter(reader, room.encounterId);
  if (!encounter) return null;
  const note = room.noteId === null ? null : await findNote(reader, room.encounterId, room.noteId);
  if (room.kind === 'note' && !note) return null;
  const type = registry[room.kind];
  const access = type.access(actor, {
    siteId: encounter.siteId,
    noteKind: note?.kind ?? null,
    noteAuthorId: note?.authorId ?? null,
    sealed: note?.status === 'signed',
  });
  if (!access) return null;
  return { room, name, type, access, patientId: encounter.patientId, wardId: encounter.wardId };
}

async function findNote(reader: Reader, encounterId: string, noteId: string) {
  const [note] = await reader.select().from(notes).where(eq(notes.id, noteId));
  return note?.encounterId === encounterId ? note : null;
}
