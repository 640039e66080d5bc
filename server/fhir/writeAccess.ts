import { can, type Actor } from '../../shared/access/can.ts';
import type { Capability } from '../../shared/access/capabilities.ts';
import { systems } from '../../shared/patients/codes.ts';
import { codeIn, listAt, textAt, type Resource } from '../../shared/patients/fhirValue.ts';
import { refuse, type Refusal } from '../../shared/wire/refusals.ts';

/** What somebody needs to write a resource as it stands; null where only an act of this service makes it so. */
type Rule = Capability | ((resource: Resource) => Capability | null);

const observationCategories: Record<string, Capability> = {
  'vital-signs': 'vitals:record',
  'social-history': 'history:record',
  therapy: 'function:record',
  activity: 'function:record',
  'functional-status': 'function:record',
};

/** Every category must be one that the person may record, or a vital sign could carry a laboratory result. */
function observationRule(resource: Resource): Capability | null {
  const codes = listAt(resource, 'category').flatMap((category) =>
    listAt(category, 'coding').map((coding) => textAt(coding, 'code') ?? ''),
  );
  const needed = new Set(codes.map((code) => observationCategories[code] ?? null));
  const [only] = needed;
  return needed.size === 1 ? only! : null;
}

const flagRule = (resource: Resource): Capability =>
  listAt(resource, 'category').some((category) => codeIn(category, systems.flagCategory) === 'code-status')
    ? 'code-status:record'
    : 'flags:record';

/**
 * By resource type, what people may write directly. A type that is missing is made by the service's own acts (notes,
 * orders, encounters and their beds, care plans) or by other systems (results, claims), and by those that bring
 * records over from them (`sites:manage`).
 */
const rules: Readonly<Record<string, Rule>> = {
  Patient: 'patient:register',
  RelatedPerson: 'patient:register',
  AllergyIntolerance: 'allergies:record',
  Condition: 'problems:record',
  MedicationStatement: 'medicines:record',
  Immunization: 'immunisations:record',
  FamilyMemberHistory: 'history:record',
  Observation: observationRule,
  Flag: flagRule,
};

export const writableTypes: ReadonlySet<string> = new Set(Object.keys(rules));

/** Whoever may write anything here at all; each resource is then asked about by itself. */
export const writers: readonly Capability[] = [
  'sites:manage',
  'patient:register',
  'allergies:record',
  'problems:record',
  'medicines:record',
  'immunisations:record',
  'history:record',
  'vitals:record',
  'function:record',
  'flags:record',
  'code-status:record',
];

/** The audit trail tells of what happened; nobody adds to it or takes from it by writing a resource. */
const neverWritten = new Set(['AuditEvent', 'Parameters', 'OperationOutcome', 'CapabilityStatement']);

const elsewhere = (type: string): Refusal =>
  refuse('forbidden', `This ${type} is made by an act of the service or comes from another system.`);

/** Why this person may write no resource of this type, whatever it says; null when that depends, or they may. */
export function refuseType(user: Actor, type: string): Refusal | null {
  if (neverWritten.has(type)) return refuse('method-not-allowed', `A ${type} is not written by anybody.`);
  if (can(user, 'sites:manage')) return null;
  const rule = Object.hasOwn(rules, type) ? rules[type]! : null;
  if (rule === null) return elsewhere(type);
  return typeof rule === 'function' || can(user, rule) ? null : refuse('forbidden');
}

/** Why this person may not write this resource; null when they may. Asked of what was and of what will be. */
export function refuseWriting(user: Actor, resource: Resource): Refusal | null {
  const { resourceType: type } = resource;
  const refusal = refuseType(user, type);
  if (refusal || can(user, 'sites:manage')) return refusal;
  const rule = rules[type]!;
  const needed = typeof rule === 'function' ? rule(resource) : rule;
  if (needed === null) return elsewhere(type);
  return can(user, needed, { siteId: user.siteId }) ? null : refuse('forbidden');
}
