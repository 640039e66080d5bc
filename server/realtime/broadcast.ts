import type { Server } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../../shared/wire/events.ts';
import type { Delivered } from '../outbox/deliver.ts';
import type { SocketData } from './on.ts';

export type RealtimeServer = Server<ClientToServer, ServerToClient, Record<string, never>, SocketData>;

/** Socket.IO rooms: who is told what. */
export const rooms = {
  ward: (wardId: string) => `ward:${wardId}`,
  encounter: (encounterId: string) => `encounter:${encounterId}`,
  patient: (patientId: string) => `patient:${patientId}`,
  session: (sessionId: string) => `session:${sessionId}`,
};

/** From what has happened to whom it is announced. */
export function broadcast(io: RealtimeServer, at: Date, { event, payload }: Delivered): void {
  const boardChanged = (wardId: string | null, encounterIds: string[]): void => {
    if (wardId !== null)
      io.to(rooms.ward(wardId)).emit('board:changed', { wardId, encounterIds, at: at.toISOString() });
  };
  switch (event) {
    case 'encounter:opened':
      return boardChanged(payload.wardId, [payload.encounterId]);
    case 'observations:recorded':
      boardChanged(payload.wardId, [payload.encounterId]);
      return void io
        .to(rooms.encounter(payload.encounterId))
        .emit('encounter:changed', { encounterId: payload.encounterId, what: 'chart' });
    case 'note:created':
    case 'note:signed':
      return void io
        .to(rooms.encounter(payload.encounterId))
        .emit('encounter:changed', { encounterId: payload.encounterId, what: 'notes' });
    case 'orders:signed':
      return void io
        .to(rooms.encounter(payload.encounterId))
        .emit('encounter:changed', { encounterId: payload.encounterId, what: 'orders' });
    case 'patient:changed':
    case 'encounter:moved':
      for (const wardId of payload.wardIds) boardChanged(wardId, payload.encounterIds);
      for (const encounterId of payload.encounterIds)
        io.to(rooms.encounter(encounterId)).emit('encounter:changed', { encounterId, what: 'encounter' });
      return;
    case 'beds:changed':
      return boardChanged(payload.wardId, []);
    case 'chart:changed': {
      const { patientId, lists } = payload;
      // What a bed's card shows of a chart.
      if (lists.some((list) => list === 'flags' || list === 'code-status'))
        boardChanged(payload.wardId, payload.encounterIds);
      return void io.to(rooms.patient(patientId)).emit('chart:changed', { patientId, lists });
    }
    case 'records:imported':
      for (const wardId of payload.wardIds) boardChanged(wardId, payload.encounterIds);
      for (const encounterId of payload.encounterIds)
        io.to(rooms.encounter(encounterId)).emit('encounter:changed', { encounterId, what: 'encounter' });
      for (const patientId of payload.patientIds)
        io.to(rooms.patient(patientId)).emit('chart:changed', { patientId, lists: [] });
      return;
    case 'user:changed':
      return;
  }
}
