import type { HistoryPage, Past } from '../../shared/history/schema.ts';
import { ask, type Asking } from '../wire/api.ts';

/** A pause this long ends a change, s: what somebody typed without stopping is one step of the slider. */
export const pauseS = 30;

/** A document by the name of its room below the encounter. */
export interface HistoryOf {
  encounterId: string;
  document: string;
}

export interface ChangesAsked {
  order: 'newest' | 'oldest';
  limit: number;
  before?: number;
  after?: number;
  author?: string;
  section?: string;
  timeline?: '1';
}

const queryOf = (values: Record<string, string | number | undefined>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
};

const pathOf = (encounterId: string): string => `/api/encounters/${encodeURIComponent(encounterId)}/history`;

export const loadChanges = (
  { encounterId, document }: HistoryOf,
  asked: ChangesAsked,
  how: Asking = {},
): Promise<HistoryPage> =>
  ask('GET', `${pathOf(encounterId)}?${queryOf({ document, group: pauseS, ...asked })}`, how);

export const loadPast = (
  { encounterId, document }: HistoryOf,
  { seq, compare }: { seq: number; compare?: number },
  how: Asking = {},
): Promise<Past> =>
  ask('GET', `${pathOf(encounterId)}/${seq}?${queryOf({ document, group: pauseS, compare })}`, how);
