import {
  conceptText,
  firstCoding,
  instantOf,
  listAt,
  referencedId,
  textAt,
  valueAt,
  type Resource,
} from './fhirValue.ts';

/** A resource with where it came from. */
export interface Sourced {
  resource: Resource;
  /** What the import or the act named: a site, another system. */
  source: string;
}

/** What is shown once, and what else on record says the same. */
export interface Folded<T> {
  kept: T;
  others: T[];
}

/**
 * Folds what several sources say alike into what came first. Only across sources: the same value twice from one source
 * may be two measurements, and stays two. What has no key is never folded.
 */
export function foldDuplicates<T>(
  items: readonly T[],
  keyOf: (item: T) => string | null,
  sourceOf: (item: T) => string,
): Folded<T>[] {
  const folded: Folded<T>[] = [];
  const alike = new Map<string, { entry: Folded<T>; sources: Set<string> }[]>();
  for (const item of items) {
    const key = keyOf(item);
    const source = sourceOf(item);
    const candidates = key === null ? [] : (alike.get(key) ?? []);
    const into = candidates.find(({ sources }) => !sources.has(source));
    if (into) {
      into.entry.others.push(item);
      into.sources.add(source);
      continue;
    }
    const entry: Folded<T> = { kept: item, others: [] };
    folded.push(entry);
    if (key !== null) alike.set(key, [...candidates, { entry, sources: new Set([source]) }]);
  }
  return folded;
}

const codeOf = (concept: unknown): string | null =>
  firstCoding(concept)?.code ?? conceptText(concept)?.toLowerCase() ?? null;

/** The instant, or what stands there when it is none. Null without any: two undated things are not known to be one. */
const timeOf = (resource: Resource, ...paths: string[][]): string | null => {
  for (const path of paths) {
    const text = textAt(resource, ...path);
    if (text !== null) return instantOf(text) ?? text;
  }
  return null;
};

const dayOf = (instant: string | null): string | null => instant?.slice(0, 10) ?? null;

const joined = (...parts: (string | null | undefined)[]): string | null =>
  parts.some((part) => part === null || part === undefined) ? null : parts.join('|');

const measured = (element: unknown): string =>
  JSON.stringify(
    Object.entries((element ?? {}) as Record<string, unknown>).filter(([name]) => name.startsWith('value')),
    // A quantity's unit is written in several ways; its code, where there is one, in one.
    (name, value: unknown) => (name === 'unit' || name === 'display' || name === 'text' ? undefined : value),
  );

/** By what two sources are seen to speak of the same thing. Null for what is never taken for the same. */
export function sameThing(resource: Resource): string | null {
  const type = resource.resourceType;
  switch (type) {
    case 'Observation': {
      const parts = listAt(resource, 'component').map(
        (part) => `${codeOf(valueAt(part, 'code'))}=${measured(part)}`,
      );
      return joined(
        type,
        codeOf(valueAt(resource, 'code')),
        timeOf(resource, ['effectiveDateTime'], ['effectiveInstant'], ['effectivePeriod', 'start']),
        measured(resource),
        parts.join(';'),
        textAt(resource, 'valueQuantity', 'code') ?? textAt(resource, 'valueQuantity', 'unit') ?? '',
      );
    }
    case 'Condition':
      return joined(type, codeOf(valueAt(resource, 'code')), dayOf(timeOf(resource, ['onsetDateTime'])));
    case 'AllergyIntolerance':
      // What is known of it is part of it: a source that knows of a severe reaction says more than one that does not.
      return joined(
        type,
        codeOf(valueAt(resource, 'code')),
        codeOf(valueAt(resource, 'clinicalStatus')) ?? '',
        textAt(resource, 'criticality') ?? '',
        JSON.stringify(listAt(resource, 'reaction')),
      );
    case 'Immunization':
      return joined(
        type,
        codeOf(valueAt(resource, 'vaccineCode')),
        dayOf(timeOf(resource, ['occurrenceDateTime'])),
      );
    case 'Procedure':
      return joined(
        type,
        codeOf(valueAt(resource, 'code')),
        timeOf(resource, ['performedDateTime'], ['performedPeriod', 'start']),
      );
    case 'MedicationRequest':
    case 'MedicationStatement':
      return joined(
        'medicine',
        codeOf(valueAt(resource, 'medicationCodeableConcept')) ??
          referencedId(valueAt(resource, 'medicationReference'), 'Medication'),
        timeOf(resource, ['authoredOn'], ['effectiveDateTime'], ['effectivePeriod', 'start']),
        textAt(resource, 'status') ?? '',
      );
    case 'DocumentReference':
    case 'DiagnosticReport': {
      const written =
        textAt(listAt(resource, 'content')[0], 'attachment', 'data') ??
        textAt(listAt(resource, 'presentedForm')[0], 'data');
      return written === null
        ? null
        : joined('document', codeOf(valueAt(resource, 'type')) ?? codeOf(valueAt(resource, 'code')), written);
    }
    default:
      return null;
  }
}

/** What is on record several times: from where, and whether it is the one that stands for all of them. */
export interface Several {
  /** Absent where all of it comes from one source. */
  sources?: string[];
  isKept: boolean;
}

/** What is said alike by more than one source, or by a document and a report that repeats its text, by `Type/id`. */
export function severalSources(records: readonly Sourced[]): Map<string, Several> {
  const found = new Map<string, Several>();
  for (const { kept, others } of foldDuplicates(records, ({ resource }) => sameThing(resource), recordOf)) {
    if (others.length === 0) continue;
    const sources = [...new Set([kept, ...others].map(({ source }) => source))];
    for (const record of [kept, ...others]) {
      const { resourceType, id } = record.resource;
      found.set(`${resourceType}/${id}`, { isKept: record === kept, ...(sources.length > 1 && { sources }) });
    }
  }
  return found;
}

/** Two kinds of resource of one source are two records of it. */
const recordOf = ({ resource, source }: Sourced): string =>
  resource.resourceType === 'DiagnosticReport' ? `${source} (report)` : source;
