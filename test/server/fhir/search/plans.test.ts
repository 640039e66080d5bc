import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeSetsFor } from '../../../../server/fhir/search/codeSets.ts';
import { find } from '../../../../server/fhir/search/find.ts';
import { parseSearch } from '../../../../server/fhir/search/request.ts';
import type { Reader } from '../../../../server/db/reader.ts';
import { testDatabase, type TestDatabase } from '../../../support/database.ts';
import { siteA } from '../../../support/people.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** The searches that US Core asks of every server, and those that screens are made of. */
const common: [type: string, query: string][] = [
  ['Patient', ''],
  ['Patient', 'family=smith&given=ann'],
  ['Patient', 'name=smith&birthdate=1970-01-01'],
  ['Patient', 'identifier=urn:mrn|1'],
  ['Patient', '_id=1'],
  ['Patient', 'gender=female&birthdate=ge1970'],
  ['Observation', 'patient=1&category=laboratory'],
  ['Observation', 'patient=1&code=http://loinc.org|8480-6&date=ge2020&_sort=-date'],
  ['Observation', 'code-value-quantity=8480-6$gt140'],
  ['Observation', 'subject:Patient.family=smith&code=8480-6'],
  ['Patient', '_has:Observation:patient:code=8480-6'],
  ['Condition', 'patient=1&clinical-status=active'],
  ['Encounter', 'patient=1&date=ge2020&status=finished'],
  ['Provenance', 'target=Observation/1'],
  ['Observation', '_lastUpdated=gt2024-01-01'],
  ['Condition', 'code:below=http://hl7.org/fhir/sid/icd-10-cm|E11'],
  ['Condition', 'patient=1&code:above=http://hl7.org/fhir/sid/icd-10-cm|E11.319'],
  ['Immunization', 'vaccine-code:in=https://cochart.dev/fhir/ValueSet/vaccine'],
  ['Immunization', 'patient=1&vaccine-code:not-in=https://cochart.dev/fhir/ValueSet/vaccine'],
  ['Observation', '_list=1&status=final'],
  ['Observation', '_profile:above=http://example.org/one/two'],
];

test.each(common)('%s?%s looks into indexes and reads no table from end to end', async (type, query) => {
  const asked = [...new URLSearchParams(query)];
  const codeSets = await codeSetsFor(db.reader, asked);
  const request = parseSearch({ siteId: siteA, now: db.now(), baseUrl: '', codeSets }, type, asked);
  if (!request.ok) throw new Error(request.error.message);
  const plans: string[] = [];
  const explaining = {
    values: async (asked: Parameters<Reader['values']>[0]) => {
      const rows = await db.reader.all<{ detail: string }>(sql`EXPLAIN QUERY PLAN ${asked}`);
      plans.push(...rows.map(({ detail }) => detail));
      return [];
    },
  } as unknown as Reader;
  await find(explaining, siteA, { ...request.value });
  expect(plans.length).toBeGreaterThan(0);
  expect(
    plans.filter(
      (step) => /^SCAN (?!json_each|\(|\d|CONSTANT)/.test(step) && !/VIRTUAL|SUBQUERY|CO-ROUTINE/.test(step),
    ),
  ).toEqual([]);
});
