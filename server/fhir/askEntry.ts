import { STATUS_CODES } from 'node:http';
import type { Context } from 'hono';
import { can } from '../../shared/access/can.ts';
import { valueAt } from '../../shared/patients/fhirValue.ts';
import { signedIn, type Env } from '../http/route.ts';
import { parseJson, writeJson } from '../records/json.ts';
import { patchIn, type EntryRequest } from './entries.ts';

/** Asks the API one request of a bundle, as the person on this one. */
export type AskInside = (c: Context<Env>, request: Request) => Promise<Response>;

export const inWords = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trim();

/** Only who asks for the resources back gets them back: a bundle's answer is long enough. */
export const wantsResources = (c: Context<Env>): boolean =>
  /\breturn\s*=\s*"?representation\b/.test(c.req.header('Prefer') ?? '') &&
  can(signedIn(c).user, 'chart:read');

/** One entry as a request by itself, under the same rules as any other. */
export async function askedEntry(
  c: Context<Env>,
  ask: AskInside,
  entry: EntryRequest,
  base: string,
  index: number,
): Promise<object> {
  const response = await ask(c, requestOf(c, entry, base, index));
  const text = await response.text();
  const body = text === '' ? undefined : parseJson(text);
  const location = response.headers.get('Location');
  const modified = response.headers.get('Last-Modified');
  const tag = response.headers.get('ETag');
  const failed = response.status >= 400;
  return {
    ...(failed || body === undefined ? {} : { resource: body }),
    response: {
      status: inWords(response.status),
      ...(location === null ? {} : { location: location.slice(base.length + 1) }),
      ...(tag === null ? {} : { etag: tag }),
      ...(modified === null ? {} : { lastModified: new Date(modified).toISOString() }),
      ...(failed && valueAt(body, 'resourceType') === 'OperationOutcome' ? { outcome: body } : {}),
    },
  };
}

function requestOf(c: Context<Env>, entry: EntryRequest, base: string, index: number): Request {
  const headers = new Headers({ Accept: 'application/fhir+json' });
  const set = (name: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined) headers.set(name, value);
  };
  const patch = entry.method === 'PATCH' && entry.resource ? patchIn(entry.resource) : null;
  const key = c.req.header('Idempotency-Key');
  set('If-Match', entry.ifMatch);
  set('If-None-Match', entry.ifNoneMatch);
  set('If-None-Exist', entry.ifNoneExist);
  set('Prefer', wantsResources(c) ? 'return=representation' : 'return=minimal');
  set('Idempotency-Key', key === undefined ? null : `${key}:${index}`);
  set('Content-Type', patch === null ? 'application/fhir+json' : 'application/json-patch+json');
  const body = patch ?? (entry.resource && writeJson(entry.resource));
  const sends = entry.method !== 'GET' && entry.method !== 'HEAD' && entry.method !== 'DELETE';
  return new Request(`${base}/${entry.url}`, {
    method: entry.method,
    headers,
    ...(sends && body !== null ? { body } : {}),
  });
}
