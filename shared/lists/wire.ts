import { z } from 'zod';
import type { ListName } from './names.ts';
import { partialDate, shortText } from './parts.ts';
import type { Line, Standing } from './kind.ts';

/** The version that its sender saw; another one is there: 409, with what it says. */
const version = z.int().positive();
/** The form of an entry is its list's. */
const entry = z.looseObject({});
/** It was asked about (a duplicate, an unlikely number), and is meant. */
const anyway = z.boolean().optional();

/** The encounter of this patient in which somebody records what is new. */
const encounterId = z.string().min(1).max(64).optional();

export const toAdd = z.strictObject({ entry, anyway, encounterId });
export const toSayNone = z.strictObject({ encounterId });
export const toChange = z.strictObject({ version, entry, anyway });
export const toEnd = z.strictObject({
  version,
  outcome: z.string().max(40),
  reason: shortText.optional(),
  on: partialDate.optional(),
});
export const toTakeBack = z.strictObject({ version, reason: shortText });
export const toRestore = z.strictObject({ version, to: version });
export const toReview = z.strictObject({
  encounterId,
  /** Every entry that holds, each with what its reviewer says of it. */
  lines: z
    .array(
      z.discriminatedUnion('what', [
        z.strictObject({ what: z.literal('confirmed'), id: z.string().max(64), version }),
        z.strictObject({ what: z.literal('changed'), id: z.string().max(64), version, entry }),
        z.strictObject({
          what: z.literal('ended'),
          id: z.string().max(64),
          version,
          outcome: z.string().max(40),
          reason: shortText.optional(),
        }),
      ]),
    )
    .max(500),
});
export type ToReview = z.infer<typeof toReview>;

/** Who put a version on record, and when. */
export interface RecordedBy {
  at: string;
  /** Null where no user of this service did: it was imported. */
  by: string | null;
  source: string | null;
  reason: string | null;
}

/** An entry as a screen shows it. */
export interface ListItem {
  id: string;
  version: number;
  standing: Standing;
  line: Line;
  /** For the form; null where the resource says what the form cannot. */
  entry: Record<string, unknown> | null;
  recorded: RecordedBy;
  endingReason: string | null;
  /** Of those that several sources report word for word alike, where they come from; null is the site itself. */
  sources?: (string | null)[];
  /** The entry that stands for this one too, since another source says the very same: shown once, and still an entry. */
  shownWith?: string;
}

/** A list as it stands: `none` was said by somebody, `unknown` by nobody. */
export interface ListState {
  state: 'listed' | 'none' | 'unknown';
  none: { id: string; version: number; recorded: RecordedBy } | null;
  items: ListItem[];
  /** Entries that no longer hold, or never did. */
  others: number;
  reviewed: { at: string; by: string | null } | null;
}

/** `GET /api/patients/:id/lists`. */
export type ListsAnswer = { lists: Record<ListName, ListState> };

/** What a 422 asks before it goes on: entries about the same thing, and warnings by their codes. */
export interface Doubts {
  duplicates: {
    id: string;
    line: Line;
    /** Ingredients that both hold, where they go by different names. */
    shares?: string[];
  }[];
  odd: string[];
}
