import { z } from 'zod';
import type { Role } from '../access/capabilities.ts';

/** How many changes a page of a history holds, at most. */
export const maxChanges = 200;

const flag = z.enum(['0', '1']).transform((value) => value === '1');
const position = z.coerce.number().int().min(0);

/** A document of an encounter by the name of its room below it: `note/<noteId>`, `orders`, `care-plan`. */
export const historyDocument = z.string().min(1).max(100);

export const historyQuery = z.object({
  document: historyDocument,
  /** Entries of one person that follow within so many seconds are one change; 0: each entry is. */
  group: z.coerce.number().int().min(0).max(3_600).default(0),
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: z.coerce.number().int().min(1).max(maxChanges).default(50),
  /** Only changes before, or after, this place in the log. */
  before: position.optional(),
  after: position.optional(),
  /** Only by these people, ids with commas between. */
  author: z.string().max(2_000).optional(),
  /** Only in this section, draft or problem. */
  section: z.string().max(100).optional(),
  /** With the document's whole life in bars. */
  timeline: flag.default(false),
});
export type HistoryQuery = z.infer<typeof historyQuery>;

export const pastQuery = z.object({
  document: historyDocument,
  /** As in the list: what the change that ends here wrote is marked. */
  group: z.coerce.number().int().min(0).max(3_600).default(0),
  /** The other of two moments: what was added and removed between them is marked. */
  compare: position.optional(),
});

/** Who wrote: somebody of the staff, or the service itself. */
export interface PastAuthor {
  id: string;
  name: string;
  role: Role | 'system';
}

export interface PlaceName {
  id: string;
  title: string;
}

/** `created`: how the document began. `values`: fields were set. `layout`: kinds of line, formatting, order of lines. */
export type ChangeKind = 'created' | 'text' | 'values' | 'layout' | 'signed' | 'unsigned' | 'other';

export interface Change {
  /** The last entry of the change: the document as of here has all of it. */
  seq: number;
  firstSeq: number;
  at: string;
  firstAt: string;
  user: PastAuthor;
  kind: ChangeKind;
  summary: string;
  /** Characters written and deleted; what was only moved counts as neither. */
  added: number;
  removed: number;
  /** Sections, drafts or problems that it touched. */
  sections: PlaceName[];
  /** Its number among all changes of this grouping, from 1. */
  index: number;
}

export interface Bucket {
  at: string;
  /** The last entry in it. */
  seq: number;
  /** How much each author wrote or deleted, in the order of `authors`. */
  counts: number[];
}

export interface Session {
  from: string;
  to: string;
  firstSeq: number;
  lastSeq: number;
}

export interface Mark {
  kind: 'created' | 'signed';
  seq: number;
  at: string;
  user: PastAuthor;
}

/** A document's whole life: bars, the spells of work, and what stands out. */
export interface Timeline {
  bucketMs: number;
  buckets: Bucket[];
  sessions: Session[];
  marks: Mark[];
}

export interface HistoryPage {
  items: Change[];
  next?: string;
  /** The last entry of the log; 0 for a document in which nobody has written. */
  lastSeq: number;
  /** All changes of this grouping, also those left out by `author` and `section`. */
  total: number;
  authors: PastAuthor[];
  sections: PlaceName[];
  timeline?: Timeline;
}

export interface PastRun {
  text: string;
  marks?: Record<string, unknown>;
  author: { id: string };
  at: string;
  seq: number;
  /** Written by the change that was asked for. */
  isNew?: true;
  /** Between the two moments that were asked for. */
  change?: 'added' | 'removed';
  /** Who deleted it, of what was removed. */
  by?: { id: string };
}

export interface PastLine {
  kind: string;
  level?: number;
  indent?: number;
  checked?: boolean;
  /** Of a reference. */
  value?: string;
  runs: PastRun[];
}

export interface PastSection extends PlaceName {
  lines: PastLine[];
}

/** A value as somebody set it. */
export interface SetValue {
  value: unknown;
  author: { id: string };
  at: string;
  seq: number;
}

export interface PastValue extends SetValue {
  /** What two people disagreed on. */
  contested?: { value: unknown; user: string; at: string }[];
  /** At the earlier of two moments, where it was another one; null where there was none. */
  before?: SetValue | null;
}

/** A draft order, a problem, a goal or an intervention. */
export interface PastItem {
  id: string;
  author: { id: string };
  at: string;
  seq: number;
  values: Record<string, PastValue>;
  /** It came between the two moments that were asked for. */
  isNew?: true;
}

export interface PastProblem extends PastItem {
  goals: PastItem[];
  interventions: PastItem[];
  evaluation: PastLine[];
}

export type PastContent =
  | { kind: 'note'; sections: PastSection[] }
  | { kind: 'orders'; drafts: PastItem[] }
  | { kind: 'care-plan'; problems: PastProblem[] };

/** A document as it was. */
export interface Past {
  seq: number;
  at: string | null;
  /** The earlier of two moments. */
  compared?: { seq: number; at: string | null };
  authors: PastAuthor[];
  content: PastContent;
}
