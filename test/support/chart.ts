import { statement } from '../../server/db/batch.ts';
import type { Deps } from '../../server/deps.ts';
import { encounters, patients } from '../../server/records/tables.ts';
import { siteA, wardOfA } from './people.ts';

export const encounterId = 'ec000000-0000-4000-8000-000000000001';
export const patientId = 'ba000000-0000-4000-8000-000000000001';

/** One patient in one bed of site A, with an encounter in progress. */
export async function seedEncounter({
  reader,
  writer,
  now,
}: Pick<Deps, 'reader' | 'writer' | 'now'>): Promise<void> {
  const patient = {
    id: patientId,
    siteId: siteA,
    family: 'Testcase',
    given: 'Una',
    birthDate: '1957-02-14',
    sex: 'female',
    mrn: '44712086',
    searchText: ' testcase una 44712086 1957-02-14',
  };
  const encounter = {
    id: encounterId,
    patientId,
    siteId: siteA,
    wardId: wardOfA,
    bed: '3',
    status: 'in-progress',
    class: 'IMP',
    startAt: now().toISOString(),
  };
  await writer.commit({
    statements: [
      statement(reader.insert(patients).values(patient)),
      statement(reader.insert(encounters).values(encounter)),
    ],
  });
}
