import type { AuditActor } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';

/** What an import asks for: the command line has no more than this. */
export type ImportDeps = Pick<Deps, 'reader' | 'writer' | 'now'>;

export interface ImportRequest {
  /** Files, and folders of which every `*.json` is taken. */
  paths: string[];
  /** The site to which patients and encounters will belong. */
  siteId: string;
  /** Whose ids these are: `Patient/85` of two sources is two people. The site's id when nothing else is known. */
  source: string;
  actor: AuditActor;
  onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  /** Name of the file, without its folder. */
  name: string;
  /** Counted from 1. */
  file: number;
  files: number;
  stage: 'reading' | 'checking' | 'writing' | 'stored' | 'refused';
  /** Entries of this bundle dealt with in this stage, and all it has; 0 until that is known. */
  done: number;
  entries: number;
}

/** What was wrong and where: a JSON pointer into the file, or a line and column. Never text from a chart. */
export interface ImportProblem {
  place: string;
  message: string;
}

export interface FileReport {
  name: string;
  /** A refused file has left nothing behind; its `problems` say why. */
  outcome: 'stored' | 'refused';
  created: number;
  updated: number;
  unchanged: number;
  problems: ImportProblem[];
  /** References that point to nothing known and were kept as they stand. They do not make an import incomplete. */
  unresolved: ImportProblem[];
}

export interface ImportReport {
  files: FileReport[];
  totals: { files: number; refused: number; created: number; updated: number; unchanged: number };
}
