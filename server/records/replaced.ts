import { and, eq, inArray, isNotNull } from 'drizzle-orm';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { patients, resourceVersions } from './tables.ts';
import { chunks } from './write.ts';

/** What the versions that a merge makes are called; where a source says that it has merged, nothing moves here. */
export const mergeActivity = 'patient-merged';

/** More merges on top of each other than anybody makes: a ring in what an import brought ends here. */
const longestChain = 20;

/** Nothing is recorded any more in a record that was merged; which one to go to is the same site's to know. */
export const mergedRefusal = (survivorId: string): Refusal => ({
  ...refuse('conflict', 'This record was merged into another one.'),
  more: { survivor: `Patient/${survivorId}` },
});

/** By the id of a record that was merged here, the id of the record that it is part of now. */
export async function survivorsOf(
  reader: Reader,
  patientIds: Iterable<string>,
): Promise<Map<string, string>> {
  const survivors = new Map<string, string>();
  let asked = [...new Set(patientIds)];
  for (let step = 0; step < longestChain && asked.length > 0; step++) {
    const next = new Map<string, string>();
    for (const part of chunks(asked))
      for (const { id, by } of await mergedAway(reader, part)) next.set(id, by!);
    if (step === 0) for (const [id, by] of next) survivors.set(id, by);
    else for (const [id, by] of survivors) survivors.set(id, next.get(by) ?? by);
    asked = [...new Set(next.values())];
  }
  return survivors;
}

/** What was found, without what was merged: a record that was given up is found as the one that it is part of now. */
export async function asSurvivors(reader: Reader, type: string, ids: string[]): Promise<string[]> {
  if (type !== 'Patient' || ids.length < 1) return ids;
  const survivors = await survivorsOf(reader, ids);
  return [...new Set(ids.map((id) => survivors.get(id) ?? id))];
}

const mergedAway = (reader: Reader, patientIds: string[]) =>
  reader
    .selectDistinct({ id: patients.id, by: patients.replacedBy })
    .from(patients)
    .innerJoin(
      resourceVersions,
      and(
        eq(resourceVersions.type, 'Patient'),
        eq(resourceVersions.id, patients.id),
        eq(resourceVersions.activity, mergeActivity),
      ),
    )
    .where(and(inArray(patients.id, patientIds), isNotNull(patients.replacedBy)));

/** The batch is rolled back when one of these records has been merged into another: nothing is recorded in it any more. */
export const guardNotMerged = (patientIds: readonly string[]): Statement => ({
  sql: `INSERT INTO guard (ok) VALUES (NOT EXISTS (
    SELECT 1 FROM patients WHERE id IN (SELECT value FROM json_each(?)) AND replaced_by IS NOT NULL AND EXISTS (
      SELECT 1 FROM resource_versions WHERE type = 'Patient' AND resource_versions.id = patients.id AND activity = ?)))`,
  params: [JSON.stringify(patientIds), mergeActivity],
});
