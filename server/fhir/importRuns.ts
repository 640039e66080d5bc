import { createHash, randomUUID } from 'node:crypto';
import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import { auditRow } from '../audit/trail.ts';
import { statement, type Statement } from '../db/batch.ts';
import type { Reader } from '../db/reader.ts';
import {
  totalsOf,
  type ImportDeps,
  type ImportReport,
  type ImportSources,
  type ImportTotals,
} from './importReport.ts';
import { reportOf, stateOf, type FileState } from './importState.ts';
import type { SourceFile } from './sourceFiles.ts';
import { importFiles, imports } from './tables.ts';

/** A run of an import that is to be done, or gone on with. */
export interface ImportRun {
  id: string;
  startedAt: string;
  /** What an earlier try has come to, by the file's number. */
  before: ReadonlyMap<number, { contentHash: string; state: FileState }>;
}

/** The same files of the same source for the same site: what was cut off is taken up again, what ended is not. */
export async function openRun(
  { reader, writer, now }: ImportDeps,
  { siteId, source, actor }: ImportSources,
  files: readonly SourceFile[],
  /** What is committed with it: the answer to whoever asked. */
  also: (id: string) => Statement[] = () => [],
): Promise<ImportRun> {
  const asked = askedBy(siteId, source, files);
  const [cutOff] = await reader
    .select({ id: imports.id, startedAt: imports.startedAt })
    .from(imports)
    .where(and(eq(imports.asked, asked), isNull(imports.finishedAt)))
    .orderBy(desc(imports.startedAt))
    .limit(1);
  if (cutOff) {
    const statements = also(cutOff.id);
    if (statements.length > 0) await writer.commit({ statements });
    const rows = await reader.select().from(importFiles).where(eq(importFiles.importId, cutOff.id));
    const before = rows.map(
      (row) => [row.number, { contentHash: row.contentHash, state: stateOf(row) }] as const,
    );
    return { ...cutOff, before: new Map(before) };
  }
  const id = randomUUID();
  const startedAt = now().toISOString();
  await writer.commit({
    statements: [
      statement(
        reader.insert(imports).values({
          id,
          siteId,
          source,
          asked,
          userId: actor.userId,
          startedAt,
          finishedAt: null,
          files: files.length,
        }),
      ),
      ...also(id),
    ],
  });
  return { id, startedAt, before: new Map() };
}

const askedBy = (siteId: string, source: string, files: readonly SourceFile[]): string =>
  createHash('sha256')
    .update(JSON.stringify([siteId, source, files.map(({ name, bytes }) => [name, bytes])]))
    .digest('hex');

/** Says for good what came of a run. */
export async function finishRun(
  { reader, writer, now }: ImportDeps,
  { siteId, source, actor }: ImportSources,
  run: ImportRun,
  states: readonly FileState[],
): Promise<ImportReport> {
  const finishedAt = now();
  const files = states.map(reportOf);
  const totals = totalsOf(files);
  await writer.commit({
    statements: [
      statement(
        reader.update(imports).set({ finishedAt: finishedAt.toISOString() }).where(eq(imports.id, run.id)),
      ),
    ],
    chained: [
      auditRow({
        action: 'import:finished',
        outcome: totals.refused === totals.files ? 'refused' : 'success',
        actor,
        at: finishedAt,
        entity: `import/${run.id}`,
        detail: { ...totals },
      }),
    ],
  });
  const { id, startedAt } = run;
  return { id, siteId, source, startedAt, finishedAt: finishedAt.toISOString(), files, totals };
}

export interface ImportLine extends Omit<ImportReport, 'files'> {
  /** Files that were to be imported; `totals.files` are those that were. */
  asked: number;
}

const columns = {
  id: imports.id,
  siteId: imports.siteId,
  source: imports.source,
  startedAt: imports.startedAt,
  finishedAt: imports.finishedAt,
  asked: imports.files,
};

/** A site's imports, newest first. */
export async function listImports(
  reader: Reader,
  siteId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: ImportLine[]; more: boolean }> {
  const rows = await reader
    .select(columns)
    .from(imports)
    .where(eq(imports.siteId, siteId))
    .orderBy(desc(imports.startedAt), desc(imports.id))
    .limit(limit + 1)
    .offset(offset);
  const page = rows.slice(0, limit);
  const items: ImportLine[] = [];
  for (const row of page) items.push({ ...row, totals: await totalsIn(reader, row.id) });
  return { items, more: rows.length > limit };
}

async function totalsIn(reader: Reader, id: string): Promise<ImportTotals> {
  const { outcome, created, updated, unchanged, leftOut } = importFiles;
  const rows = await reader
    .select({ outcome, created, updated, unchanged, leftOut })
    .from(importFiles)
    .where(eq(importFiles.importId, id));
  const unsaid = { name: '', followed: 0, problems: [], unresolvedCount: 0, unresolved: [] };
  return totalsOf(rows.map((row) => ({ ...unsaid, ...row })));
}

/** A run's report, of another site's as little as of none. */
export async function readImport(
  reader: Reader,
  siteId: string,
  id: string,
): Promise<(ImportReport & { asked: number }) | null> {
  const [run] = await reader
    .select(columns)
    .from(imports)
    .where(and(eq(imports.id, id), eq(imports.siteId, siteId)));
  if (!run) return null;
  const rows = await reader
    .select()
    .from(importFiles)
    .where(eq(importFiles.importId, id))
    .orderBy(asc(importFiles.number));
  const files = rows.map((row) => reportOf(stateOf(row)));
  return { ...run, files, totals: totalsOf(files) };
}

/** When a run of this site ended; null while it has not, undefined where there is none. */
export async function finishedAtOf(
  reader: Reader,
  siteId: string,
  id: string,
): Promise<string | null | undefined> {
  const [run] = await reader
    .select({ finishedAt: imports.finishedAt })
    .from(imports)
    .where(and(eq(imports.id, id), eq(imports.siteId, siteId)));
  return run?.finishedAt;
}
