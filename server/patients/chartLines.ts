import { eq, sql } from 'drizzle-orm';
import type { ChartItem } from '../../shared/patients/chartViews.ts';
import { describedTypes } from '../../shared/patients/describe.ts';
import { writtenText } from '../../shared/patients/documentText.ts';
import { lookThrough } from '../../shared/patients/findWords.ts';
import { isVitalSign } from '../../shared/patients/observations.ts';
import type { Reader } from '../db/reader.ts';
import { resources } from '../records/tables.ts';
import { describeAll, foldedItems, readOnRecord, type OnRecord } from './onRecord.ts';

/** Something of a chart in a line, and of a document what it is read from. */
export interface ChartLine {
  item: ChartItem;
  isVital: boolean;
  /** What the line says, to look through. */
  sought: string;
  /** What a document says; empty for the rest, of which the line says all. */
  text: string;
}

/** As many lines as are kept in memory, of all charts together: some 30 MB. */
const mostKept = 60_000;

interface Kept {
  state: string;
  lines: ChartLine[];
}

/**
 * The lines of charts, kept while nothing in them changes: whoever opens a chart asks for its timeline, and who
 * searches it asks with every letter. Whether it is still what is on record is asked each time, which costs a
 * fiftieth of reading it. In memory only: on disk it would be a second copy of what is most private.
 */
export class ChartLines {
  readonly #reader: Reader;
  /** The one that was asked for longest ago comes first. */
  readonly #kept = new Map<string, Kept>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Everything of a chart that is shown in a line, newest first; what several sources say alike once. */
  async of(patientId: string): Promise<ChartLine[]> {
    // Asked before reading: what changes in between is seen the next time.
    const state = await this.#stateOf(patientId);
    const known = this.#kept.get(patientId);
    this.#kept.delete(patientId);
    const lines =
      known?.state === state
        ? known.lines
        : await linesOf(this.#reader, await readOnRecord(this.#reader, patientId, describedTypes));
    this.#kept.set(patientId, { state, lines });
    this.#forget();
    return lines;
  }

  /**
   * Every version raises its number, and what is merged away or taken back changes how many there are. Medicines are
   * named by resources that belong to no patient.
   */
  async #stateOf(patientId: string): Promise<string> {
    const [found] = await this.#reader
      .select({
        state: sql<string>`count(*) || ' ' || coalesce(sum(${resources.versionId}), 0) || ' ' ||
          coalesce(max(${resources.lastUpdated}), '') || ' ' || coalesce(sum(${resources.deleted}), 0) || ' ' ||
          (SELECT coalesce(max(m.last_updated), '') FROM resources m WHERE m.type = 'Medication')`,
      })
      .from(resources)
      .where(eq(resources.patientId, patientId));
    return found?.state ?? '';
  }

  #forget(): void {
    let sum = 0;
    for (const { lines } of this.#kept.values()) sum += lines.length;
    for (const [patientId, { lines }] of this.#kept) {
      if (sum <= mostKept) return;
      this.#kept.delete(patientId);
      sum -= lines.length;
    }
  }
}

async function linesOf(reader: Reader, records: OnRecord[]): Promise<ChartLine[]> {
  const described = await describeAll(reader, records);
  const keyOf = ({ type, id }: ChartItem): string => `${type}/${id}`;
  const byKey = new Map(described.map(({ item, record }) => [keyOf(item), record.resource]));
  return foldedItems(described).map((item) => {
    const resource = byKey.get(keyOf(item))!;
    return {
      item,
      isVital: isVitalSign(resource),
      sought: lookThrough(`${item.title} ${item.detail ?? ''}`),
      // Only here: a text that is folded into another is not read at all.
      text: item.lane === 'documents' ? writtenText(resource).text : '',
    };
  });
}
