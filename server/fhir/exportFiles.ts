import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { AuditAction } from '../../shared/audit/actions.ts';
import { no, ok, type Result } from '../../shared/wire/result.ts';
import { auditRow, type AuditActor } from '../audit/trail.ts';
import type { Damage } from '../records/intact.ts';
import type { ImportDeps } from './importReport.ts';
import { exportRecord, type ExportPart, type ExportScope } from './exportRecord.ts';
import { damageIssues } from './outcome.ts';

export interface ExportRequest {
  scope: ExportScope;
  /** A folder that is not there yet, or empty. */
  folder: string;
  gzip: boolean;
  actor: AuditActor;
  /** Gives it up; what is written by then stays. */
  signal?: AbortSignal;
  onProgress?: (progress: { type: string; resources: number }) => void;
}

export interface ExportedFile {
  type: string;
  name: string;
  resources: number;
  bytes: number;
}

export interface Exported {
  files: ExportedFile[];
  /** What is damaged on record and was left out; `error.ndjson` names it. */
  damaged: Damage[];
}

/** Writes a file of NDJSON for each type, and at the end a manifest as FHIR Bulk Data has it: with it, all is there. */
export async function exportFiles(
  deps: ImportDeps,
  { scope, folder, gzip, actor, signal, onProgress }: ExportRequest,
): Promise<Result<Exported, string>> {
  const prepared = await prepare(folder);
  if (!prepared.ok) return prepared;
  const startedAt = deps.now();
  await accountFor(deps, { action: 'record:exported', actor, scope, detail: { gzip } });
  const files: ExportedFile[] = [];
  const damaged: Damage[] = [];
  let resources = 0;
  const parts = exportRecord(deps.reader, scope)[Symbol.asyncIterator]();
  let next = await parts.next();
  while (!next.done) {
    const { type } = next.value;
    const earlier = files.filter((file) => file.type === type).length;
    // What a record refers to may be of a type that has a file already.
    const name = `${type}${earlier === 0 ? '' : `.${earlier + 1}`}.ndjson${gzip ? '.gz' : ''}`;
    let count = 0;
    async function* linesOfType(): AsyncGenerator<string> {
      while (!next.done && next.value.type === type) {
        signal?.throwIfAborted();
        count += next.value.lines.length;
        damaged.push(...next.value.damaged);
        yield next.value.lines.map((line) => `${line}\n`).join('');
        onProgress?.({ type, resources: resources + count });
        next = await parts.next();
      }
    }
    const bytes = await write(join(folder, name), linesOfType(), gzip);
    resources += count;
    files.push({ type, name, resources: count, bytes });
  }
  if (damaged.length > 0) {
    const lines = damaged.map((each) => `${JSON.stringify(outcomeOf([each]))}\n`).join('');
    await writeFile(join(folder, errorFile), lines, { mode: 0o600 });
  }
  const path = join(folder, manifestFile);
  await writeFile(`${path}.part`, manifest(startedAt, files, damaged.length), { mode: 0o600 });
  await rename(`${path}.part`, path);
  await accountFor(deps, {
    action: 'record:export-finished',
    actor,
    scope,
    detail: { resources, files: files.length, damaged: damaged.length },
  });
  return ok({ files, damaged });
}

async function prepare(folder: string): Promise<Result<null, string>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return (await readdir(folder)).length === 0 ? ok(null) : no(`${folder} is not empty.`);
  } catch (error) {
    return no(
      `${folder} cannot be written to (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`,
    );
  }
}

/** A file has its name once it is whole. */
async function write(path: string, lines: AsyncIterable<string>, gzip: boolean): Promise<number> {
  const file: WriteStream = createWriteStream(`${path}.part`, { mode: 0o600 });
  await (gzip ? pipeline(Readable.from(lines), createGzip(), file) : pipeline(Readable.from(lines), file));
  await rename(`${path}.part`, path);
  return (await stat(path)).size;
}

/** With it, all is there. */
export const manifestFile = 'manifest.json';
const errorFile = 'error.ndjson';

const outcomeOf = (damaged: Damage[]): object => ({
  resourceType: 'OperationOutcome',
  issue: damageIssues(damaged),
});

const manifest = (startedAt: Date, files: ExportedFile[], damaged: number): string => {
  const output = files.map(({ type, name, resources }) => ({ type, url: name, count: resources }));
  const error = damaged === 0 ? [] : [{ type: 'OperationOutcome', url: errorFile, count: damaged }];
  const facts = { transactionTime: startedAt.toISOString(), requiresAccessToken: false, output, error };
  return `${JSON.stringify(facts, null, 2)}\n`;
};

/** Who took what with them; before anything leaves, because what cannot be accounted for is not exported. */
export async function accountFor(
  { writer, now }: Pick<ImportDeps, 'writer' | 'now'>,
  {
    action,
    actor,
    scope: { patientId, siteId, history = false },
    detail,
  }: {
    action: AuditAction;
    actor: AuditActor;
    scope: ExportScope;
    detail: Record<string, string | number | boolean>;
  },
): Promise<void> {
  await writer.commit({
    statements: [],
    chained: [
      auditRow({
        action,
        outcome: 'success',
        actor,
        at: now(),
        patientId: patientId ?? null,
        entity: patientId === undefined ? `Site/${siteId ?? 'all'}` : `Patient/${patientId}`,
        detail: { ...detail, history },
      }),
    ],
  });
}

/** Parts as the lines of one file of NDJSON; what is missing is said at its end. */
export async function* toNdjson(parts: AsyncIterable<ExportPart>): AsyncGenerator<string> {
  const missing: Damage[] = [];
  for await (const { lines, damaged } of parts) {
    missing.push(...damaged);
    yield lines.map((line) => `${line}\n`).join('');
  }
  if (missing.length > 0) yield `${JSON.stringify(outcomeOf(missing))}\n`;
}

/** Parts as one Bundle, without ever holding all of it. */
export async function* toBundle(parts: AsyncIterable<ExportPart>, startedAt: Date): AsyncGenerator<string> {
  yield `{"resourceType":"Bundle","type":"collection","timestamp":"${startedAt.toISOString()}","entry":[`;
  let separator = '';
  const missing: Damage[] = [];
  for await (const { lines, damaged } of parts) {
    missing.push(...damaged);
    for (const line of lines) {
      const { id } = JSON.parse(line) as { id: string };
      yield `${separator}\n{"fullUrl":"urn:uuid:${id}","resource":${line}}`;
      separator = ',';
    }
  }
  if (missing.length > 0) yield `${separator}\n{"resource":${JSON.stringify(outcomeOf(missing))}}`;
  yield '\n]}\n';
}
