import { no, ok, type Result } from '../../../shared/wire/result.ts';
import {
  patientCompartment,
  searchParameters,
  type SearchParameter,
} from '../../records/search/definitions.ts';
import { resourceTypes } from '../resourceTypes.ts';
import { anyOf, conditionOf, type Condition, type Scope } from './conditions.ts';
import { badValue, tooMuch, unknownParameter, type SearchProblem } from './problem.ts';

export interface SortKey {
  /** `_id`, `_lastUpdated`, or a parameter of the type. */
  by: '_id' | '_lastUpdated' | SearchParameter;
  descending: boolean;
}

/** `Observation:subject:Patient`: from which resources which references are followed, to which type. */
export interface Include {
  from: string;
  parameters: SearchParameter[];
  to: string | null;
  iterate: boolean;
}

export interface SearchRequest {
  type: string;
  conditions: Condition[];
  sort: SortKey[];
  count: number;
  total: boolean;
  countOnly: boolean;
  elements: string[] | null;
  withoutText: boolean;
  includes: Include[];
  revIncludes: Include[];
  cursor: string | null;
  /** What was asked and answered, without the cursor; a lenient search leaves out what is not known. */
  understood: [string, string][];
  /** What a lenient search left out. */
  ignored: SearchProblem[];
}

/** A compartment that limits a search: `Patient/x`. */
export interface Compartment {
  type: 'Patient' | 'Encounter';
  id: string;
}

export const pageSize = 50;
const largestPage = 500;
const conditionsAtMost = 40;
/** Said about the form of an answer, not about resources. */
const forms = new Set(['_format', '_pretty']);

interface Parsing extends SearchRequest {
  scope: Scope;
}

type Reading = SearchProblem | null;

/** A query as what it asks of resources of a type, or the first thing in it that cannot be answered. */
export function parseSearch(
  scope: Scope,
  type: string,
  query: [string, string][],
  { lenient = false, compartment = null }: { lenient?: boolean; compartment?: Compartment | null } = {},
): Result<SearchRequest, SearchProblem> {
  const request: Parsing = { ...emptyRequest(type), scope };
  if (compartment) {
    const inside = inCompartment(scope, type, compartment);
    if (!inside) return no(unknownParameter(compartment.type, type));
    request.conditions.push(inside);
  }
  for (const [name, value] of query) {
    const problem = readOne(request, name, value);
    if (problem?.unknown && lenient) request.ignored.push(problem);
    else if (problem) return no(problem);
    else if (name !== cursorName) request.understood.push([name, value]);
  }
  if (request.conditions.length > conditionsAtMost) return no(tooMuch('Too many conditions at once.'));
  const { scope: _scope, ...done } = request;
  return ok(done);
}

/** The parameter of our own in which a following page says where it begins. */
export const cursorName = '_cursor';

const emptyRequest = (type: string): SearchRequest => ({
  type,
  conditions: [],
  sort: [],
  count: pageSize,
  total: false,
  countOnly: false,
  elements: null,
  withoutText: false,
  includes: [],
  revIncludes: [],
  cursor: null,
  understood: [],
  ignored: [],
});

function readOne(request: Parsing, name: string, value: string): Reading {
  const [plain = '', modifier = ''] = name.split(':');
  if (forms.has(name)) return null;
  const control = controls[plain];
  if (control) return control(request, value, modifier);
  const condition = conditionOf(request.scope, request.type, name, value);
  if (!condition.ok) return condition.error;
  request.conditions.push(condition.value);
  return null;
}

const controls: Record<string, (request: Parsing, value: string, modifier: string) => Reading> = {
  _count: (request, value) => {
    if (!/^\d{1,9}$/.test(value)) return badValue('_count', 'a number');
    if (Number(value) === 0) request.countOnly = true;
    else request.count = Math.min(Number(value), largestPage);
    return null;
  },
  _total: (request, value) => {
    if (!['none', 'estimate', 'accurate'].includes(value))
      return badValue('_total', 'none, estimate or accurate');
    request.total = value !== 'none';
    return null;
  },
  _summary: (request, value) => {
    if (value === 'count') request.countOnly = true;
    else if (value === 'data') request.withoutText = true;
    else if (value !== 'false') return { ...badValue('_summary', 'count, data or false'), unknown: true };
    return null;
  },
  _elements: (request, value) => {
    request.elements = [...(request.elements ?? []), ...value.split(',').map((each) => each.split('.')[0]!)];
    return null;
  },
  _sort: (request, value) => {
    for (const each of value.split(',')) {
      const descending = each.startsWith('-');
      const by = sortBy(request.type, descending ? each.slice(1) : each);
      if (!by) return { ...unknownParameter(request.type, each), unknown: true };
      request.sort.push({ by, descending });
    }
    return request.sort.length > 5 ? tooMuch('"_sort" names too many parameters.') : null;
  },
  _include: (request, value, modifier) => {
    const include = readInclude(value, modifier);
    if (!include) return { ...badValue('_include', 'Type:parameter'), unknown: true };
    request.includes.push(include);
    return null;
  },
  _revinclude: (request, value, modifier) => {
    const include = readInclude(value, modifier);
    if (!include) return { ...badValue('_revinclude', 'Type:parameter'), unknown: true };
    request.revIncludes.push(include);
    return null;
  },
  [cursorName]: (request, value) => {
    request.cursor = value;
    return null;
  },
};

function sortBy(type: string, name: string): SortKey['by'] | null {
  if (name === '_id' || name === '_lastUpdated') return name;
  const parameter = searchParameters(type).get(name);
  return parameter && parameter.kind !== 'composite' ? parameter : null;
}

function readInclude(value: string, modifier: string): Include | null {
  const [from = '', code = '', to = null] = value.split(':');
  if (!resourceTypes.has(from) || (to !== null && !resourceTypes.has(to))) return null;
  const references = [...searchParameters(from).values()].filter(({ kind }) => kind === 'reference');
  const parameters = code === '*' ? references : references.filter((each) => each.code === code);
  if (parameters.length === 0) return null;
  return { from, parameters, to, iterate: modifier === 'iterate' || modifier === 'recurse' };
}

/** What is in a compartment: by R4's definition for patients; for encounters, what names them as its encounter. */
function inCompartment(scope: Scope, type: string, { type: of, id }: Compartment): Condition | null {
  const own = of === type ? conditionOf(scope, type, '_id', id) : null;
  const names =
    of === 'Patient'
      ? patientCompartment(type)
      : ['encounter', 'context'].filter((name) => searchParameters(type).get(name)?.targets.includes(of));
  const ways = [
    ...(own?.ok ? [own.value] : []),
    ...names.flatMap((name) => {
      const way = conditionOf(scope, type, name, `${of}/${id}`);
      return way.ok ? [way.value] : [];
    }),
  ];
  return ways.length === 0 ? null : anyOf(ways);
}
