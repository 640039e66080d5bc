import type { ChartTimeline } from '../../shared/patients/chartViews.ts';
import type { ChartLines } from './chartLines.ts';

/** More than the longest record of the samples has by far; beyond it the oldest are left out, and that is said. */
const most = 5_000;

/** Everything of a chart that has a time, in lines. Vital signs are drawn as trends and left out here. */
export async function readTimeline(lines: ChartLines, patientId: string): Promise<ChartTimeline> {
  const timed = (await lines.of(patientId)).filter(({ item, isVital }) => item.at !== null && !isVital);
  return { items: timed.slice(0, most).map(({ item }) => item), more: timed.length > most };
}
