import { Fhir } from 'fhir';
import type { ValidationProblem } from './problem.ts';

/*
 * Required bindings, by the `fhir` library; shapes and invariants are @medplum/core's. Of what the library says only
 * "not found in value set" is taken, and put right in two places: it judges codes by value sets that it does not know,
 * and it refuses a CodeableConcept for any coding outside the value set, where R4 (4.1.5, required) asks for one inside.
 */

let made: Fhir | null = null;
const library = (): Fhir => (made ??= new Fhir());

interface KnownValueSet {
  systems: { codes: unknown[] }[];
}

/** Whether the library can say what is in a value set: it knows it, and each of its systems is listed whole. */
function isListed(fhir: Fhir, url: string): boolean {
  const valueSet = (fhir.parser.parsedValueSets as Record<string, KnownValueSet | undefined>)[url];
  return (
    valueSet !== undefined &&
    valueSet.systems.length > 0 &&
    valueSet.systems.every(({ codes }) => codes.length > 0)
  );
}

/** Codes outside the value sets to which R4 binds them. The resource has the right shape, or this may throw. */
export function checkBindings(resource: object): ValidationProblem[] {
  const fhir = library();
  const { messages } = fhir.validate(resource, {
    beforeCheckCode: (url, code) => code === undefined || code === null || !isListed(fhir, url),
  });
  const outside = new Map<string, number>();
  for (const { location, message, severity } of messages) {
    if (severity !== 'error' || location === undefined || !message?.endsWith('not found in value set'))
      continue;
    outside.set(location, (outside.get(location) ?? 0) + 1);
  }
  return [...outside]
    .filter(([location, codes]) => codes >= codingsAt(resource, location))
    .map(([location]) => ({
      severity: 'error',
      code: 'code-invalid',
      message: 'This code is not in the value set that FHIR R4 requires here.',
      expression: location,
    }));
}

/** How many codings stand at a place; 1 for a code. */
function codingsAt(resource: object, location: string): number {
  let at: unknown = resource;
  for (const [, name, index] of location.replace(/^[A-Za-z]+\./, '').matchAll(/([^.[\]]+)(?:\[(\d+)\])?/g)) {
    at = (at as Record<string, unknown> | undefined)?.[name!];
    if (index !== undefined) at = (at as unknown[] | undefined)?.[Number(index)];
  }
  const codings = (at as { coding?: unknown[] } | undefined)?.coding;
  return Array.isArray(codings) ? codings.length : 1;
}
