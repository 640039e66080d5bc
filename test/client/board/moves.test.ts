import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Moves } from '../../../client/board/moves.svelte.ts';
import type { BoardCard } from '../../../shared/encounters/schema.ts';

const card = {
  encounterId: 'e1',
  version: 3,
  bed: '3',
  patient: { name: 'ADEYEMI-CLARKE, Josephine' },
} as BoardCard;

let moves: Moves;
let looks = 0;
function answers(status: number, body: unknown): void {
  vi.stubGlobal(
    'fetch',
    vi.fn<typeof fetch>(async () => new Response(JSON.stringify(body), { status })),
  );
}

beforeEach(() => {
  looks = 0;
  moves = new Moves(
    () => 'w1',
    () => (looks += 1),
  );
});
afterEach(() => vi.unstubAllGlobals());

describe('moving a patient to another bed', () => {
  test('is said when the service has said so, and the board looks again', async () => {
    answers(200, {});
    expect(await moves.transfer(card, 'w1', '4')).toBe(true);
    expect(moves.done?.said).toContain('bed 4');
    expect([moves.failure, looks]).toEqual([null, 1]);
  });

  test('that was refused is told as the service tells it, and the board looks again', async () => {
    answers(409, { type: 'conflict', detail: 'Bed 4 is taken.' });
    moves.ask('move', card);
    expect(await moves.transfer(card, 'w1', '4')).toBe(false);
    expect([moves.failure, moves.done, looks]).toEqual(['Bed 4 is taken.', null, 1]);
  });

  test('of somebody whom another has moved meanwhile is not to be tried again as it stands', async () => {
    answers(409, { type: 'conflict' });
    expect(await moves.transfer(card, 'w1', '4')).toBe(false);
    expect(moves.failure).toMatch(/^Somebody has changed it since you opened this/);
  });

  test('of which no answer came may have been done, and is asked for again under the same key', async () => {
    const keys: unknown[] = [];
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async (_, init) => {
        keys.push(new Headers(init?.headers).get('idempotency-key'));
        if (keys.length === 1) throw new TypeError('failed');
        return Response.json({});
      }),
    );
    expect(await moves.receive(null)).toBe(false);
    expect(moves.failure).toMatch(/^No answer came/);
    expect(await moves.receive(null)).toBe(true);
    expect(keys[1]).toBe(keys[0]);
  });

  test('begins anew: what went wrong before is not said of the next patient', async () => {
    answers(409, { type: 'conflict', detail: 'Bed 4 is taken.' });
    moves.ask('move', card);
    await moves.transfer(card, 'w1', '4');
    moves.close();
    expect([moves.open, moves.failure]).toEqual([null, null]);
    // By dragging, without a dialog.
    await moves.transfer(card, 'w1', '4');
    expect(moves.failure).toBe('Bed 4 is taken.');
    moves.ask('discharge', card);
    expect(moves.failure).toBeNull();
  });
});
