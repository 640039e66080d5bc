import { systems } from '../../shared/patients/codes.ts';
import { listAt, textAt, valueAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { canonicalJson } from '../../shared/signing/content.ts';
import type { Bundle, BundleEntry } from './bundle.ts';
import type { ImportProblem } from './importReport.ts';
import { noIdentifier, oneIdentifier } from './resourceTypes.ts';
import { isUuid, uuidOf, uuidOfUrn } from './uuid.ts';

/**
 * Ids and references of a bundle, as they will stand on record. An id is the resource's own if that is a UUID, else
 * the UUID of its `urn:uuid` address, else one made of the source and `Type/id`: two sources' `Patient/85` are two
 * people, and the same file gives the same ids every time.
 */
export interface Placement {
  entries: { entry: BundleEntry; id: string }[];
  /** By an entry's index, its `Type/id` on record. */
  targets: ReadonlyMap<number, string>;
  /** By address (`urn:uuid:…`, `Type/id`, a full URL), the `Type/id` on record. */
  links: ReadonlyMap<string, string>;
  /** By `Type?identifier=system|value`, the same. */
  byIdentifier: ReadonlyMap<string, string>;
}

/** References out of the bundle, which only the record can resolve. */
export interface Wanted {
  identifiers: { type: string; system: string; value: string }[];
  /** UUIDs of which no type is known. */
  uuids: string[];
  targets: { type: string; id: string }[];
}

/** A reference that points to nothing on record; `target` is the `Type/id` it will find once that is there. */
export interface Unresolved extends ImportProblem {
  target?: string;
}

/** What the record knows of them. */
export interface Known {
  /** `Type?identifier=system|value` to `Type/id`, where exactly one has it. */
  byIdentifier: ReadonlyMap<string, string>;
  /** `urn:uuid:…` to `Type/id`, where exactly one has it. */
  byUuid: ReadonlyMap<string, string>;
  /** `Type/id` that are on record. */
  targets: ReadonlySet<string>;
}

const idOf = ({ type, id, fullUrl, resource }: BundleEntry, source: string): string => {
  if (id !== null && isUuid(id)) return id;
  const own = id ?? fullUrl?.match(/\/([A-Za-z0-9.-]{1,64})$/)?.[1];
  // Without any id the content has to serve, or a second import would make a second resource.
  return uuidOfUrn(fullUrl) ?? uuidOf(source, own === undefined ? canonicalJson(resource) : `${type}/${own}`);
};

/** `matches`: by an entry's index, the id of what its condition has found; such an entry only lends its address. */
export function place(
  bundle: Bundle,
  source: string,
  matches: ReadonlyMap<number, string> = new Map(),
): Result<Placement, ImportProblem[]> {
  const links = new Map<string, string>();
  const byIdentifier = new Map<string, string>();
  const entries = new Map<string, { entry: BundleEntry; id: string }>();
  const targets = new Map<number, string>();
  const problems: ImportProblem[] = [];
  for (const entry of bundle.entries) {
    const id = idOf(entry, source);
    const found = matches.get(entry.index);
    const target = `${entry.type}/${found ?? id}`;
    if (found === undefined) {
      const twin = entries.get(target);
      if (twin && canonicalJson(twin.entry.resource) !== canonicalJson(entry.resource)) {
        problems.push({
          place: `/entry/${entry.index}`,
          message: `The same resource stands differently at /entry/${twin.entry.index}.`,
        });
      }
      entries.set(target, twin ?? { entry, id });
    }
    targets.set(entry.index, target);
    links.set(`${entry.type}/${id}`, target);
    if (entry.id !== null) links.set(`${entry.type}/${entry.id}`, target);
    if (isUuid(id) && !links.has(`urn:uuid:${id.toLowerCase()}`))
      links.set(`urn:uuid:${id.toLowerCase()}`, target);
    if (entry.fullUrl !== null) links.set(normalAddress(entry.fullUrl), target);
    for (const identifier of listAt(entry.resource, 'identifier')) {
      const value = textAt(identifier, 'value');
      if (value !== null)
        byIdentifier.set(conditional(entry.type, textAt(identifier, 'system') ?? '', value), target);
    }
  }
  return problems.length > 0
    ? no(problems)
    : ok({ entries: [...entries.values()], targets, links, byIdentifier });
}

const normalAddress = (address: string): string => {
  const uuid = uuidOfUrn(address);
  return uuid === null ? address : `urn:uuid:${uuid}`;
};

export const conditional = (type: string, system: string, value: string): string =>
  `${type}?identifier=${system}|${value}`;

/** What a reference says, before anybody looks it up. */
type Link =
  | { kind: 'contained' | 'elsewhere' }
  | { kind: 'resolved'; target: string }
  | { kind: 'uuid'; uuid: string }
  | { kind: 'identifier'; type: string; system: string; value: string }
  | { kind: 'target'; type: string; id: string };

function readLink(reference: string, { links, byIdentifier }: Placement, source: string): Link {
  if (reference.startsWith('#')) return { kind: 'contained' };
  const target = links.get(normalAddress(reference));
  if (target !== undefined) return { kind: 'resolved', target };
  const uuid = uuidOfUrn(reference);
  if (uuid !== null) return { kind: 'uuid', uuid };
  const query = reference.match(/^([A-Z][A-Za-z]+)\?(.+)$/);
  if (query) {
    const asked = [...new URLSearchParams(query[2])];
    const [name, token] = asked[0] ?? [];
    if (asked.length !== 1 || name !== 'identifier' || token === undefined) return { kind: 'elsewhere' };
    const bar = token.indexOf('|');
    const identifier = {
      type: query[1]!,
      system: token.slice(0, Math.max(bar, 0)),
      value: token.slice(bar + 1),
    };
    const inBundle = byIdentifier.get(conditional(identifier.type, identifier.system, identifier.value));
    return inBundle === undefined
      ? { kind: 'identifier', ...identifier }
      : { kind: 'resolved', target: inBundle };
  }
  const relative = reference.match(/^([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/);
  if (!relative) return { kind: 'elsewhere' };
  const [, type, id] = relative as unknown as [string, string, string];
  // Another file of the same source gives this resource the very same id.
  return { kind: 'target', type, id: isUuid(id) ? id : uuidOf(source, `${type}/${id}`) };
}

/** Everything in a resource that is a reference: members called so, and addresses that are exactly an entry's. */
const isReference = (key: string, value: unknown): value is string =>
  key === 'reference' && typeof value === 'string';
const addressKeys = new Set(['url', 'valueUri', 'valueUrl']);

function eachReference(value: unknown, visit: (reference: string) => void): void {
  if (value === null || typeof value !== 'object') return;
  for (const [key, member] of Object.entries(value)) {
    if (isReference(key, member)) visit(member);
    else eachReference(member, visit);
  }
}

export function wantedOf(placement: Placement, source: string): Wanted {
  const identifiers = new Map<string, Wanted['identifiers'][number]>();
  const uuids = new Set<string>();
  const targets = new Map<string, Wanted['targets'][number]>();
  for (const { entry } of placement.entries) {
    eachReference(entry.resource, (reference) => {
      const link = readLink(reference, placement, source);
      if (link.kind === 'identifier') identifiers.set(conditional(link.type, link.system, link.value), link);
      if (link.kind === 'uuid') uuids.add(link.uuid);
      if (link.kind === 'target') targets.set(`${link.type}/${link.id}`, link);
    });
  }
  return { identifiers: [...identifiers.values()], uuids: [...uuids], targets: [...targets.values()] };
}

/** The resources as they go on record: id, references and, where the id is new, one identifier more; nothing else. */
export function settle(
  placement: Placement,
  known: Known,
  source: string,
): { resources: Resource[]; unresolved: Unresolved[] } {
  const unresolved: Unresolved[] = [];

  const rewritten = (reference: string, at: string): string => {
    const link = readLink(reference, placement, source);
    if (link.kind === 'resolved') return link.target;
    if (link.kind === 'target') {
      const target = `${link.type}/${link.id}`;
      if (!known.targets.has(target))
        unresolved.push({ place: at, message: 'This points to nothing on record.', target });
      return target;
    }
    const found =
      link.kind === 'uuid'
        ? known.byUuid.get(`urn:uuid:${link.uuid}`)
        : link.kind === 'identifier'
          ? known.byIdentifier.get(conditional(link.type, link.system, link.value))
          : undefined;
    if (found === undefined && (link.kind === 'uuid' || link.kind === 'identifier')) {
      unresolved.push({ place: at, message: 'This points to nothing on record and was kept as it stands.' });
    }
    return found ?? reference;
  };

  const rewrite = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => rewrite(item, `${at}/${index}`));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        if (isReference(key, member)) return [key, rewritten(member, `${at}/${key}`)];
        if (addressKeys.has(key) && typeof member === 'string' && uuidOfUrn(member) !== null) {
          return [key, placement.links.get(normalAddress(member)) ?? member];
        }
        return [key, rewrite(member, `${at}/${key}`)];
      }),
    );
  };

  const resources = placement.entries.map(({ entry, id }) => {
    const body = rewrite(entry.resource, `/entry/${entry.index}/resource`) as Record<string, unknown>;
    const resource: Resource = { ...body, resourceType: entry.type, id };
    return entry.id === null || entry.id === id
      ? resource
      : withSourceId(resource, `${source}|${entry.type}/${entry.id}`);
  });
  return { resources, unresolved };
}

/** Not the numbers whose digits are kept, which are objects of a class. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;

/** Keeps the id a resource had at its source: as an identifier, or as a tag where R4 leaves no room for one. */
function withSourceId(resource: Resource, sourceId: string): Resource {
  const { resourceType: type } = resource;
  const identifier = { system: systems.sourceId, value: sourceId };
  if (!noIdentifier.has(type) && !oneIdentifier.has(type)) {
    return { ...resource, identifier: [...listAt(resource, 'identifier'), identifier] };
  }
  if (oneIdentifier.has(type) && valueAt(resource, 'identifier') === undefined)
    return { ...resource, identifier };
  const meta = (valueAt(resource, 'meta') ?? {}) as Record<string, unknown>;
  return {
    ...resource,
    meta: { ...meta, tag: [...listAt(meta, 'tag'), { system: systems.sourceId, code: sourceId }] },
  };
}
