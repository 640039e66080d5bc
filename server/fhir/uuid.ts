import { createHash } from 'node:crypto';

/** Any UUID by its form: sources also hand out ones whose version digit says nothing. */
const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => form.test(text);

/** The UUID in a `urn:uuid:` address, in lower case as RFC 4122 asks; null for any other address. */
export function uuidOfUrn(address: string | null): string | null {
  const uuid = address?.match(/^urn:uuid:(.+)$/i)?.[1];
  return uuid !== undefined && isUuid(uuid) ? uuid.toLowerCase() : null;
}

/** The namespace of every id made here from a source's own. It never changes: ids on record depend on it. */
const namespace = Buffer.from('6f0b3f0c7a1e4c6d9d5c2b9f7c1d4e8a', 'hex');

/** RFC 4122 version 5 (SHA-1) of a name that is made of parts. */
export function uuidOf(...parts: string[]): string {
  const bytes = createHash('sha1').update(namespace).update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
