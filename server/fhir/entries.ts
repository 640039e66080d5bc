import { textAt, valueAt } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { isObject } from './body.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

/** One request of a batch or a transaction. */
export interface EntryRequest {
  /** FHIRPath of the entry. */
  place: string;
  fullUrl: string | null;
  method: Method;
  /** Relative to the API: `Patient/1`, `Patient?name=x`. */
  url: string;
  resource: Record<string, unknown> | null;
  ifMatch: string | null;
  ifNoneMatch: string | null;
  ifNoneExist: string | null;
}

/** The requests of a bundle, or every place at which it asks for nothing that can be done. */
export function readEntries(bundle: Record<string, unknown>, base: string): Result<EntryRequest[], Refusal> {
  const { entry = [] } = bundle;
  const errors: { path: string; message: string }[] = [];
  const requests: EntryRequest[] = [];
  if (!Array.isArray(entry)) errors.push({ path: 'Bundle.entry', message: 'This is not a list.' });
  else {
    for (const [index, each] of entry.entries()) {
      const read = readEntry(each, `Bundle.entry[${index}]`, base);
      if (read.ok) requests.push(read.value);
      else errors.push(read.error);
    }
  }
  return errors.length > 0 ? no({ ...refuse('invalid'), errors }) : ok(requests);
}

function readEntry(
  entry: unknown,
  place: string,
  base: string,
): Result<EntryRequest, { path: string; message: string }> {
  const request = valueAt(entry, 'request');
  const method = methods.find((each) => each === textAt(request, 'method'));
  const address = textAt(request, 'url');
  if (method === undefined)
    return no({ path: `${place}.request.method`, message: 'There is no such method.' });
  if (address === null) return no({ path: `${place}.request.url`, message: 'The request has no address.' });
  const url = address.startsWith(`${base}/`) ? address.slice(base.length + 1) : address.replace(/^\//, '');
  if (/^[a-z]+:/i.test(url))
    return no({ path: `${place}.request.url`, message: 'This address is not one of this service.' });
  const resource = valueAt(entry, 'resource');
  const needsResource = method === 'POST' || method === 'PUT' || method === 'PATCH';
  if (needsResource && !isObject(resource))
    return no({ path: `${place}.resource`, message: 'This entry has no resource.' });
  return ok({
    place,
    fullUrl: textAt(entry, 'fullUrl'),
    method,
    url,
    resource: isObject(resource) ? resource : null,
    ifMatch: textAt(request, 'ifMatch'),
    ifNoneMatch: textAt(request, 'ifNoneMatch'),
    ifNoneExist: textAt(request, 'ifNoneExist'),
  });
}

/** A JSON Patch travels in a bundle as a Binary. @throws SyntaxError for what is no JSON */
export function patchIn(resource: Record<string, unknown>): string | null {
  const { resourceType, contentType, data } = resource;
  if (resourceType !== 'Binary' || contentType !== 'application/json-patch+json' || typeof data !== 'string')
    return null;
  return Buffer.from(data, 'base64').toString();
}
