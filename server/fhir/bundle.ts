import { listAt, textAt, valueAt } from '../../shared/patients/fhirValue.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import type { ImportProblem } from './importReport.ts';
import { readJson } from './json.ts';
import { resourceTypes } from './resourceTypes.ts';

/** An entry as it came: checked for form, nothing changed. */
export interface BundleEntry {
  /** Its place in the file, from 0. */
  index: number;
  fullUrl: string | null;
  type: string;
  /** The id it had at its source. */
  id: string | null;
  /** The query of a conditional create: it is made only when nothing matches. */
  ifNoneExist: string | null;
  resource: Record<string, unknown>;
}

export interface Bundle {
  type: string;
  entries: BundleEntry[];
}

/** Bundles that carry resources to be kept; a `searchset` or a `document` means something else. */
const bundleTypes = new Set(['transaction', 'batch', 'collection']);

/** FHIR's own id. */
const idForm = /^[A-Za-z0-9.-]{1,64}$/;

/** A file's text as a bundle, or everything that is wrong with it. Messages never quote what the file says. */
export function readBundle(text: string): Result<Bundle, ImportProblem[]> {
  const json = readJson(text);
  if (!json.ok) return no([json.error]);
  return checkBundle(json.value);
}

/** A parsed body as a bundle. */
export function checkBundle(json: unknown): Result<Bundle, ImportProblem[]> {
  if (valueAt(json, 'resourceType') !== 'Bundle') {
    return no([{ place: '/resourceType', message: 'This is not a Bundle.' }]);
  }
  const type = textAt(json, 'type');
  if (type === null || !bundleTypes.has(type)) {
    return no([{ place: '/type', message: 'Only a transaction, batch or collection can be imported.' }]);
  }
  const entry = valueAt(json, 'entry');
  if (entry !== undefined && !Array.isArray(entry))
    return no([{ place: '/entry', message: 'This is not a list.' }]);
  const entries: BundleEntry[] = [];
  const problems: ImportProblem[] = [];
  for (const [index, each] of listAt(json, 'entry').entries()) {
    const checked = checkEntry(each, index);
    if (checked.ok) entries.push(checked.value);
    else problems.push(...checked.error);
  }
  return problems.length > 0 ? no(problems) : ok({ type, entries });
}

function checkEntry(entry: unknown, index: number): Result<BundleEntry, ImportProblem[]> {
  const place = `/entry/${index}`;
  const resource = valueAt(entry, 'resource');
  if (resource === undefined) return no([{ place, message: 'This entry has no resource.' }]);
  if (resource === null || typeof resource !== 'object' || Array.isArray(resource)) {
    return no([{ place: `${place}/resource`, message: 'This is not a resource.' }]);
  }
  const problems: ImportProblem[] = [];
  const type = valueAt(resource, 'resourceType');
  if (typeof type !== 'string' || !resourceTypes.has(type)) {
    const message = type === undefined ? 'This resource has no type.' : 'FHIR R4 has no such resource type.';
    problems.push({ place: `${place}/resource/resourceType`, message });
  }
  const id = valueAt(resource, 'id');
  if (id !== undefined && (typeof id !== 'string' || !idForm.test(id))) {
    problems.push({ place: `${place}/resource/id`, message: 'This is not a FHIR id.' });
  }
  const fullUrl = valueAt(entry, 'fullUrl');
  if (fullUrl !== undefined && typeof fullUrl !== 'string') {
    problems.push({ place: `${place}/fullUrl`, message: 'This is not an address.' });
  }
  const method = valueAt(entry, 'request', 'method');
  if (method !== undefined && method !== 'POST' && method !== 'PUT') {
    problems.push({ place: `${place}/request/method`, message: 'Only POST and PUT can be imported.' });
  }
  const ifNoneExist = valueAt(entry, 'request', 'ifNoneExist');
  if (ifNoneExist !== undefined && typeof ifNoneExist !== 'string') {
    problems.push({ place: `${place}/request/ifNoneExist`, message: 'This is not a query.' });
  }
  if (problems.length > 0) return no(problems);
  return ok({
    index,
    fullUrl: textAt(entry, 'fullUrl'),
    type: type as string,
    id: typeof id === 'string' ? id : idInRequest(entry, type as string),
    ifNoneExist: method === 'PUT' || typeof ifNoneExist !== 'string' ? null : ifNoneExist,
    resource: resource as Record<string, unknown>,
  });
}

/** `PUT Patient/85` names the id that the resource left out. */
function idInRequest(entry: unknown, type: string): string | null {
  const id = textAt(entry, 'request', 'url')?.match(/^([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/);
  return id && id[1] === type ? id[2]! : null;
}
