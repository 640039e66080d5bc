import { systems } from '../../shared/patients/codes.ts';
import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Reader } from '../db/reader.ts';
import { parseJson } from '../records/json.ts';
import { readResource, type StoredResource } from '../records/recordStore.ts';

/** A Patient as it is stored, for acts that change it: decimals are kept. */
export interface PatientRecord {
  stored: StoredResource;
  resource: Resource;
}

/** A patient of this site; null for another site's and for one that does not exist. */
export async function readPatient(reader: Reader, id: string, siteId: string): Promise<PatientRecord | null> {
  const stored = await readResource(reader, 'Patient', id);
  return stored && stored.siteId === siteId ? { stored, resource: parseJson(stored.json) as Resource } : null;
}

/** The record number that a site gives. */
export const mrnIdentifier = (siteId: string, value: string): object => ({
  use: 'official',
  type: { coding: [{ system: systems.identifierType, code: 'MR' }] },
  system: `${systems.mrn}/${siteId}`,
  value,
});
