import type { ChartHits, ChartItem } from '../../shared/patients/chartViews.ts';
import { hasWords, lookThrough, snippetOf, wordsOf } from '../../shared/patients/findWords.ts';
import { instantOf } from '../../shared/patients/fhirValue.ts';
import type { ChartLines } from './chartLines.ts';

const most = 60;

/** What in a chart has some words: those of a line (name, value) first, then of a text; newest first. */
export async function searchChart(lines: ChartLines, patientId: string, typed: string): Promise<ChartHits> {
  const words = wordsOf(typed);
  if (words.length === 0) return { items: [], total: 0 };
  const hits = (await lines.of(patientId)).flatMap(({ item, sought, text }) => {
    if (hasWords(sought, words)) return [{ item, inLine: true, text: '' }];
    return text !== '' && hasWords(sought + lookThrough(text), words) ? [{ item, inLine: false, text }] : [];
  });
  hits.sort((one, other) => Number(other.inLine) - Number(one.inLine) || newestFirst(one.item, other.item));
  return {
    items: hits.slice(0, most).map(({ item, text }) => ({ ...item, snippet: snippetOf(text, words) })),
    total: hits.length,
  };
}

const newestFirst = (one: ChartItem, other: ChartItem): number => {
  const [a, b] = [instantOf(one.at) ?? '', instantOf(other.at) ?? ''];
  return a < b ? 1 : a > b ? -1 : 0;
};
