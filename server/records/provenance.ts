import { createHash } from 'node:crypto';
import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Outcome, Recording } from './recording.ts';

/** Targets named by one Provenance; an import of thousands makes several. */
const targetsAtMost = 500;

const hl7 = 'http://terminology.hl7.org/CodeSystem';

/** Who recorded what, and why: one Provenance for all that an act changed, in parts when that is much. */
export function provenancesOf(outcomes: Outcome[], recording: Recording): Resource[] {
  const changed = outcomes.filter(({ outcome }) => outcome !== 'unchanged');
  const made: Resource[] = [];
  for (let from = 0; from < changed.length; from += targetsAtMost)
    made.push(provenanceOf(changed.slice(from, from + targetsAtMost), recording));
  return made;
}

function provenanceOf(changed: Outcome[], recording: Recording): Resource {
  const { at, siteId, source, reason } = recording;
  const targets = changed.map(({ type, id, versionId }) => `${type}/${id}/_history/${versionId}`);
  return {
    resourceType: 'Provenance',
    id: idOf(targets),
    target: targets.map((reference) => ({ reference })),
    recorded: at.toISOString(),
    ...(reason === undefined ? {} : { reason: [{ text: reason }] }),
    activity: activityOf(changed, recording),
    agent: agentsOf(recording),
    ...(source === siteId ? {} : { entity: [{ role: 'source', what: { display: source } }] }),
  };
}

/** A version is made once, so what is said of it has one id: a repeated commit cannot say it twice. */
function idOf(targets: string[]): string {
  const hex = createHash('sha256').update(targets.join('\n')).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

const operations = { created: 'CREATE', updated: 'UPDATE', deleted: 'DELETE' } as const;

function activityOf(changed: Outcome[], { activity }: Recording): object {
  const kinds = new Set(changed.map(({ outcome }) => outcome));
  const only = kinds.size === 1 ? changed[0]!.outcome : 'updated';
  const code = only === 'unchanged' ? operations.updated : operations[only];
  return {
    coding: [{ system: `${hl7}/v3-DataOperation`, code }],
    ...(activity === undefined ? {} : { text: activity }),
  };
}

function agentsOf({ recordedBy, entererId, onBehalfOf, attesterId }: Recording): object[] {
  const agent = (code: 'author' | 'enterer' | 'legal', id: string): object => ({
    type: { coding: [{ system: `${hl7}/provenance-participant-type`, code }] },
    who: person(id),
    ...(code === 'author' && onBehalfOf !== undefined ? { onBehalfOf: person(onBehalfOf) } : {}),
  });
  return [
    agent('author', recordedBy),
    ...(entererId === undefined ? [] : [agent('enterer', entererId)]),
    ...(attesterId === undefined ? [] : [agent('legal', attesterId)]),
  ];
}

/** A user by their id, as there need not be a Practitioner on record; or whatever a reference names. */
const person = (id: string): object =>
  id.includes('/') ? { reference: id } : { identifier: { system: systems.user, value: id } };
