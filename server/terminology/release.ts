import type { CatalogueCategory } from '../../shared/orders/catalogue.ts';

/** A concept as a release states it. */
export interface ReleasedConcept {
  code: string;
  display: string;
  kind?: string;
  active?: boolean;
  /** In everyday use, so that it stands before others that match as well. */
  common?: boolean;
  also?: readonly string[];
}

export interface ReleasedRelation {
  from: string;
  relation: string;
  to: string;
}

/** What a value set takes in or leaves out; see `valueSetMembers`. */
export interface ReleasedMember {
  excluded: boolean;
  system?: string;
  code?: string;
  display?: string;
  valueSet?: string;
}

export interface ReleasedMapping {
  sourceSystem: string;
  sourceCode: string;
  targetSystem?: string;
  targetCode?: string;
  targetDisplay?: string;
  equivalence: string;
}

export type ReleaseEntry =
  | { concept: ReleasedConcept }
  | { relation: ReleasedRelation }
  | { member: ReleasedMember }
  | { mapping: ReleasedMapping };

export interface ReleaseHead {
  kind: 'system' | 'value-set' | 'concept-map';
  url: string;
  version: string | null;
  title: string;
  category: CatalogueCategory | null;
  format: string;
  notice: string | null;
  incomplete: string | null;
}

/** One code system, value set or concept map, read as it is loaded. */
export interface Release {
  head: ReleaseHead;
  entries: AsyncIterable<ReleaseEntry> | Iterable<ReleaseEntry>;
}

/** What an operator may say about files that do not say it themselves. */
export interface ReadOptions {
  system?: string | undefined;
  version?: string | undefined;
  category?: CatalogueCategory | undefined;
}

/** A file that cannot be loaded: where, and what is wrong with it. */
export class BadRelease extends Error {
  constructor(place: string, words: string) {
    super(`${place}: ${words}`);
  }
}
