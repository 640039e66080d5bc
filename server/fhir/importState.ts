import { statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import { countOutcomes } from '../records/stage.ts';
import type { ImportedBundle } from './importBundle.ts';
import { problemsKept, type FileOutcome, type FileReport, type ImportProblem } from './importReport.ts';
import type { Unresolved } from './links.ts';
import { importFiles } from './tables.ts';

/** How far a file has come: kept with what came so far, in one transaction. */
export interface FileState extends FileReport {
  /** Lines of NDJSON that are dealt with. */
  lines: number;
  unresolved: Unresolved[];
}

export const freshState = (name: string): FileState => ({
  name,
  outcome: 'running',
  lines: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  followed: 0,
  leftOut: 0,
  problems: [],
  unresolvedCount: 0,
  unresolved: [],
});

export const withImported = (
  state: FileState,
  { outcomes, unresolved, followed }: ImportedBundle,
): FileState => {
  const { created, updated, unchanged } = countOutcomes(outcomes);
  return {
    ...state,
    created: state.created + created,
    updated: state.updated + updated,
    unchanged: state.unchanged + unchanged,
    followed: state.followed + followed,
    unresolvedCount: state.unresolvedCount + unresolved.length,
    unresolved: withMore(state.unresolved, unresolved),
  };
};

export const withProblems = (state: FileState, problems: readonly ImportProblem[]): FileState =>
  problems.length === 0
    ? state
    : {
        ...state,
        leftOut: state.leftOut + problems.length,
        problems: withMore(state.problems, problems),
      };

const withMore = <T>(kept: T[], more: readonly T[]): T[] =>
  more.length === 0 || kept.length >= problemsKept
    ? kept
    : [...kept, ...more.slice(0, problemsKept - kept.length)];

/** What is to be said of a file once all of it was dealt with. */
export function ended(state: FileState): FileState {
  const hasStored = state.created + state.updated + state.unchanged > 0;
  const outcome: FileOutcome = state.leftOut === 0 ? 'stored' : hasStored ? 'partly' : 'refused';
  return { ...state, outcome };
}

export function saveState(
  reader: Reader,
  { importId, number, contentHash }: { importId: string; number: number; contentHash: string },
  state: FileState,
): Statement {
  const { name, ...facts } = state;
  const insert = reader.insert(importFiles).values({ importId, number, name, contentHash, ...facts });
  return statement(
    insert.onConflictDoUpdate({
      target: [importFiles.importId, importFiles.number],
      set: { name, contentHash, ...facts },
    }),
  );
}

type Row = typeof importFiles.$inferSelect;

export const stateOf = ({ importId: _run, number: _number, contentHash: _hash, ...state }: Row): FileState =>
  state;

/** A file as its report tells it. */
export const reportOf = ({ lines: _lines, unresolved, ...report }: FileState): FileReport => ({
  ...report,
  unresolved: unresolved.map(({ place, message }) => ({ place, message })),
});
