import { and, eq, inArray } from 'drizzle-orm';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Reader } from '../db/reader.ts';
import { resources } from '../records/tables.ts';
import { isObject } from './body.ts';
import { resourceTypes } from './resourceTypes.ts';

/** A literal reference and the FHIRPath at which it stands. */
export interface ReferenceAt {
  reference: string;
  path: string;
}

/** Every `reference` in a resource, also in what it contains. */
export function referencesIn(resource: Resource, root: string): ReferenceAt[] {
  const found: ReferenceAt[] = [];
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((item, index) => visit(item, `${path}[${index}]`));
    else if (isObject(value)) {
      for (const [name, member] of Object.entries(value)) {
        if (name === 'reference' && typeof member === 'string')
          found.push({ reference: member, path: `${path}.reference` });
        else visit(member, `${path}.${name}`);
      }
    }
  };
  visit(resource, root);
  return found;
}

/** A copy in which every reference has been asked for its replacement. */
export function rewriteReferences(value: unknown, replace: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rewriteReferences(item, replace));
  // Not the numbers whose digits are kept, which are objects of a class.
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'reference' && typeof member === 'string'
        ? replace(member)
        : rewriteReferences(member, replace),
    ]),
  );
}

const relative = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** `Type/id` of a reference into this service; null for one that leads elsewhere. */
export function localTarget(reference: string, base: string): { type: string; id: string } | null {
  const path = reference.startsWith(`${base}/`) ? reference.slice(base.length + 1) : reference;
  const [, type, id] = relative.exec(path) ?? [];
  return type !== undefined && id !== undefined && resourceTypes.has(type) ? { type, id } : null;
}

/** Ids asked about in one query. */
const atOnce = 500;

/** Of some targets, those that are on record at a site and have not ended, as `Type/id`. */
export async function targetsOnRecord(
  reader: Reader,
  siteId: string,
  targets: readonly { type: string; id: string }[],
): Promise<Set<string>> {
  const found = new Set<string>();
  const idsByType = new Map<string, Set<string>>();
  for (const { type, id } of targets) {
    const ids = idsByType.get(type) ?? new Set();
    idsByType.set(type, ids.add(id));
  }
  for (const [type, ids] of idsByType) {
    const all = [...ids];
    for (let from = 0; from < all.length; from += atOnce) {
      const rows = await reader
        .select({ id: resources.id })
        .from(resources)
        .where(
          and(
            eq(resources.type, type),
            inArray(resources.id, all.slice(from, from + atOnce)),
            eq(resources.siteId, siteId),
            eq(resources.deleted, false),
          ),
        );
      for (const { id } of rows) found.add(`${type}/${id}`);
    }
  }
  return found;
}

/** Why a reference leads nowhere; null when it is good. `#` names what the resource itself contains. */
export function refuseReference(
  { reference }: ReferenceAt,
  { resource, base, known }: { resource: Resource; base: string; known: ReadonlySet<string> },
): string | null {
  if (reference === '#') return null;
  if (reference.startsWith('#')) {
    const contained = Array.isArray(resource.contained) ? resource.contained : [];
    return contained.some((each) => isObject(each) && each.id === reference.slice(1))
      ? null
      : 'The resource contains nothing of this id.';
  }
  const target = localTarget(reference, base);
  if (target !== null)
    return known.has(`${target.type}/${target.id}`)
      ? null
      : 'This points to nothing on record that you may see.';
  if (/^urn:(uuid|oid):/i.test(reference)) return 'No entry of this request has this address.';
  return /^https?:\/\//i.test(reference) ? null : 'This is no reference that FHIR knows.';
}
