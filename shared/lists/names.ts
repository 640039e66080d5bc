import type { Capability } from '../access/capabilities.ts';

export const listNames = [
  'problems',
  'allergies',
  'medicines',
  'immunisations',
  'family-history',
  'procedures',
  'social-history',
  'measures',
  'flags',
  'code-status',
] as const;
export type ListName = (typeof listNames)[number];

/** Who may record what: a screen asks the same question as the service. */
export const capabilityOf: Record<ListName, Capability> = {
  problems: 'problems:record',
  allergies: 'allergies:record',
  medicines: 'medicines:record',
  immunisations: 'immunisations:record',
  'family-history': 'history:record',
  procedures: 'history:record',
  'social-history': 'history:record',
  measures: 'measures:record',
  flags: 'flags:record',
  'code-status': 'code-status:record',
};
