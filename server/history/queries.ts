import { inArray } from 'drizzle-orm';
import type { Actor } from '../../shared/access/can.ts';
import { registry } from '../../shared/documents/registry.ts';
import { parseRoom, type Room } from '../../shared/documents/room.ts';
import type { PastAuthor } from '../../shared/history/schema.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import type { EncounterFacts } from '../encounters/queries.ts';
import { systemUser } from '../log/entries.ts';
import { findNote } from '../notes/queries.ts';

/** Who wrote in a document; the service itself is one of them. */
export async function authorsOf(reader: Reader, ids: readonly string[]): Promise<(id: string) => PastAuthor> {
  const rows = await reader
    .select({ id: users.id, name: users.name, role: users.role })
    .from(users)
    .where(inArray(users.id, [...ids]));
  const known = new Map<string, PastAuthor>(rows.map((row) => [row.id, row]));
  const service: PastAuthor = { id: systemUser, name: 'Cochart', role: 'system' };
  return (id) => known.get(id) ?? (id === systemUser ? service : { ...service, id, name: 'Not known' });
}

/** A document of this encounter that this person may read, by the very rule of the live one; null for every other. */
export async function readableDocument(
  reader: Reader,
  actor: Actor,
  encounter: EncounterFacts,
  document: string,
): Promise<{ room: Room; name: string } | null> {
  const name = `${encounter.id}/${document}`;
  const room = parseRoom(name);
  if (!room.ok || room.value.encounterId !== encounter.id) return null;
  const { kind, noteId } = room.value;
  const note = noteId === null ? null : await findNote(reader, encounter.id, noteId);
  const access = registry[kind].access(actor, {
    siteId: encounter.siteId,
    noteKind: note?.kind ?? null,
    noteAuthorId: note?.author.id ?? null,
    sealed: note?.status === 'signed',
  });
  return access && { room: room.value, name };
}
