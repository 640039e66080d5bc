import type { z } from 'zod';
import { conceptText, valueAt, type Resource } from '../patients/fhirValue.ts';
import { readConcept } from './parts.ts';

/** What is known where an entry is written. */
export interface Writing {
  patientId: string;
  /** FHIR dateTime with the site's offset. */
  at: string;
  /** Reference to who writes. */
  who: object;
  /** Keeps a decimal's digits where the writer of JSON can. */
  decimal: (digits: string) => unknown;
}

/** `holds`: it counts today. `ended`: it did once. `error`: it was never so. */
export type Standing = 'holds' | 'ended' | 'error';

export interface Line {
  title: string;
  detail: string | null;
}

/** How an entry of a list ends without having been wrong. */
export interface Ending {
  outcome: string;
  reason?: string | undefined;
  on?: string | undefined;
}

/** What one kind of list is: its entries' form, how they stand in FHIR, and how they read. */
export interface TypedKind<Entry> {
  resourceType: string;
  /** Where several kinds share a resource type, or a type holds more than this list. */
  belongs(resource: Resource): boolean;
  /** Codes of the resources to look at, where a type holds far more than this list. */
  codes?: readonly string[];
  entry: z.ZodType<Entry>;
  /** What an entry says; null where it says something that this form cannot. */
  read(resource: Resource): Entry | null;
  /** The resource that says it: over the one before, or over a bare one. */
  write(entry: Entry, before: Resource, writing: Writing): Resource;
  standing(resource: Resource): Standing;
  /** For what is on record and cannot be read as an entry. */
  title(resource: Resource): string | null;
  line(entry: Entry): Line;
  /** What comes first on a list, higher first; the newest where nothing is said. */
  weight?(entry: Entry): number;
  /** What two entries about the same thing have in common: a substance, an ingredient, a problem. */
  about(entry: Entry): string[];
  /** Dates of what has happened, which cannot lie ahead. */
  past?(entry: Entry): (string | undefined)[];
  /** Worth a second look before it is written: codes of warnings. */
  odd?(entry: Entry, earlier: readonly Entry[]): string[];
  ending: {
    outcomes: readonly [string, ...string[]];
    reasonNeeded: boolean;
    write(resource: Resource, ending: Ending, writing: Writing): Resource;
  } | null;
  /** It was never so. */
  mistake(resource: Resource): Resource;
  /** The statement that there is none; null where a list is never empty in that way. */
  none: {
    is(resource: Resource): boolean;
    write(writing: Writing): Omit<Resource, 'id'>;
    /** What becomes of the statement once there is something; null where no status says "no longer", and it is withdrawn. */
    over: ((resource: Resource) => Resource) | null;
  } | null;
  /** How many hold at once: one of each `about`, the newest; or all. */
  holds: 'all' | 'newest';
  /** Recorded in place of the one before: a second is refused as long as one holds. */
  single?: boolean;
  /** LOINC code of the list as a whole, under which its reviews are kept; null for what is not reviewed as a list. */
  listCode: string | null;
}

/** A kind whose entries are of a form that only it knows: what comes in is parsed before it is used. */
export type ListKind = Omit<TypedKind<unknown>, 'entry'> & { entry: z.ZodType };

export function listKind<Entry>(kind: TypedKind<Entry>): ListKind {
  const { entry: form, write, line, about, weight, past, odd, ...rest } = kind;
  return {
    ...rest,
    entry: form,
    write: (entry, before, writing) => write(form.parse(entry), before, writing),
    line: (entry) => line(form.parse(entry)),
    about: (entry) => about(form.parse(entry)),
    ...(weight && { weight: (entry: unknown) => weight(form.parse(entry)) }),
    ...(past && { past: (entry: unknown) => past(form.parse(entry)) }),
    ...(odd && {
      odd: (entry: unknown, earlier: readonly unknown[]) =>
        odd(
          form.parse(entry),
          earlier.map((each) => form.parse(each)),
        ),
    }),
  };
}

/** What kinds have in common whose entries are named by one coded element: a problem, a substance, a vaccine. */
type CodedKind<Entry> = Omit<TypedKind<Entry>, 'belongs' | 'holds' | 'title' | 'read'> & {
  /** Where the resource names it, and the entry. */
  names: { element: string; field: keyof Entry & string };
  /** The other fields of an entry. */
  fields(resource: Resource): Record<string, unknown>;
  /** For what is named in another way. */
  otherTitle?(resource: Resource): string | null;
};

/** A list of coded things, of which all that were said hold. */
export const codedKind = <Entry>({ names, fields, otherTitle, ...kind }: CodedKind<Entry>): ListKind =>
  listKind<Entry>({
    ...kind,
    belongs: () => true,
    holds: 'all',
    title: (resource) => conceptText(valueAt(resource, names.element)) ?? otherTitle?.(resource) ?? null,
    read: (resource) => {
      const named = readConcept(valueAt(resource, names.element));
      const read =
        named === null ? null : kind.entry.safeParse({ [names.field]: named, ...fields(resource) });
      return read?.success ? read.data : null;
    },
  });
