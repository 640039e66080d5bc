import { and, eq, inArray } from 'drizzle-orm';
import { systems } from '../../shared/patients/codes.ts';
import { codeIn, listAt, numberAt, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import type { Reader } from '../db/reader.ts';
import { sound, words } from '../records/damage.ts';
import { parseJson } from '../records/json.ts';
import { isCurrentVersion } from '../records/recordStore.ts';
import { resources, resourceVersions } from '../records/tables.ts';

/** `code` of the Task that asks for it. */
export const reviewCode = 'review-orders';

/** Orders that were made on another ward and that nobody has looked at since. */
export interface OrdersToReview {
  count: number;
  since: string;
}

/** The Tasks to look at orders again that nobody has done, by encounter. */
export async function pendingReviews(
  reader: Reader,
  encounterIds: string[],
): Promise<{ encounterId: string; task: Resource }[]> {
  if (encounterIds.length === 0) return [];
  const rows = await reader
    .select({ ...words, encounterId: resources.encounterId })
    .from(resources)
    .innerJoin(resourceVersions, isCurrentVersion)
    .where(
      and(
        eq(resources.type, 'Task'),
        eq(resources.code, reviewCode),
        eq(resources.deleted, false),
        inArray(resources.encounterId, encounterIds),
      ),
    );
  return sound(rows).flatMap(({ encounterId, json }) => {
    const task = parseJson(json) as Resource;
    const isOurs = codeIn(valueAt(task, 'code'), systems.task) === reviewCode;
    return encounterId !== null && isOurs && textAt(task, 'status') === 'requested'
      ? [{ encounterId, task }]
      : [];
  });
}

export async function ordersToReview(
  reader: Reader,
  encounterIds: string[],
): Promise<Map<string, OrdersToReview>> {
  const tasks = await pendingReviews(reader, encounterIds);
  return new Map(
    tasks.map(({ encounterId, task }) => [
      encounterId,
      {
        count: numberAt(listAt(task, 'input')[0], 'valueInteger') ?? 0,
        since: textAt(task, 'authoredOn') ?? '',
      },
    ]),
  );
}
