import type { Resource } from '../../shared/patients/fhirValue.ts';

/** The element in which R4 names the encounter of a resource. A family history belongs to none. */
const elements: Readonly<Record<string, 'encounter' | 'context'>> = {
  AllergyIntolerance: 'encounter',
  Condition: 'encounter',
  Flag: 'encounter',
  Immunization: 'encounter',
  List: 'encounter',
  MedicationStatement: 'context',
  Observation: 'encounter',
  Procedure: 'encounter',
};

/** What is new on a list, with the encounter in which it was recorded: when that is filed elsewhere, this goes along. */
export function inEncounter(resource: Resource, encounterId: string | null): Resource {
  const element = elements[resource.resourceType];
  if (element === undefined || encounterId === null) return resource;
  return { ...resource, [element]: { reference: `Encounter/${encounterId}` } };
}
