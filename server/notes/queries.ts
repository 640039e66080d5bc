import { and, asc, eq, ne } from 'drizzle-orm';
import { noteContent, noteText } from '../../shared/documents/note.ts';
import { registry } from '../../shared/documents/registry.ts';
import { noteRoom } from '../../shared/documents/room.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';
import { contentHash } from '../../shared/signing/content.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import type { DocumentLog } from '../log/documentLog.ts';
import { systemUser } from '../log/entries.ts';
import { foldDocument } from '../log/fold.ts';
import { documentLog } from '../log/tables.ts';
import { notes } from './tables.ts';

const line = {
  id: notes.id,
  kind: notes.kind,
  title: notes.title,
  status: notes.status,
  author: { id: users.id, name: users.name, role: users.role },
  createdAt: notes.createdAt,
};

/** An encounter's notes, oldest first. */
export const listNotes = (reader: Reader, encounterId: string): Promise<NoteLine[]> =>
  reader
    .select(line)
    .from(notes)
    .innerJoin(users, eq(users.id, notes.authorId))
    .where(eq(notes.encounterId, encounterId))
    .orderBy(asc(notes.createdAt), asc(notes.id));

/** A note of this encounter; the note of another is not there. */
export async function findNote(
  reader: Reader,
  encounterId: string,
  noteId: string,
): Promise<NoteLine | null> {
  const [found] = await reader
    .select(line)
    .from(notes)
    .innerJoin(users, eq(users.id, notes.authorId))
    .where(and(eq(notes.id, noteId), eq(notes.encounterId, encounterId)));
  return found ?? null;
}

/** A note as the log has it: its text, the hash that a signature would name, and who has written in it. */
export async function readNote(reader: Reader, log: DocumentLog, encounterId: string, note: NoteLine) {
  const room = noteRoom(encounterId, note.id);
  const { doc } = await foldDocument(log, room, registry.note.roots);
  const content = noteContent(doc);
  doc.destroy();
  const authors = await reader
    .selectDistinct({ id: users.id, name: users.name, role: users.role })
    .from(documentLog)
    .innerJoin(users, eq(users.id, documentLog.userId))
    .where(and(eq(documentLog.document, room), ne(documentLog.userId, systemUser)));
  return { ...note, text: noteText(content), contentHash: await contentHash(content), authors };
}
