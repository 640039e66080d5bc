import type { Filing } from './filing.ts';

/** On whose account something is recorded. People are user ids; `onBehalfOf` may also be a reference (`Organization/x`). */
export interface Recording {
  siteId: string;
  /** Whose data this is: the site itself, or the source of an import. */
  source: string;
  /** Its author. */
  recordedBy: string;
  at: Date;
  /** When what is recorded happened, where the resource itself names no time: of an act done here, now. */
  occurredAt?: Date;
  entererId?: string;
  onBehalfOf?: string;
  attesterId?: string;
  /** IANA zone in which the clocks were read; the site's own when nothing else is known. */
  zone?: string;
  /** When this service got it; `at` unless it waited on a device. */
  receivedAt?: Date;
  /** Why, in the words of who did it. */
  reason?: string;
  /** What was done, as a code of this service: `problem-recorded`. */
  activity?: string;
}

export interface Target {
  type: string;
  id: string;
}

export interface Outcome extends Target {
  versionId: number;
  outcome: 'created' | 'updated' | 'unchanged' | 'deleted';
}

export interface StageOptions {
  /** The version, by `Type/id`, that each of these is thought to have; 0 for one that must not exist. */
  expect?: ReadonlyMap<string, number>;
  /** Whose the encounters are in which this is recorded; given to somebody else meanwhile, nothing is. */
  filed?: readonly Filing[];
  /** Ended softly: a last version says so. */
  remove?: readonly Target[];
  /** `in-resources` when the act's own Provenance is among the resources. */
  provenance?: 'written' | 'in-resources';
}

/** Why nothing was staged: one of these names something. */
export interface NotStaged {
  /** Resources that another site keeps, and that only it may change. */
  keptElsewhere: Target[];
  /** What is not as it was expected: the versions there are now, 0 for none. */
  changed: (Target & { versionId: number })[];
  /** Records that were merged into another one meanwhile, and into which. */
  merged?: ReadonlyMap<string, string>;
  /** An encounter in which this was to be recorded is somebody else's. */
  refiled?: boolean;
}
