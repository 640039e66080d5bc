import type { Context } from 'hono';
import { can } from '../../shared/access/can.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import { refuse } from '../../shared/wire/refusals.ts';
import { refused, Refused, signedIn, type Env } from '../http/route.ts';
import { readJson } from './json.ts';

/** A screen's or an app's single act; whoever brings whole records may bring what the service takes at all. */
const mostCharacters = 4 * 1024 * 1024;

/** The request's JSON. @throws Refused for what is too large, no JSON, or JSON that nobody should have to read */
export async function jsonBody(c: Context<Env>): Promise<unknown> {
  const type = c.req.header('Content-Type') ?? '';
  if (/xml|turtle|multipart/i.test(type)) throw refused('media-type', 'Send application/fhir+json.');
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) throw refused('media-type', 'FHIR JSON is UTF-8.');
  const text = decoded(await c.req.arrayBuffer());
  if (text.length > mostCharacters && !can(signedIn(c).user, 'sites:manage')) throw refused('too-large');
  const json = readJson(text);
  if (json.ok) return json.value;
  const { place, message } = json.error;
  throw new Refused({ ...refuse('invalid'), errors: [{ path: place, message }] });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws Refused for what is no UTF-8: read all the same, it would put other characters into somebody's name. */
function decoded(bytes: ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refused('invalid', 'This is not UTF-8 text.');
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What the service itself says of a version is no part of what is recorded: it would make every copy a change. */
export function withoutOwnMeta(resource: Resource): Resource {
  const { meta, ...rest } = resource;
  if (!isObject(meta)) return resource;
  const { versionId: _versionId, lastUpdated: _lastUpdated, ...kept } = meta;
  return Object.keys(kept).length === 0
    ? { ...rest, resourceType: rest.resourceType, id: rest.id }
    : { ...resource, meta: kept };
}
