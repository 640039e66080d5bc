import type { AuditActor } from '../audit/trail.ts';
import type { Writer } from '../db/writer.ts';
import type { Deps } from '../deps.ts';

/** What an import asks for: the command line and a thread have no more than this. */
export type ImportDeps = Pick<Deps, 'reader' | 'now'> & { writer: Pick<Writer, 'commit'> };

export interface ImportSources {
  /** The site to which patients and encounters will belong. */
  siteId: string;
  /** Whose ids these are: `Patient/85` of two sources is two people. The site's id when nothing else is known. */
  source: string;
  actor: AuditActor;
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportRequest extends ImportSources {
  /** Files, and folders of which everything that looks like FHIR is taken; see `sourceFiles.ts`. */
  paths: string[];
}

export interface ImportProgress {
  /** Name of the file, without the folder that was named. */
  name: string;
  /** Counted from 1. */
  file: number;
  files: number;
  stage: 'reading' | 'checking' | 'writing' | Exclude<FileOutcome, 'running'>;
  /** Entries of this file that are dealt with, and all it has; 0 until that is known. */
  done: number;
  entries: number;
  /** Of all files, as they are on disk. */
  bytes: number;
  totalBytes: number;
}

/** What was wrong and where: a JSON pointer into the file, or a line of it. Never text from a chart. */
export interface ImportProblem {
  place: string;
  message: string;
}

/** `partly`: some of its lines were stored. A refused file has left nothing behind. `running`: it was cut off. */
export type FileOutcome = 'running' | 'stored' | 'partly' | 'refused';

export interface FileReport {
  name: string;
  outcome: FileOutcome;
  created: number;
  updated: number;
  unchanged: number;
  /** Of all these, how many went to the record into which their patient's had been merged here. */
  followed: number;
  /** What was left out, and why: all of it counted, the first `problemsKept` named. */
  leftOut: number;
  problems: ImportProblem[];
  /** References that point to nothing known and were kept as they stand. They do not make an import incomplete. */
  unresolvedCount: number;
  unresolved: ImportProblem[];
}

/** More than this about one file tells nobody anything. */
export const problemsKept = 1000;

export interface ImportTotals {
  files: number;
  partly: number;
  refused: number;
  created: number;
  updated: number;
  unchanged: number;
  leftOut: number;
}

export interface ImportReport {
  id: string;
  siteId: string;
  source: string;
  startedAt: string;
  /** Null while it runs, or where it was cut off. */
  finishedAt: string | null;
  files: FileReport[];
  totals: ImportTotals;
}

export function totalsOf(files: readonly FileReport[]): ImportTotals {
  const sum = (key: 'created' | 'updated' | 'unchanged' | 'leftOut'): number =>
    files.reduce((all, file) => all + file[key], 0);
  const having = (outcome: FileOutcome): number => files.filter((file) => file.outcome === outcome).length;
  return {
    files: files.length,
    partly: having('partly'),
    refused: having('refused'),
    created: sum('created'),
    updated: sum('updated'),
    unchanged: sum('unchanged'),
    leftOut: sum('leftOut'),
  };
}
