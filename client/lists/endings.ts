import type { ListName } from '../../shared/lists/names.ts';

interface Ending {
  outcomes: readonly string[];
  reasonNeeded: boolean;
  /** Asks when. */
  dated: boolean;
}

/**
 * How entries of each list end, as a form offers it. The service holds to the same table (`shared/lists`), which a page
 * does not load: it would bring every schema with it. A test compares the two.
 */
export const endings: Record<ListName, Ending | null> = {
  problems: { outcomes: ['resolved', 'remission', 'inactive', 'refuted'], reasonNeeded: false, dated: true },
  allergies: { outcomes: ['resolved', 'inactive', 'refuted'], reasonNeeded: true, dated: false },
  medicines: { outcomes: ['stopped', 'completed', 'not-taken'], reasonNeeded: true, dated: true },
  immunisations: null,
  'family-history': null,
  procedures: null,
  'social-history': null,
  measures: null,
  flags: { outcomes: ['ended'], reasonNeeded: false, dated: false },
  'code-status': { outcomes: ['withdrawn'], reasonNeeded: true, dated: false },
};

/** Lists that are reviewed as a whole. */
export const reviewed: ReadonlySet<ListName> = new Set([
  'problems',
  'allergies',
  'medicines',
  'immunisations',
  'family-history',
  'procedures',
]);
