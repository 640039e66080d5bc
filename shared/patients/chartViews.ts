import type { ObservationValue, Series } from './schema.ts';

/** What the parts of a chart answer; see `server/patients/chartRoutes.ts`. */

export const lanes = [
  'encounters',
  'problems',
  'medicines',
  'results',
  'documents',
  'procedures',
  'immunisations',
] as const;
export type Lane = (typeof lanes)[number];

/** One thing in a chart, in a line: what kind, what it is called, when. */
export interface ChartItem {
  type: string;
  id: string;
  lane: Lane;
  /** Of a result: the code of its series. */
  code?: string;
  title: string;
  /** Value, dose or place: what is said beside the title. */
  detail: string | null;
  /** As its source writes it. */
  at: string | null;
  /** For what lasts: its end, or null while it goes on. Absent for what happens at once. */
  endAt?: string | null;
  /** Out of range, by its source. */
  flagged?: true;
  /** Where more than one source says the same. */
  sources?: string[];
}

/** `GET /api/patients/:id/timeline`. */
export interface ChartTimeline {
  items: ChartItem[];
  /** The record holds more than is shown: what is older is left out. */
  more: boolean;
}

export type ResultCategory = ObservationValue['category'];

/** A series with the panel (the report) that its latest value came in. */
export interface PanelSeries extends Series {
  panel: string | null;
  /** What the patient's goals name for it, in its unit. */
  targets: number[];
}

/** `GET /api/patients/:id/results`. */
export interface ChartResults {
  series: PanelSeries[];
  /** Set when older values were left out: they come with `?before=` this instant, and some at it once more. */
  before: string | null;
}

export const documentKinds = ['note', 'report'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** `GET /api/patients/:id/documents`. */
export interface DocumentLine {
  type: string;
  id: string;
  kind: DocumentKind;
  title: string;
  at: string | null;
  status: string;
  authors: string[];
  encounterId: string | null;
  /** Its first words. */
  begins: string;
  sources?: string[];
}

/** A piece of a document's text. */
export type DocumentBlock =
  { kind: 'heading'; level: 1 | 2 | 3; text: string } | { kind: 'paragraph' | 'bullet'; text: string };

/** `GET /api/patients/:id/documents/:type/:documentId`. */
export interface ChartDocumentText extends DocumentLine {
  blocks: DocumentBlock[];
  /** What cannot be shown as text: its content type. */
  unshown: string[];
  origin: Origin;
}

/** `GET /api/patients/:id/origin/:type/:resourceId`: who says so. */
export interface Origin {
  site: string;
  source: string;
  /** The person's name; null for an import or the service itself. */
  by: string | null;
  recordedAt: string;
  versionId: number;
}

/** Something recorded since somebody last looked. */
export interface ChartChange extends ChartItem {
  what: 'new' | 'changed';
  recordedAt: string;
  by: string | null;
}

/** `GET /api/patients/:id/changes`. */
export interface ChartChanges {
  /** Up to when this person has seen the chart; null when they never said so. */
  seenUntil: string | null;
  /** What to send to `POST …/looked` once all this is read. */
  asOf: string;
  total: number;
  items: ChartChange[];
}

/** `GET /api/patients/:id/search`. */
export interface ChartHit extends ChartItem {
  /** A piece of the text that was found, and which parts of it are the words. */
  snippet: { text: string; marks: [number, number][] } | null;
}
export interface ChartHits {
  items: ChartHit[];
  total: number;
}
