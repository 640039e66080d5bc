import { no } from '../../shared/wire/result.ts';
import { auditRow } from '../audit/trail.ts';
import { importBundle } from './importBundle.ts';
import { importNdjson, type Advance } from './importNdjson.ts';
import type {
  FileOutcome,
  ImportDeps,
  ImportProblem,
  ImportProgress,
  ImportReport,
  ImportRequest,
  ImportSources,
} from './importReport.ts';
import { finishRun, openRun, type ImportRun } from './importRuns.ts';
import { ended, freshState, saveState, withImported, withProblems, type FileState } from './importState.ts';
import { readSourceBundle } from './sourceBundle.ts';
import { readSource, Unreadable, type SourceBytes } from './sourceBytes.ts';
import { contentHashOf, findSourceFiles, type SourceFile } from './sourceFiles.ts';
import { settleUnresolved } from './unresolved.ts';

/** Imports what is named by its path. */
export const importFiles = async (deps: ImportDeps, request: ImportRequest): Promise<ImportReport> =>
  importSources(deps, request, await findSourceFiles(request.paths));

/**
 * Imports files, one after another: a Bundle is stored whole or not at all, of NDJSON every line that can be. A bad
 * one stops no other. Importing the same again changes nothing; a run that was cut off goes on where it was.
 */
export async function importSources(
  deps: ImportDeps,
  request: ImportSources,
  files: readonly SourceFile[],
): Promise<ImportReport> {
  const run = await openRun(deps, request, files);
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const states: FileState[] = [];
  let bytesBefore = 0;
  for (const [index, file] of files.entries()) {
    const said = { name: file.name, file: index + 1, files: files.length, totalBytes };
    const progress: Progress = (stage, done, entries, read) =>
      request.onProgress?.({ ...said, stage, done, entries, bytes: bytesBefore + read });
    const state = await new FileImport(deps, request, run, file, index + 1, progress).run();
    bytesBefore += file.bytes;
    states.push(state);
    progress(state.outcome === 'running' ? 'reading' : state.outcome, storedIn(state), storedIn(state), 0);
  }
  return finishRun(deps, request, run, await settleUnresolved(deps, run.id, states));
}

type Progress = (stage: ImportProgress['stage'], done: number, entries: number, read: number) => void;

const storedIn = ({ created, updated, unchanged }: FileState): number => created + updated + unchanged;

/** One file on its way into the record. */
class FileImport {
  private state: FileState;
  private contentHash = '';

  constructor(
    private readonly deps: ImportDeps,
    private readonly request: ImportSources,
    private readonly importRun: ImportRun,
    private readonly file: SourceFile,
    private readonly number: number,
    private readonly progress: Progress,
  ) {
    this.state = freshState(file.name);
  }

  async run(): Promise<FileState> {
    const { missing, path, form } = this.file;
    if (missing) return this.refuse([{ place: '', message: 'There is no such file or folder.' }]);
    this.contentHash = (await contentHashOf(path)) ?? '';
    const before = this.importRun.before.get(this.number);
    if (before && before.contentHash === this.contentHash) {
      this.state = before.state;
      if (this.state.outcome !== 'running') return this.state;
    }
    this.progress('reading', 0, 0, 0);
    const source = readSource(path);
    return form === 'ndjson' ? this.importLines(source) : this.importWhole(source);
  }

  private async importWhole(source: SourceBytes): Promise<FileState> {
    let bundle;
    try {
      bundle = await readSourceBundle(source);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      bundle = no([{ place: '', message: error.message }]);
    }
    if (!bundle.ok) return this.refuse(bundle.error);
    const next = (imported: Parameters<typeof withImported>[1]): FileState =>
      ended(withImported(this.state, imported));
    const stored = await importBundle(
      this.deps,
      bundle.value,
      { ...this.request, also: (imported) => [this.saved(next(imported))] },
      (stage, done, entries) => this.progress(stage, done, entries, source.read()),
    );
    if (!stored.ok) return this.refuse(stored.error);
    return (this.state = next(stored.value));
  }

  private async importLines(source: SourceBytes): Promise<FileState> {
    const after = (advance: Advance): FileState => {
      const { lines, problems, imported } = advance;
      const state = imported === null ? this.state : withImported(this.state, imported);
      return { ...withProblems(state, problems), lines };
    };
    await importNdjson(source, {
      after: this.state.lines,
      store: (bundle, advance) =>
        importBundle(this.deps, bundle, {
          ...this.request,
          also: (imported) => [this.saved(after(advance(imported)))],
        }),
      advanced: (advance) => {
        this.state = after(advance);
        this.progress('writing', storedIn(this.state), 0, source.read());
      },
    });
    const state = ended(this.state);
    if (state.outcome === 'refused') return this.refuse([]);
    await this.deps.writer.commit({ statements: [this.saved(state)] });
    return (this.state = state);
  }

  /** Nothing of the file is on record: that, too, is in the audit trail. */
  private async refuse(problems: ImportProblem[]): Promise<FileState> {
    const outcome: FileOutcome = 'refused';
    this.state = { ...withProblems(this.state, problems), outcome };
    const { actor, source } = this.request;
    const detail = { source, problems: this.state.leftOut };
    await this.deps.writer.commit({
      statements: [this.saved(this.state)],
      chained: [
        auditRow({ action: 'bundle:imported', outcome: 'refused', actor, at: this.deps.now(), detail }),
      ],
    });
    return this.state;
  }

  private saved(state: FileState) {
    const { contentHash, number } = this;
    return saveState(this.deps.reader, { importId: this.importRun.id, number, contentHash }, state);
  }
}
