import { ask, send, type Asking, type List } from '../wire/api.ts';

export interface Totals {
  files: number;
  partly: number;
  refused: number;
  created: number;
  updated: number;
  unchanged: number;
  leftOut: number;
}

export interface ImportLine {
  id: string;
  siteId: string;
  source: string;
  startedAt: string;
  finishedAt: string | null;
  /** Files that were to be imported. */
  asked: number;
  totals: Totals;
  /** How far it has come; null when nothing is being done about it. */
  progress: Progress | null;
}

export interface Progress {
  bytes: number;
  totalBytes: number;
}

export interface Imports extends List<ImportLine> {
  /** What the service takes of a file that is sent. */
  mostBytes: number;
}

export interface Problem {
  place: string;
  message: string;
}

export interface FileReport {
  name: string;
  outcome: 'running' | 'stored' | 'partly' | 'refused';
  created: number;
  updated: number;
  unchanged: number;
  followed: number;
  leftOut: number;
  problems: Problem[];
  unresolvedCount: number;
  unresolved: Problem[];
}

export interface Report extends ImportLine {
  files: FileReport[];
}

/** `next` is the query of a following page, as the page before it said. */
export const loadImports = (how: Asking, next?: string): Promise<Imports> =>
  ask('GET', next === undefined ? '/api/imports' : `/api/imports?${next}`, how);

export const loadReport = (id: string, how: Asking): Promise<Report> =>
  ask('GET', `/api/imports/${encodeURIComponent(id)}`, how);

export const loadProgress = (
  id: string,
  how: Asking,
): Promise<{ progress: Progress | null; finishedAt: string | null }> =>
  ask('GET', `/api/imports/${encodeURIComponent(id)}/progress`, how);

/** Sends a file to be imported; an empty source is the site itself. @throws ApiError */
export const sendFile = (
  file: File,
  { source, ...how }: { source: string } & Parameters<typeof send>[2],
): Promise<{ id: string }> => {
  const query = new URLSearchParams({ name: file.name, ...(source === '' ? {} : { source }) });
  return send(`/api/imports?${query}`, file, how);
};
