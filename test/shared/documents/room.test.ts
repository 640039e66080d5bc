import { describe, expect, it } from 'vitest';
import { carePlanRoom, noteRoom, ordersRoom, parseRoom, roomName } from '../../../shared/documents/room.ts';

describe('a room’s name', () => {
  it.each([noteRoom('e-1', 'n-1'), ordersRoom('e-1'), carePlanRoom('e-1')])(
    '%s reads back as it was written',
    (name) => {
      const parsed = parseRoom(name);
      expect(parsed.ok && roomName(parsed.value)).toBe(name);
    },
  );

  it.each([
    '',
    'e-1',
    'e-1/note',
    'e-1/note/',
    'e-1/note/n/1',
    'e-1/orders/x',
    'e-1/secrets',
    '../orders',
    'e 1/orders',
    `${'e'.repeat(65)}/orders`,
  ])('%j is none', (name) => expect(parseRoom(name)).toEqual({ ok: false, error: 'not-a-room' }));
});
