import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Statement } from '../../../../server/db/batch.ts';
import { recordAct } from '../../../../server/records/act.ts';
import { indexRecords } from '../../../../server/records/search/reindex.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { people, seedPeople, siteA } from '../../../support/people.ts';
import { Random } from '../../../support/random.ts';
import { generatedRecord } from '../../fhir/search/generated.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await testDatabase();
  await seedPeople(db);
});
afterEach(() => db.close());

const tables = ['tokens', 'strings', 'dates', 'references', 'quantities', 'composites'];

const everyRow = () =>
  Promise.all(
    tables.map((table) =>
      db.reader.values(sql`SELECT * FROM ${sql.raw(`search_${table}`)} ORDER BY 1, 2, 3, 4`),
    ),
  );

const clear = () =>
  db.writer.commit({
    statements: tables.map((table): Statement => ({ sql: `DELETE FROM search_${table}`, params: [] })),
  });

const record = (random: Random) => {
  const recording = { siteId: siteA, source: siteA, recordedBy: people.admin.id, at: db.now() };
  return recordAct(db, recording, generatedRecord(random), { audit: () => [] });
};

it('makes of an old record the same indexes that recording makes, once', async () => {
  for (let round = 1; round <= 4; round++) await record(new Random(round));
  const made = await everyRow();
  await clear();
  // Beside what was generated stand the Provenances.
  expect((await indexRecords(db)).indexed).toBeGreaterThan(200);
  expect(await everyRow()).toEqual(made);
  expect(await indexRecords(db)).toEqual({ indexed: 0 });
});

it('makes them again under new rules, and goes on where it was cut off', async () => {
  const recording = { siteId: siteA, source: siteA, recordedBy: people.admin.id, at: db.now() };
  const many = Array.from({ length: 900 }, (_, index) => ({
    resourceType: 'Flag',
    id: `flag-${index}`,
    status: 'active',
    subject: { reference: `Patient/${index}` },
  }));
  await recordAct(db, recording, many, { audit: () => [], provenance: 'in-resources' });
  await indexRecords(db);
  const made = await everyRow();
  await clear();
  let commits = 0;
  const writer: typeof db.writer = {
    ...db.writer,
    commit: (batch) => {
      if (++commits > 1) throw new Error('cut off');
      return db.writer.commit(batch);
    },
  };
  await expect(indexRecords({ ...db, writer }, 2)).rejects.toThrow('cut off');
  expect(await indexRecords(db, 2)).toEqual({ indexed: 400 });
  expect(await everyRow()).toEqual(made);
});
