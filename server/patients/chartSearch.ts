import type { ChartHits, ChartItem } from '../../shared/patients/chartViews.ts';
import { describedTypes } from '../../shared/patients/describe.ts';
import { writtenText } from '../../shared/patients/documentText.ts';
import { hasWords, lookThrough, snippetOf, wordsOf } from '../../shared/patients/findWords.ts';
import { instantOf } from '../../shared/patients/fhirValue.ts';
import type { Reader } from '../db/reader.ts';
import { describeAll, foldedItems, readOnRecord } from './onRecord.ts';

const most = 60;

/**
 * What in a chart has some words: those of a line (name, value) first, then of a text; newest first. It reads the
 * record as it stands: one chart is small enough, and an index would be a second copy of what is most private.
 */
export async function searchChart(reader: Reader, patientId: string, typed: string): Promise<ChartHits> {
  const words = wordsOf(typed);
  if (words.length === 0) return { items: [], total: 0 };
  const described = await describeAll(reader, await readOnRecord(reader, patientId, describedTypes));
  const records = new Map(described.map(({ item, record }) => [`${item.type}/${item.id}`, record.resource]));
  const hits = foldedItems(described).flatMap((item) => {
    const line = lineOf(item);
    if (hasWords(lookThrough(line), words)) return [{ item, inLine: true, text: '' }];
    if (item.lane !== 'documents') return [];
    // Only here: a text that is folded into another is not read at all.
    const text = writtenText(records.get(`${item.type}/${item.id}`)!).text;
    return hasWords(lookThrough(`${line} ${text}`), words) ? [{ item, inLine: false, text }] : [];
  });
  hits.sort((one, other) => Number(other.inLine) - Number(one.inLine) || newestFirst(one.item, other.item));
  return {
    items: hits.slice(0, most).map(({ item, text }) => ({ ...item, snippet: snippetOf(text, words) })),
    total: hits.length,
  };
}

const lineOf = ({ title, detail }: ChartItem): string => `${title} ${detail ?? ''}`;

const newestFirst = (one: ChartItem, other: ChartItem): number => {
  const [a, b] = [instantOf(one.at) ?? '', instantOf(other.at) ?? ''];
  return a < b ? 1 : a > b ? -1 : 0;
};
