import type { ChartDocumentText, DocumentKind, DocumentLine } from '../../shared/patients/chartViews.ts';
import { beginningOf, blocksOf, writtenText } from '../../shared/patients/documentText.ts';
import { documentTitle } from '../../shared/patients/documents.ts';
import { severalSources } from '../../shared/patients/duplicates.ts';
import { hasWords, lookThrough, wordsOf } from '../../shared/patients/findWords.ts';
import {
  instantOf,
  listAt,
  referencedId,
  textAt,
  valueAt,
  type Resource,
} from '../../shared/patients/fhirValue.ts';
import { isUsable } from '../../shared/patients/observations.ts';
import type { Reader } from '../db/reader.ts';
import { readResource } from '../records/recordStore.ts';
import { readOnRecord } from './onRecord.ts';
import { originOf } from './origin.ts';
import type { Page } from './queries.ts';

/** The types that hold documents. */
export const documentTypes = ['DocumentReference', 'DiagnosticReport'] as const;

export interface DocumentQuery {
  kind?: DocumentKind;
  /** Words of the title, the authors or the text. */
  q: string;
  from?: string;
  to?: string;
}

/** What is a document among reports: one that says something itself, not one that only groups results. */
const hasText = (resource: Resource): boolean =>
  resource.resourceType === 'DocumentReference' ||
  listAt(resource, 'presentedForm').length > 0 ||
  textAt(resource, 'conclusion') !== null;

/** Notes and reports, newest first. A report that repeats a note is folded into it. */
export async function listDocuments(
  reader: Reader,
  patientId: string,
  { kind, q, from, to }: DocumentQuery,
  { offset, limit }: Page,
): Promise<{ items: DocumentLine[]; more: boolean }> {
  const records = (await readOnRecord(reader, patientId, documentTypes)).filter(
    ({ resource }) => isUsable(resource) && hasText(resource),
  );
  // A note stands for the report that repeats it, not the other way round.
  const notesFirst = [...records].sort(
    (one, other) => Number(isReport(one.resource)) - Number(isReport(other.resource)),
  );
  const several = severalSources(notesFirst);
  const words = wordsOf(q);
  const lines = records.flatMap(({ resource }) => {
    const known = several.get(`${resource.resourceType}/${resource.id}`);
    if (known && !known.isKept) return [];
    const line = lineOf(resource);
    const at = instantOf(line.at) ?? '';
    if ((kind && line.kind !== kind) || (from && at < from) || (to && at >= to)) return [];
    if (
      words.length > 0 &&
      !hasWords(lookThrough([line.title, ...line.authors, writtenText(resource).text].join(' ')), words)
    )
      return [];
    return [{ at, resource, line: known?.sources ? { ...line, sources: known.sources } : line }];
  });
  lines.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  const page = lines.slice(offset, offset + limit);
  return {
    items: page.map(({ resource, line }) => ({ ...line, begins: beginningOf(writtenText(resource).text) })),
    more: lines.length > offset + limit,
  };
}

const isReport = (resource: Resource): boolean => resource.resourceType === 'DiagnosticReport';

const lineOf = (resource: Resource): DocumentLine => ({
  type: resource.resourceType,
  id: resource.id,
  kind: isReport(resource) ? 'report' : 'note',
  title: documentTitle(resource),
  at:
    textAt(resource, 'date') ??
    textAt(resource, 'effectiveDateTime') ??
    textAt(resource, 'effectivePeriod', 'start') ??
    textAt(resource, 'issued'),
  status: textAt(resource, 'status') ?? 'unknown',
  authors: [
    ...new Set(
      [...listAt(resource, 'author'), ...listAt(resource, 'performer'), valueAt(resource, 'authenticator')]
        .map((each) => textAt(each, 'display'))
        .filter((name) => name !== null),
    ),
  ],
  encounterId:
    [valueAt(resource, 'encounter'), ...listAt(resource, 'context', 'encounter')]
      .map((each) => referencedId(each, 'Encounter'))
      .find((id) => id !== null) ?? null,
  begins: '',
});

/** A document of this patient as text; null for another's, and for what has none. */
export async function readDocument(
  reader: Reader,
  patientId: string,
  type: (typeof documentTypes)[number],
  id: string,
): Promise<ChartDocumentText | null> {
  const stored = await readResource(reader, type, id);
  if (!stored || stored.patientId !== patientId) return null;
  const resource = JSON.parse(stored.json) as Resource;
  if (!isUsable(resource)) return null;
  const { text, unshown } = writtenText(resource);
  return {
    ...lineOf(resource),
    begins: beginningOf(text),
    blocks: blocksOf(text),
    unshown,
    origin: await originOf(reader, stored),
  };
}
