import { and, eq, inArray } from 'drizzle-orm';
import { users } from '../auth/tables.ts';
import { guardRows, statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';

/** The accounts that show a patient's record to the patient. */
export async function usersOf(reader: Reader, patientId: string): Promise<string[]> {
  const rows = await reader.select({ id: users.id }).from(users).where(eq(users.patientId, patientId));
  return rows.map(({ id }) => id);
}

/** Some accounts show another record from now on. Rolled back when they no longer show the one that was read. */
export const giveUsers = (
  reader: Reader,
  userIds: string[],
  { from, to }: { from: string; to: string },
): Statement[] =>
  userIds.length === 0
    ? []
    : [
        statement(
          reader
            .update(users)
            .set({ patientId: to })
            .where(and(inArray(users.id, userIds), eq(users.patientId, from))),
        ),
        guardRows(userIds.length),
      ];
