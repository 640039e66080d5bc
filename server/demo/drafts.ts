import { bedThree } from './drafts/bedThree.ts';
import { others } from './drafts/others.ts';
import type { EncounterDrafts } from './drafts/shape.ts';
import { walsh } from './drafts/walsh.ts';

export type { EncounterDrafts };

/** The opening content of every encounter's documents; dates in it are told from `now`. */
export const demoDrafts = (now: Date): EncounterDrafts[] => [bedThree(now), ...others(now), walsh(now)];
