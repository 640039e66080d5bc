import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyRecords } from '../../../server/records/verify.ts';
import { parseJson } from '../../../server/records/json.ts';
import { stage } from '../../../server/records/stage.ts';
import type { Resource } from '../../../shared/patients/fhirValue.ts';
import { seedEncounter } from '../../support/chart.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { seedPeople } from '../../support/people.ts';
import { tamper } from '../../support/tamper.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
  await seedPeople(database);
  await seedEncounter(database);
  const { reader, writer, now } = database;
  const [site] = await reader.all<{ id: string }>(sql`SELECT id FROM sites LIMIT 1`);
  const recording = { siteId: site!.id, source: site!.id, recordedBy: 'nurse', at: now() };
  const resources = [
    '{"resourceType":"Basic","id":"b1","code":{"text":"1.50"}}',
    '{"resourceType":"Observation","id":"o1","status":"final","valueQuantity":{"value":1.50,"unit":"mg"}}',
  ].map((json) => parseJson(json) as Resource);
  const staged = await stage(reader, resources, recording);
  if (!staged.ok) throw new Error(JSON.stringify(staged.error));
  await writer.commit({ statements: staged.value.statements });
});
afterEach(() => database.close());

const first = { type: 'Observation', id: 'o1', versionId: 1 };
const one = `WHERE type = 'Observation' AND id = 'o1' AND version_id = 1`;

test('a record that nobody touched is as it was stored', async () => {
  const [row] = await database.reader.all<{ count: number }>(
    sql`SELECT count(*) AS count FROM resource_versions`,
  );
  expect(row!.count).toBeGreaterThan(0);
  expect(await verifyRecords(database.reader)).toEqual({ versions: row!.count, damage: [] });
});

test.each([
  ['another word', `UPDATE resource_versions SET json = replace(json, 'status', 'statut') ${one}`],
  ['a space that was no space', `UPDATE resource_versions SET json = json || '}' ${one}`],
  ['another hash', `UPDATE resource_versions SET content_hash = 'x' ${one}`],
  ['fewer digits', `UPDATE resource_versions SET json = replace(json, '1.50', '1.5') ${one}`],
])('%s is found, by its name, and nothing else is', async (_what, statement) => {
  await tamper(database, [statement]);
  expect((await verifyRecords(database.reader)).damage).toEqual([first]);
});

test('words under another’s name are found', async () => {
  await tamper(database, [
    `UPDATE resource_versions SET (json, content_hash) =
       (SELECT json, content_hash FROM resource_versions WHERE type = 'Basic') ${one}`,
  ]);
  expect((await verifyRecords(database.reader)).damage).toEqual([first]);
});
