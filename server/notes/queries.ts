import { and, asc, eq } from 'drizzle-orm';
import { noteContent, noteText } from '../../shared/documents/note.ts';
import { registry } from '../../shared/documents/registry.ts';
import { noteRoom } from '../../shared/documents/room.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';
import { contentHash } from '../../shared/signing/content.ts';
import { users } from '../auth/tables.ts';
import type { Reader } from '../db/reader.ts';
import type { DocumentLog } from '../log/documentLog.ts';
import { foldDocument } from '../log/fold.ts';
import { authorsOf, signaturesOn } from '../signing/queries.ts';
import { notes } from './tables.ts';

const line = {
  id: notes.id,
  kind: notes.kind,
  title: notes.title,
  status: notes.status,
  author: { id: users.id, name: users.name, role: users.role },
  createdAt: notes.createdAt,
};

type Line = Omit<NoteLine, 'signatures'>;

async function withSignatures(reader: Reader, encounterId: string, lines: Line[]): Promise<NoteLine[]> {
  const signed = await signaturesOn(
    reader,
    lines.filter(({ status }) => status === 'signed').map(({ id }) => noteRoom(encounterId, id)),
  );
  return lines.map((each) => ({ ...each, signatures: signed.get(noteRoom(encounterId, each.id)) ?? [] }));
}

/** An encounter's notes, oldest first. */
export async function listNotes(reader: Reader, encounterId: string): Promise<NoteLine[]> {
  const lines = await reader
    .select(line)
    .from(notes)
    .innerJoin(users, eq(users.id, notes.authorId))
    .where(eq(notes.encounterId, encounterId))
    .orderBy(asc(notes.createdAt), asc(notes.id));
  return withSignatures(reader, encounterId, lines);
}

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
  return found ? (await withSignatures(reader, encounterId, [found]))[0]! : null;
}

/** A note as the log has it: its text, the hash that a signature would name, and who has written in it. */
export async function readNote(reader: Reader, log: DocumentLog, encounterId: string, note: NoteLine) {
  const room = noteRoom(encounterId, note.id);
  const { doc } = await foldDocument(log, room, registry.note.roots);
  const content = noteContent(doc);
  doc.destroy();
  const authors = await authorsOf(reader, room);
  return { ...note, text: noteText(content), contentHash: await contentHash(content), authors };
}
