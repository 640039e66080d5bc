import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { loadDataType } from '@medplum/core';
import { appRoot } from '../../db/appRoot.ts';

/** A StructureDefinition as far as the validator reads it. */
type Structure = Parameters<typeof loadDataType>[0];

interface Definitions {
  /** By type, a StructureDefinition as text. */
  types: Record<string, string>;
  /** By canonical URL, the same. */
  profiles: Record<string, string>;
}

let read: Definitions | null = null;
const definitions = (): Definitions =>
  (read ??= JSON.parse(
    brotliDecompressSync(readFileSync(join(appRoot(), 'server/fhir/validate/r4.json.br'))).toString(),
  ) as Definitions);

const known = new Set<string>();

/** Lets the validator know a resource type, and the data types of which resources are made. */
export function learnType(type: string): void {
  if (known.size === 0) {
    for (const text of Object.values(definitions().types)) {
      const structure = JSON.parse(text) as Structure;
      if (structure.kind === 'resource') continue;
      loadDataType(structure);
    }
    known.add('Element');
  }
  if (known.has(type)) return;
  const text = definitions().types[type];
  if (text !== undefined) loadDataType(JSON.parse(text) as Structure);
  known.add(type);
}

/** The version of US Core whose profiles are held; what claims another is judged by FHIR R4 alone. */
const profileVersion = '5.0.1';

const profiles = new Map<string, Structure>();

/** A profile by its canonical URL, with or without a version; null for one that is not held. */
export function findProfile(canonical: string): Structure | null {
  const [url = '', version] = canonical.split('|');
  if (version !== undefined && version !== profileVersion) return null;
  const before = profiles.get(url);
  if (before) return before;
  const text = Object.hasOwn(definitions().profiles, url) ? definitions().profiles[url] : undefined;
  if (text === undefined) return null;
  const structure = JSON.parse(text) as Structure;
  profiles.set(url, structure);
  return structure;
}

let byType: Map<string, string[]> | null = null;

/** The profiles of a type that can be asked for, with their version. */
export function heldProfiles(type: string): string[] {
  if (byType === null) {
    byType = new Map();
    for (const [url, text] of Object.entries(definitions().profiles)) {
      const { type: of } = JSON.parse(text) as Structure;
      byType.set(of, [...(byType.get(of) ?? []), `${url}|${profileVersion}`]);
    }
  }
  return byType.get(type) ?? [];
}
