import * as Y from 'yjs';
import { statement, type Statement } from '../../server/db/batch.ts';
import type { Deps } from '../../server/deps.ts';
import { quarantine, rescues } from '../../server/log/tables.ts';
import { ordersRoom } from '../../shared/documents/room.ts';
import { encounterId } from './chart.ts';

/** Updates of somebody who types, one a key. */
export function typing(text: string): Uint8Array[] {
  const doc = new Y.Doc();
  const line = doc.getText('line');
  const sent: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => sent.push(update));
  for (const letter of text) line.insert(line.length, letter);
  return sent;
}

interface KeptGiven {
  id: string;
  userId: string;
  document?: string;
  at?: string;
}

/** A quarantine as a connection leaves it: the first update with its reason, and what followed. */
export function quarantined(
  { reader, now }: Pick<Deps, 'reader' | 'now'>,
  { id, userId, document = ordersRoom(encounterId), at = now().toISOString() }: KeptGiven,
  updates: Uint8Array[],
): Statement {
  const rows = updates.map((update, index) => ({
    id,
    part: index + 1,
    document,
    epoch: 1,
    userId,
    deviceId: 'device-1',
    reason: index === 0 ? 'foreign-client' : 'follows-refused',
    at,
    bytes: Buffer.from(update),
  }));
  return statement(reader.insert(quarantine).values(rows));
}

export function rescuedText(
  { reader, now }: Pick<Deps, 'reader' | 'now'>,
  {
    id,
    userId,
    document = ordersRoom(encounterId),
    at = now().toISOString(),
    ...rest
  }: KeptGiven & { text: string; seq?: number; place?: string | null },
): Statement {
  const { text, seq = 1, place = null } = rest;
  return statement(
    reader
      .insert(rescues)
      .values({ id, document, epoch: 1, seq, userId, deviceId: 'device-1', place, text, at }),
  );
}
