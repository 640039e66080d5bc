import type { ChartTimeline } from '../../shared/patients/chartViews.ts';
import { describedTypes } from '../../shared/patients/describe.ts';
import { isVitalSign } from '../../shared/patients/observations.ts';
import type { Reader } from '../db/reader.ts';
import { describeAll, foldedItems, readOnRecord } from './onRecord.ts';

/** More than the longest record of the samples has by far; beyond it the oldest are left out, and that is said. */
const most = 5_000;

/** Everything of a chart that has a time, in lines. Vital signs are drawn as trends and left out here. */
export async function readTimeline(reader: Reader, patientId: string): Promise<ChartTimeline> {
  const records = await readOnRecord(reader, patientId, describedTypes, { most: most + 1 });
  const described = await describeAll(reader, records.slice(0, most));
  const items = foldedItems(
    described.filter(({ item, record }) => item.at !== null && !isVitalSign(record.resource)),
  );
  return { items, more: records.length > most };
}
