/** FHIR R4 encounter-status. */
export const encounterStatuses = [
  'planned',
  'arrived',
  'triaged',
  'in-progress',
  'onleave',
  'finished',
  'cancelled',
  'entered-in-error',
  'unknown',
] as const;

/** The patient is here now, whatever is done about it at the moment. */
export const presentStatuses = ['arrived', 'triaged', 'in-progress', 'onleave'];
