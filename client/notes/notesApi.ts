import type { NoteKind } from '../../shared/notes/kinds.ts';
import type { NoteLine } from '../../shared/notes/schema.ts';
import { ask, type List } from '../wire/api.ts';

const notesOf = (encounterId: string): string => `/api/encounters/${encodeURIComponent(encounterId)}/notes`;

export const loadNotes = async (encounterId: string, signal?: AbortSignal): Promise<NoteLine[]> =>
  (await ask<List<NoteLine>>('GET', notesOf(encounterId), { signal })).items;

/** The same key twice makes one note. */
export const createNote = (
  encounterId: string,
  kind: NoteKind,
  idempotencyKey: string,
): Promise<{ noteId: string }> => ask('POST', notesOf(encounterId), { body: { kind }, idempotencyKey });
