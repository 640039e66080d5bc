import type { Resource } from '../../shared/patients/fhirValue.ts';
import type { Reader } from '../db/reader.ts';
import type { Outcome } from '../records/recording.ts';
import { readHead } from '../records/recordStore.ts';
import { survivorsOf } from '../records/replaced.ts';
import { keepMergeLinks } from './mergeLinks.ts';
import { staysTypes, withSubject } from '../records/subject.ts';

export interface Followed {
  resources: Resource[];
  /** Records that were merged here: what their source says of them now brings none of them back to life. */
  merged: Outcome[];
  /** How many resources go to the record into which their patient's was merged. */
  followed: number;
}

/**
 * What a source still says of a record that was merged here is said of the record that it is part of now. The source
 * knows nothing of the merge, and brings the same again with every import.
 */
export async function followMerges(reader: Reader, brought: Resource[]): Promise<Followed> {
  const resources = await keepMergeLinks(reader, brought);
  const namedBy = new Map(resources.map((resource) => [resource, patientsNamedBy(resource)]));
  const survivors = await survivorsOf(reader, [...namedBy.values()].flat());
  if (survivors.size === 0) return { resources, merged: [], followed: 0 };
  const kept: Resource[] = [];
  const merged: Outcome[] = [];
  let followed = 0;
  for (const resource of resources) {
    const { resourceType: type, id } = resource;
    if (type === 'Patient' && survivors.has(id)) {
      const head = await readHead(reader, type, id);
      merged.push({ type, id, versionId: head?.versionId ?? 0, outcome: 'unchanged' });
      continue;
    }
    const gone = staysTypes.includes(type)
      ? []
      : namedBy.get(resource)!.filter((each) => survivors.has(each));
    if (gone.length > 0) followed += 1;
    kept.push(gone.reduce((each, from) => withSubject(each, from, survivors.get(from)!), resource));
  }
  return { resources: kept, merged, followed };
}

const toPatient = /^Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/.+)?$/;

/** Ids of the patients to whom a resource refers, and its own if it is one. */
function patientsNamedBy(resource: Resource): string[] {
  const ids = new Set<string>(resource.resourceType === 'Patient' ? [resource.id] : []);
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return;
    for (const [key, member] of Object.entries(value)) {
      if (key === 'reference' && typeof member === 'string') {
        const id = toPatient.exec(member)?.[1];
        if (id !== undefined) ids.add(id);
      } else visit(member);
    }
  };
  visit(resource);
  return [...ids];
}
