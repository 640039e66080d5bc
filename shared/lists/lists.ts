import type { Resource } from '../patients/fhirValue.ts';
import { allergies } from './allergies.ts';
import { codeStatus } from './codeStatus.ts';
import { familyHistory } from './familyHistory.ts';
import { flags } from './flags.ts';
import { immunisations } from './immunisations.ts';
import type { ListKind } from './kind.ts';
import { measures } from './measures.ts';
import { medicines } from './medicines.ts';
import type { ListName } from './names.ts';
import { problems } from './problems.ts';
import { procedures } from './procedures.ts';
import { socialHistory } from './socialHistory.ts';

/** Every list of a chart that is kept entry by entry: a new one is a file and a line here. */
export const lists: Record<ListName, ListKind> = {
  problems,
  allergies,
  medicines,
  immunisations,
  'family-history': familyHistory,
  procedures,
  'social-history': socialHistory,
  measures,
  flags,
  'code-status': codeStatus,
};

/** Whether a resource is an entry of a list; the statement that there are none is not one. */
export const isEntry = (list: ListName, resource: Resource): boolean => {
  const kind = lists[list];
  return resource.resourceType === kind.resourceType && kind.belongs(resource) && !kind.none?.is(resource);
};
