import { no, ok, type Result } from '../wire/result.ts';

export type DocumentKind = 'note' | 'orders' | 'care-plan';

/** One document of an encounter. */
export interface Room {
  encounterId: string;
  kind: DocumentKind;
  /** Only of a note. */
  noteId: string | null;
}

const id = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;

/** `<encounterId>/note/<noteId>`, `<encounterId>/orders` or `<encounterId>/care-plan`. */
export function parseRoom(name: string): Result<Room, 'not-a-room'> {
  const [encounterId = '', kind, noteId, ...rest] = name.split('/');
  if (!id.test(encounterId) || rest.length > 0) return no('not-a-room');
  if (kind === 'note' && noteId !== undefined && id.test(noteId)) return ok({ encounterId, kind, noteId });
  if ((kind === 'orders' || kind === 'care-plan') && noteId === undefined) {
    return ok({ encounterId, kind, noteId: null });
  }
  return no('not-a-room');
}

export const roomName = (room: Room): string =>
  room.kind === 'note' ? `${room.encounterId}/note/${room.noteId}` : `${room.encounterId}/${room.kind}`;

export const noteRoom = (encounterId: string, noteId: string): string =>
  roomName({ encounterId, kind: 'note', noteId });
export const ordersRoom = (encounterId: string): string =>
  roomName({ encounterId, kind: 'orders', noteId: null });
export const carePlanRoom = (encounterId: string): string =>
  roomName({ encounterId, kind: 'care-plan', noteId: null });
