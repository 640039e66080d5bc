import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import { countOutcomes } from '../records/stage.ts';
import { readBundle } from './bundle.ts';
import { importBundle, type ImportedBundle } from './importBundle.ts';
import type {
  FileReport,
  ImportDeps,
  ImportProblem,
  ImportProgress,
  ImportReport,
  ImportRequest,
} from './importReport.ts';

export type { FileReport, ImportProgress, ImportReport, ImportRequest };

/**
 * Imports bundles from files, one after another: each is stored whole or not at all, and a bad one stops no other.
 * Importing the same again changes nothing.
 */
export async function importFiles(deps: ImportDeps, request: ImportRequest): Promise<ImportReport> {
  const found = await findFiles(request.paths);
  const files: FileReport[] = [];
  for (const [index, { path, problem }] of found.entries()) {
    const name = basename(path);
    const progress = (stage: ImportProgress['stage'], done: number, entries: number): void =>
      request.onProgress?.({ name, file: index + 1, files: found.length, stage, done, entries });
    const result = problem === null ? await importFile(deps, request, path, progress) : no([problem]);
    if (result.ok) {
      const { outcomes, unresolved } = result.value;
      files.push({
        name,
        outcome: 'stored',
        ...countOutcomes(outcomes),
        problems: [],
        unresolved,
      });
      progress('stored', outcomes.length, outcomes.length);
    } else {
      const counts = { created: 0, updated: 0, unchanged: 0 };
      files.push({ name, outcome: 'refused', ...counts, problems: result.error, unresolved: [] });
      progress('refused', 0, 0);
      await recordRefusal(deps, request, result.error.length);
    }
  }
  return { files, totals: totalsOf(files) };
}

type Progress = (stage: ImportProgress['stage'], done: number, entries: number) => void;

async function importFile(
  deps: ImportDeps,
  request: ImportRequest,
  path: string,
  progress: Progress,
): Promise<Result<ImportedBundle, ImportProblem[]>> {
  progress('reading', 0, 0);
  const text = await readText(path);
  if (!text.ok) return no([text.error]);
  const bundle = readBundle(text.value);
  if (!bundle.ok) return bundle;
  return importBundle(deps, bundle.value, request, progress);
}

async function readText(path: string): Promise<Result<string, ImportProblem>> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)));
  } catch (error) {
    // A TypeError is the decoder's; whatever else cannot be read is the operator's to look into.
    const message = error instanceof TypeError ? 'This is not UTF-8 text.' : 'This file cannot be read.';
    return no({ place: '', message });
  }
}

/** The files that are meant, in the order in which they are best imported. */
async function findFiles(paths: string[]): Promise<{ path: string; problem: ImportProblem | null }[]> {
  const found: { path: string; problem: ImportProblem | null }[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (kind === null)
      found.push({ path, problem: { place: '', message: 'There is no such file or folder.' } });
    else if (kind.isDirectory()) {
      const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.json')).sort();
      found.push(...names.map((name) => ({ path: join(path, name), problem: null })));
    } else found.push({ path, problem: null });
  }
  return found.sort((a, b) => Number(isReferredTo(b.path)) - Number(isReferredTo(a.path)));
}

/** Synthea writes hospitals and practitioners into files of their own, to which patients' files refer. */
const isReferredTo = (path: string): boolean => /^(hospital|practitioner)Information/i.test(basename(path));

async function recordRefusal(
  deps: ImportDeps,
  { actor, source }: ImportRequest,
  problems: number,
): Promise<void> {
  const at = deps.now();
  await deps.writer.commit({
    statements: [],
    chained: [
      auditRow({ action: 'bundle:imported', outcome: 'refused', actor, at, detail: { source, problems } }),
    ],
  });
}

const totalsOf = (files: FileReport[]): ImportReport['totals'] => {
  const sum = (key: 'created' | 'updated' | 'unchanged'): number =>
    files.reduce((all, file) => all + file[key], 0);
  return {
    files: files.length,
    refused: files.filter(({ outcome }) => outcome === 'refused').length,
    created: sum('created'),
    updated: sum('updated'),
    unchanged: sum('unchanged'),
  };
};
