/**
 * Reading FHIR JSON that nobody has validated: each answers null (or nothing) where something else stands than was
 * asked for, so that one odd resource never keeps a chart from opening.
 */
export interface Resource {
  resourceType: string;
  id: string;
  [element: string]: unknown;
}

type Path = (string | number)[];

export function valueAt(value: unknown, ...path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

export function textAt(value: unknown, ...path: Path): string | null {
  const found = valueAt(value, ...path);
  return typeof found === 'string' && found.trim() !== '' ? found : null;
}

export function numberAt(value: unknown, ...path: Path): number | null {
  const found = valueAt(value, ...path);
  return typeof found === 'number' && Number.isFinite(found) ? found : null;
}

export function listAt(value: unknown, ...path: Path): unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The words of a CodeableConcept: its own text, else the first display, else the first code. */
export function conceptText(concept: unknown): string | null {
  const codings = listAt(concept, 'coding');
  const said = (key: string): string | null =>
    codings.map((coding) => textAt(coding, key)).find((text) => text !== null) ?? null;
  return textAt(concept, 'text') ?? said('display') ?? said('code');
}

/** The first coding of a CodeableConcept that has a code. */
export function firstCoding(concept: unknown): { system: string | null; code: string } | null {
  for (const coding of listAt(concept, 'coding')) {
    const code = textAt(coding, 'code');
    if (code !== null) return { system: textAt(coding, 'system'), code };
  }
  return null;
}

/** Whether a CodeableConcept has a coding of a system with one of some codes. */
export const hasCode = (concept: unknown, codes: ReadonlySet<string>): boolean =>
  listAt(concept, 'coding').some((coding) => codes.has(textAt(coding, 'code') ?? ''));

/** The code of a concept in one system. */
export function codeIn(concept: unknown, system: string): string | null {
  const coding = listAt(concept, 'coding').find((coding) => textAt(coding, 'system') === system);
  return textAt(coding, 'code');
}

/** The id in a literal reference to a resource of this type: `Patient/x`, also with a version or an address before it. */
export function referencedId(reference: unknown, type: string): string | null {
  const literal = textAt(reference, 'reference');
  const match = literal?.match(
    /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/,
  );
  return match && match[1] === type ? match[2]! : null;
}

const dateTime = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/**
 * A FHIR date or dateTime as an instant in UTC, for ordering only: what is left out counts as its beginning, and a
 * date without a zone as UTC.
 */
export function instantOf(text: string | null): string | null {
  if (text === null || !dateTime.test(text)) return null;
  const zoned = /T/.test(text) && !/(Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text;
  const at = new Date(zoned);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
