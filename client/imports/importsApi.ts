import { ask, type Asking, type List } from '../wire/api.ts';

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
export const loadImports = (how: Asking, next?: string): Promise<List<ImportLine>> =>
  ask('GET', next === undefined ? '/api/imports' : `/api/imports?${next}`, how);

export const loadReport = (id: string, how: Asking): Promise<Report> =>
  ask('GET', `/api/imports/${encodeURIComponent(id)}`, how);
