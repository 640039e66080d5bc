import { and, eq } from 'drizzle-orm';
import { refuse } from '../../shared/wire/refusals.ts';
import type { Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { encounters } from './tables.ts';

/** Whose an encounter is: a merge and a refiling change it. */
export interface Filing {
  /** The encounter. */
  id: string;
  patientId: string;
}

/** The batch is rolled back when the encounter has been given to another patient since it was read. */
export const guardFiledTo = ({ id, patientId }: Filing): Statement => ({
  sql: 'INSERT INTO guard (ok) VALUES (EXISTS (SELECT 1 FROM encounters WHERE id = ? AND patient_id = ?))',
  params: [id, patientId],
});

/** Whoever acts had another patient's name before them: they look again before they act again. */
export const filedElsewhere = refuse(
  'conflict',
  'This encounter is not filed to this patient, or no longer. See whose it is, and do it again there.',
);

export async function isFiledTo(reader: Reader, { id, patientId }: Filing): Promise<boolean> {
  const rows = await reader
    .select({ id: encounters.id })
    .from(encounters)
    .where(and(eq(encounters.id, id), eq(encounters.patientId, patientId)));
  return rows.length > 0;
}
