import type * as Y from 'yjs';
import { writeNewNote } from '../../shared/documents/note.ts';
import { registry } from '../../shared/documents/registry.ts';
import { ranks } from '../../shared/documents/rank.ts';
import { noteRoom } from '../../shared/documents/room.ts';
import { noteKindInfo, type NoteKind } from '../../shared/notes/kinds.ts';
import type { Statement } from '../db/batch.ts';
import { statement } from '../db/batch.ts';
import type { Deps } from '../deps.ts';
import { DocumentWriting, system, type EntryAuthor } from '../log/entries.ts';
import { emptyDocument } from '../log/fold.ts';
import { appendStatements } from '../log/libsqlLog.ts';
import { outboxRow } from '../outbox/outbox.ts';
import { notes } from './tables.ts';

export interface NewNote {
  id: string;
  encounterId: string;
  kind: NoteKind;
  authorId: string;
  at: Date;
  /** What is written into it at once, by whom and when, after the server has made its sections. */
  turns?: { author: EntryAuthor; at: string; write: (doc: Y.Doc) => void }[];
}

/**
 * The statements that make a note: the fact that it exists, and its document with one empty block in each section.
 * Sections are the server's: two clients making one would destroy each other's.
 */
export function createNoteStatements(deps: Pick<Deps, 'reader' | 'newId'>, note: NewNote): Statement[] {
  const { id, encounterId, kind, authorId, turns = [] } = note;
  const at = note.at.toISOString();
  const { title, sections } = noteKindInfo[kind];
  const places = ranks(sections.length);
  const writing = new DocumentWriting(noteRoom(encounterId, id), emptyDocument(registry.note.roots));
  writing.turn(system, at, (doc) =>
    writeNewNote(
      doc,
      sections.map((heading, index) => ({ id: deps.newId(), title: heading, rank: places[index]! })),
    ),
  );
  for (const turn of turns) writing.turn(turn.author, turn.at, turn.write);
  const row = { id, encounterId, kind, title, status: 'draft' as const, authorId, createdAt: at };
  return [
    statement(deps.reader.insert(notes).values(row)),
    ...appendStatements(deps.reader, writing.done()),
    outboxRow(deps.reader, note.at, 'note:created', { encounterId, noteId: id }),
  ];
}
