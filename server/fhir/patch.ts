import jsonPatch, { type Operation } from 'fast-json-patch';
import { LosslessNumber } from 'lossless-json';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { parseJson } from '../records/json.ts';
import { isObject } from './body.ts';

/** More than any form has fields: what is larger replaces the resource. */
const mostOperations = 1000;

/** A resource as a JSON Patch (RFC 6902) leaves it, decimals with their digits. `json` is the version it is made on. */
export function patched(json: string, patch: unknown): Result<Resource, Refusal> {
  if (!Array.isArray(patch) || patch.length > mostOperations || !patch.every(isObject))
    return no(refuse('invalid', 'A JSON Patch is a list of operations.'));
  if (patch.some(({ path }) => path === '' || path === '/id' || path === '/resourceType'))
    return no(refuse('unprocessable', 'A patch changes neither what a resource is nor its id.'));
  const operations = patch as unknown as Operation[];
  const wrong = jsonPatch.validate(operations);
  if (wrong) return no(refusePatch(wrong));
  try {
    const { newDocument } = jsonPatch.applyPatch(parseJson(json), operations, true, true, true);
    return ok(withDigits(newDocument) as Resource);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return no(refusePatch(error));
  }
}

/** The library's words quote the whole resource: only which rule was broken is passed on, and at which operation. */
function refusePatch(error: Error & { index?: number }): Refusal {
  const what =
    error.name === 'TEST_OPERATION_FAILED'
      ? 'A test of the patch found something else.'
      : 'The patch does not fit the resource.';
  return refuse('unprocessable', error.index === undefined ? what : `${what} Operation ${error.index}.`);
}

/** The library copies by way of plain JSON, which makes a kept number an object of no class. */
function withDigits(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDigits);
  if (value === null || typeof value !== 'object' || value instanceof LosslessNumber) return value;
  const { isLosslessNumber, value: digits } = value as { isLosslessNumber?: unknown; value?: unknown };
  if (isLosslessNumber === true && typeof digits === 'string' && /^-?\d[\d.eE+-]*$/.test(digits))
    return new LosslessNumber(digits);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withDigits(member)]));
}
