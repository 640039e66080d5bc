import { described } from './parameters.ts';

export type ParameterKind =
  'token' | 'string' | 'date' | 'number' | 'quantity' | 'reference' | 'uri' | 'composite';
export type SecondKind = 'token' | 'quantity' | 'date' | 'string';

/** One place in a resource that a search parameter looks at. */
export interface Branch {
  /** The number under which its values are indexed. */
  p: number;
  path: string;
  /** Only references to this type count. */
  targetType?: string;
  /** Only contact points of this system count. */
  system?: string;
}

export interface SearchParameter {
  code: string;
  kind: ParameterKind;
  /** Whether case counts: in business identifiers, not in codes. */
  exact: boolean;
  branches: Branch[];
  /** The types that a reference may point to; empty when it may be any. */
  targets: string[];
  /** What the second value of a composite is. */
  second?: SecondKind;
}

/** A composite's place: its parts stand below one element. */
export interface Pair {
  root: Step[];
  code: Step[];
  values: Step[][];
}

/** A step of a path: an element, and what a value there must have to count. */
export interface Step {
  name: string;
  having: { name: string; value: string } | null;
}

/** A path whose values are indexed. */
export interface IndexedPath {
  p: number;
  kind: ParameterKind;
  exact: boolean;
  steps: Step[];
  /** Patient.deceased: whether there is anything but `false`. */
  presence: boolean;
  pair: (Pair & { second: SecondKind }) | null;
}

/**
 * FNV-1a over type and path: a number that stays the same whatever else is indexed. A test sees to it that no two
 * paths share one.
 */
export function numberOf(type: string, path: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${type}.${path}`) {
    hash ^= character.charCodeAt(0);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
}

const stepsOf = (path: string): Step[] =>
  [...path.matchAll(/(\w+)(?:\[(\w+)=([^\]]*)\])?(?:\.|$)/g)].map(([, name, key, value]) => ({
    name: name!,
    having: key === undefined ? null : { name: key, value: value! },
  }));

function branchOf(type: string, path: string): Branch {
  const [own = '', targetType] = path.split('~');
  const contact = /^(.*)\[system=(\w+)\]$/.exec(own);
  if (contact) return { p: numberOf(type, contact[1]!), path: contact[1]!, system: contact[2]! };
  return { p: numberOf(type, own), path: own, ...(targetType === undefined ? {} : { targetType }) };
}

function parse(type: string, code: string, description: string): SearchParameter {
  const [head = '', ...rest] = description.split(' ');
  const exact = head.endsWith('=');
  const kind = (exact ? head.slice(0, -1) : head) as ParameterKind;
  if (kind === 'composite') {
    const [second, ...places] = rest;
    const branches = places.map((path) => ({ p: numberOf(type, path), path }));
    return { code, kind, exact, branches, targets: [], second: second as SecondKind };
  }
  const [paths = '', targets = ''] = rest;
  return {
    code,
    kind,
    exact,
    branches: paths.split('|').map((path) => branchOf(type, path)),
    targets: targets === '' || targets === '>*' ? [] : targets.slice(1).split(','),
  };
}

const parsed = new Map<string, ReadonlyMap<string, SearchParameter>>();

/** The search parameters of a resource type, without `_id` and `_lastUpdated`, which every type has. */
export function searchParameters(type: string): ReadonlyMap<string, SearchParameter> {
  let found = parsed.get(type);
  if (!found) {
    const all = Object.entries(described[type]?.parameters ?? {});
    found = new Map(all.map(([code, description]) => [code, parse(type, code, description)]));
    parsed.set(type, found);
  }
  return found;
}

/** Elements that a resource of this type always shows, whatever was asked for. */
export const mandatoryElements = (type: string): readonly string[] => described[type]?.mandatory ?? [];

/** The parameters by which resources of a type are in a patient's compartment. */
export const patientCompartment = (type: string): readonly string[] => described[type]?.patient ?? [];

const indexed = new Map<string, IndexedPath[]>();

/** Every path of a type whose values are indexed, each once. */
export function indexedPaths(type: string): IndexedPath[] {
  let found = indexed.get(type);
  if (!found) {
    const paths = new Map<string, IndexedPath>();
    for (const parameter of searchParameters(type).values()) {
      for (const branch of parameter.branches) {
        const key = `${parameter.kind} ${branch.path}`;
        if (!paths.has(key)) paths.set(key, indexedPath(parameter, branch));
      }
    }
    found = [...paths.values()];
    indexed.set(type, found);
  }
  return found;
}

function indexedPath({ kind, exact, second }: SearchParameter, { p, path }: Branch): IndexedPath {
  if (second === undefined) {
    const presence = path.endsWith('!');
    return { p, kind, exact, steps: stepsOf(presence ? path.slice(0, -1) : path), presence, pair: null };
  }
  const [root = '', code = '', values = ''] = path.split(':');
  const pair = { root: stepsOf(root), code: stepsOf(code), values: values.split('|').map(stepsOf), second };
  return { p, kind, exact, steps: [], presence: false, pair };
}

/** Beside a path's codes: the words of its concepts, and references by identifier. */
export const textNumber = (type: string, path: string): number => numberOf(type, `${path}:text`);
export const identifierNumber = (type: string, path: string): number => numberOf(type, `${path}:identifier`);
export const ofTypeNumber = (type: string, path: string): number => numberOf(type, `${path}:of-type`);
