import { OperationOutcomeError, validateResource } from '@medplum/core';
import { resourceTypes } from '../resourceTypes.ts';
import { checkBindings } from './bindings.ts';
import { findProfile, learnType } from './definitions.ts';
import type { ValidationProblem } from './problem.ts';

type Resource = Parameters<typeof validateResource>[0];
type Profile = NonNullable<ReturnType<typeof findProfile>>;

/**
 * Whether a resource is FHIR R4, and what it claims to be beyond that. It is plain JSON, as `JSON.parse` gives it.
 * @param profiles to be judged by, beside those that `meta.profile` names
 */
export function validate(resource: object, profiles: readonly string[] = []): ValidationProblem[] {
  const unreadable = lookThrough(resource);
  if (unreadable.length > 0) return unreadable;
  const problems = judge(resource as Resource);
  if (problems.every(({ severity }) => severity !== 'error')) problems.push(...checkBindings(resource));
  for (const canonical of new Set([...profiles, ...claimed(resource)])) {
    const profile = findProfile(canonical);
    if (profile) problems.push(...ofType(resource, profile), ...judge(resource as Resource, profile));
    else problems.push(notHeld(canonical, profiles.includes(canonical)));
  }
  return distinct(problems);
}

const typeOf = (resource: object): string => String((resource as { resourceType?: unknown }).resourceType);

const structure = (message: string, expression: string): ValidationProblem => ({
  severity: 'error',
  code: 'structure',
  message,
  expression,
});

/**
 * Teaches the validator every type in a resource, also of those that it contains, and finds what it takes for nothing
 * at all: FHIR's JSON has no empty object, no empty list, and null only in lists of primitives (R4, 2.6.2).
 */
function lookThrough(resource: object): ValidationProblem[] {
  const problems: ValidationProblem[] = [];
  const visit = (value: unknown, path: string, inList: boolean): void => {
    if (value === null) {
      if (!inList) problems.push(structure('An element is left out, not null.', path));
    } else if (Array.isArray(value)) {
      if (value.every((item) => item === null))
        problems.push(structure('A list is left out, not empty.', path));
      value.forEach((item, index) => visit(item, `${path}[${index}]`, true));
    } else if (typeof value === 'object') {
      if ('resourceType' in value) {
        const type = typeOf(value);
        if (resourceTypes.has(type) || type === 'Parameters' || type === 'OperationOutcome') learnType(type);
        else problems.push(structure('FHIR R4 has no such resource type.', path));
      }
      const members = Object.entries(value);
      if (members.length === 0) problems.push(structure('An element is left out, not empty.', path));
      for (const [name, member] of members) visit(member, `${path}.${name}`, false);
    }
  };
  visit(resource, resourceTypes.has(typeOf(resource)) ? typeOf(resource) : 'Resource', false);
  return problems;
}

const claimed = (resource: object): string[] => {
  const profiles = (resource as { meta?: { profile?: unknown } }).meta?.profile;
  return Array.isArray(profiles) ? profiles.filter((each): each is string => typeof each === 'string') : [];
};

function ofType(resource: object, profile: Profile): ValidationProblem[] {
  return profile.type === typeOf(resource)
    ? []
    : [
        {
          severity: 'error',
          code: 'structure',
          message: `The profile is one of ${profile.type}.`,
          expression: typeOf(resource),
        },
      ];
}

/** Somebody who asks for a profile by name must hear that nothing was checked; a claim is only noted. */
const notHeld = (canonical: string, asked: boolean): ValidationProblem => ({
  severity: asked ? 'error' : 'information',
  code: 'not-supported',
  message: `The profile is not held here and was not checked: ${canonical.slice(0, 200)}`,
  expression: 'Resource.meta.profile',
});

function judge(resource: Resource, profile?: Profile): ValidationProblem[] {
  try {
    return validateResource(resource, profile && { profile }).flatMap((issue) => toProblem(issue, resource));
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    return (error.outcome.issue ?? []).flatMap((issue: Issue) => toProblem(issue, resource));
  }
}

type Issue = ReturnType<typeof validateResource>[number];

function toProblem({ severity, code, details, expression }: Issue, resource: object): ValidationProblem[] {
  const message = details?.text ?? 'This is not as FHIR R4 asks.';
  const wrongTarget = message.match(/^Invalid reference: got "([^"]*)"/)?.[1];
  // The library takes whatever stands before the first slash for a type: `https:` of an address, `urn:uuid:…` of an entry.
  if (wrongTarget !== undefined && !resourceTypes.has(wrongTarget)) return [];
  const refuses =
    severity === 'fatal' || wrongTarget !== undefined || message.startsWith('Conflicting choice of type');
  return [
    {
      severity: refuses ? 'error' : severity,
      code,
      message: wrongTarget === undefined ? message : 'A resource of this type cannot be referred to here.',
      expression: expression?.[0] ?? typeOf(resource),
    },
  ];
}

const distinct = (problems: ValidationProblem[]): ValidationProblem[] => [
  ...new Map(problems.map((each) => [`${each.severity} ${each.expression} ${each.message}`, each])).values(),
];
