import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Quarantine, quarantineBudget } from '../../../server/collab/quarantine.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';

const mebibyte = 1024 * 1024;

let db: TestDatabase;
beforeEach(async () => (db = await testDatabase()));
afterEach(() => db.close());

test('whoever connects again and again to be refused does not fill the disk, and nobody else has less for it', () => {
  const budget = quarantineBudget();
  const connection = (userId: string): Quarantine =>
    new Quarantine(
      db,
      { room: 'e/orders', epoch: 1, encounterId: 'e', patientId: 'p' },
      { userId, role: 'nurse', siteId: randomUUID(), deviceId: randomUUID() },
      budget,
    );
  const keptOf = (userId: string, update: Uint8Array, connections: number): number =>
    Array.from({ length: connections }, () => connection(userId).mayKeep(update)).filter(Boolean).length;
  const much = new Uint8Array(4 * mebibyte);
  expect(keptOf('mallory', much, 100)).toBe(15);
  expect(keptOf('nurse', much, 1)).toBe(1);
  expect(keptOf('mallory', new Uint8Array(0), 100_000)).toBeLessThan(4_200);
  expect(keptOf('mallory', new Uint8Array(8), 1)).toBe(0);
  db.clock.step(60_000);
  expect(keptOf('mallory', new Uint8Array(8), 1)).toBe(1);
});
