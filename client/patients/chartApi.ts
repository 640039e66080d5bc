import { queryOptions, infiniteQueryOptions } from '@tanstack/svelte-query';
import type {
  ChartChanges,
  ChartDocumentText,
  ChartHits,
  ChartResults,
  ChartTimeline,
  DocumentKind,
  DocumentLine,
  Origin,
  ResultCategory,
} from '../../shared/patients/chartViews.ts';
import { ask, type List } from '../wire/api.ts';

const chart = (patientId: string, part: string): string =>
  `/api/patients/${encodeURIComponent(patientId)}/${part}`;

/** What narrows a list of documents. */
export interface DocumentFilter {
  kind: DocumentKind | 'all';
  q: string;
}

const first = ({ kind, q }: DocumentFilter): string =>
  new URLSearchParams({ ...(kind === 'all' ? {} : { kind }), ...(q === '' ? {} : { q }) }).toString();

const pagesShown = 3;
/** Lines of a page, as the service cuts them. */
const pageLength = 50;

/** The query of the page before, from that of a page; undefined at the beginning. */
function pageBefore(query: string): string | undefined {
  const asked = new URLSearchParams(query);
  const offset = Number(asked.get('offset') ?? 0);
  if (offset === 0) return undefined;
  asked.set('offset', String(Math.max(0, offset - pageLength)));
  return asked.toString();
}

/**
 * The parts of a chart, each asked for when it is shown. All keys begin with the patient, so that a change to the
 * record makes every part of it stale at once.
 */
export const chartQueries = {
  timeline: (patientId: string) =>
    queryOptions({
      queryKey: ['chart', patientId, 'timeline'],
      queryFn: ({ signal }) => ask<ChartTimeline>('GET', chart(patientId, 'timeline'), { signal }),
    }),
  results: (patientId: string, category: ResultCategory) =>
    infiniteQueryOptions({
      queryKey: ['chart', patientId, 'results', category],
      queryFn: ({ signal, pageParam }) => {
        const asked = new URLSearchParams({ category, ...(pageParam === '' ? {} : { before: pageParam }) });
        return ask<ChartResults>('GET', chart(patientId, `results?${asked}`), { signal });
      },
      initialPageParam: '',
      getNextPageParam: (last: ChartResults) => last.before,
    }),
  documents: (patientId: string, filter: DocumentFilter) =>
    infiniteQueryOptions({
      queryKey: ['chart', patientId, 'documents', filter],
      queryFn: ({ signal, pageParam }) =>
        ask<List<DocumentLine>>('GET', chart(patientId, `documents?${pageParam}`), { signal }),
      initialPageParam: first(filter),
      getNextPageParam: (last: List<DocumentLine>) => last.next,
      getPreviousPageParam: (_first: List<DocumentLine>, _all: unknown, param: string) => pageBefore(param),
      // However long somebody scrolls, the page holds no more lines than these.
      maxPages: pagesShown,
    }),
  document: (patientId: string, reference: string) =>
    queryOptions({
      queryKey: ['chart', patientId, 'document', reference],
      queryFn: ({ signal }) =>
        ask<ChartDocumentText>('GET', chart(patientId, `documents/${reference}`), { signal }),
    }),
  origin: (patientId: string, reference: string) =>
    queryOptions({
      queryKey: ['chart', patientId, 'origin', reference],
      queryFn: ({ signal }) => ask<Origin>('GET', chart(patientId, `origin/${reference}`), { signal }),
    }),
  search: (patientId: string, q: string) =>
    queryOptions({
      queryKey: ['chart', patientId, 'search', q],
      queryFn: ({ signal }) =>
        ask<ChartHits>('GET', chart(patientId, `search?q=${encodeURIComponent(q)}`), { signal }),
    }),
  changes: (patientId: string) =>
    queryOptions({
      queryKey: ['chart', patientId, 'changes'],
      queryFn: ({ signal }) =>
        ask<ChartChanges>('GET', chart(patientId, 'changes'), { signal, background: true }),
      // What others record is announced for charts in progress only.
      refetchInterval: 60_000,
    }),
};

/** Says that all that was recorded until then has been seen. */
export const markSeen = (patientId: string, asOf: string): Promise<{ seenUntil: string }> =>
  ask('POST', chart(patientId, 'looked'), { body: { asOf } });
