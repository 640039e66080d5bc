import * as Y from 'yjs';
import { writeNewNote } from '../../shared/documents/note.ts';
import { ranks } from '../../shared/documents/rank.ts';
import { noteRoom } from '../../shared/documents/room.ts';
import { noteKindInfo, type NoteKind } from '../../shared/notes/kinds.ts';
import type { Statement } from '../db/batch.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { firstEntry, systemUser } from '../log/firstEntry.ts';
import { appendStatements } from '../log/libsqlLog.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { notes } from './tables.ts';

export interface NewNote {
  id: string;
  encounterId: string;
  kind: NoteKind;
  authorId: string;
  at: Date;
}

/**
 * The statements that make a note: the fact that it exists, and its document with one empty block in each section.
 * Sections are the server's: two clients making one would destroy each other's.
 */
export function createNoteStatements(deps: Pick<Deps, 'reader' | 'newId'>, note: NewNote): Statement[] {
  const { id, encounterId, kind, authorId } = note;
  const at = note.at.toISOString();
  const { title, sections } = noteKindInfo[kind];
  const places = ranks(sections.length);
  const doc = new Y.Doc();
  writeNewNote(
    doc,
    sections.map((heading, index) => ({ id: deps.newId(), title: heading, rank: places[index]! })),
  );
  const author = { userId: systemUser, deviceId: systemUser };
  const { entry, lease } = firstEntry(noteRoom(encounterId, id), doc, author, at);
  doc.destroy();
  const row = { id, encounterId, kind, title, status: 'draft' as const, authorId, createdAt: at };
  return [
    statement(deps.reader.insert(notes).values(row)),
    ...appendStatements(deps.reader, [entry], [lease]),
    outboxRow(deps.reader, note.at, 'note:created', { encounterId, noteId: id }),
  ];
}
