import { conceptText, instantOf, listAt, textAt, valueAt, type Resource } from './fhirValue.ts';
import type { ChartSummary } from './schema.ts';

type ChartDocument = ChartSummary['documents'][number];
type Immunization = ChartSummary['immunizations'][number];

const newestFirst = (a: { at: string | null }, b: { at: string | null }): number =>
  (instantOf(a.at) ?? '') < (instantOf(b.at) ?? '') ? 1 : -1;

const isReal = (resource: Resource): boolean => textAt(resource, 'status') !== 'entered-in-error';

/** What a document is, in the words of its source. */
export const documentTitle = (resource: Resource): string =>
  conceptText(valueAt(resource, 'type')) ??
  conceptText(valueAt(resource, 'code')) ??
  textAt(resource, 'description') ??
  textAt(listAt(resource, 'content')[0], 'attachment', 'title') ??
  'Document not named';

/** Document references and reports, newest first: what they are and when, not what they say. */
export const interpretDocuments = (resources: Resource[]): ChartDocument[] =>
  resources
    .filter(isReal)
    .map((resource) => ({
      id: resource.id,
      type: resource.resourceType,
      title: documentTitle(resource),
      at:
        textAt(resource, 'date') ??
        textAt(resource, 'effectiveDateTime') ??
        textAt(resource, 'effectivePeriod', 'start') ??
        textAt(resource, 'issued'),
      status: textAt(resource, 'status') ?? 'unknown',
    }))
    .sort(newestFirst);

/** Immunizations given, newest first. */
export const interpretImmunizations = (resources: Resource[]): Immunization[] =>
  resources
    .filter((resource) => textAt(resource, 'status') === 'completed')
    .map((resource) => ({
      id: resource.id,
      name: conceptText(valueAt(resource, 'vaccineCode')) ?? 'Vaccine not named',
      at: textAt(resource, 'occurrenceDateTime') ?? textAt(resource, 'occurrenceString'),
    }))
    .sort(newestFirst);
