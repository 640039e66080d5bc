import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AuditActor } from '../audit/trail.ts';
import type { Deps } from '../deps.ts';
import { exportFiles, manifestFile } from './exportFiles.ts';

/** What somebody has asked to be exported; kept as a file, so that a restart loses no job. */
const job = z.object({
  id: z.uuid(),
  actor: z.object({
    userId: z.string(),
    role: z.string().nullable(),
    siteId: z.string(),
    deviceId: z.string().nullable(),
  }),
  /** The address as it was asked: a manifest repeats it. */
  request: z.string(),
  types: z.array(z.string()).nullable(),
  since: z.string().nullable(),
  ofPatients: z.boolean(),
});
export type ExportJob = z.infer<typeof job>;

const manifest = z.object({
  transactionTime: z.string(),
  output: z.array(z.object({ type: z.string(), url: z.string(), count: z.number() })),
  error: z.array(z.object({ type: z.string(), url: z.string(), count: z.number() })),
});

export type ExportState =
  | { state: 'under-way'; resources: number }
  | { state: 'failed' }
  | { state: 'done'; expiresAt: Date; manifest: z.infer<typeof manifest> };

/** Long enough to be fetched the next morning; the files hold whole charts, ms. */
const keptForMs = 24 * 60 * 60_000;
const mostOfOnePerson = 2;

const folderOf = (dataFolder: string, id = ''): string => join(dataFolder, 'exports', id);
const filesOf = (dataFolder: string, id: string): string => join(folderOf(dataFolder, id), 'files');

/** Exports as FHIR Bulk Data has them: asked for, waited for, fetched file by file, and forgotten. */
export interface ExportJobs {
  /** False when this person has as many under way as one may have. */
  begin(job: ExportJob): Promise<boolean>;
  /** Null for another's, for one that has expired, and for none. */
  stateOf(id: string, userId: string): Promise<{ job: ExportJob; now: ExportState } | null>;
  /** Where a file of a finished export lies; null as above. */
  fileOf(id: string, userId: string, name: string): Promise<string | null>;
  /** Stops it, and removes what there is of it; false for what is not theirs. */
  forget(id: string, userId: string): Promise<boolean>;
}

export function exportJobs(deps: Deps): ExportJobs {
  const { dataFolder } = deps.config;
  const underWay = new Map<string, { job: ExportJob; resources: number; stop: AbortController }>();
  const failed = new Set<string>();
  let last = Promise.resolve();

  /** One after another, from the beginning: what a stopped service has left of it is not gone on with. */
  function carryOut(asked: ExportJob): void {
    const now = { job: asked, resources: 0, stop: new AbortController() };
    underWay.set(asked.id, now);
    last = last.then(async () => {
      try {
        now.stop.signal.throwIfAborted();
        const folder = filesOf(dataFolder, asked.id);
        await rm(folder, { recursive: true, force: true });
        const { types, since, ofPatients, actor } = asked;
        const done = await exportFiles(deps, {
          scope: { siteId: actor.siteId, types, since, ofPatients },
          folder,
          gzip: false,
          actor: actor satisfies AuditActor,
          signal: now.stop.signal,
          onProgress: ({ resources }) => (now.resources = resources),
        });
        if (!done.ok) throw new Error('The folder of an export is in use.');
      } catch (error) {
        if (now.stop.signal.aborted)
          return rm(folderOf(dataFolder, asked.id), { recursive: true, force: true });
        failed.add(asked.id);
        deps.logger.error({ err: error, exportId: asked.id }, 'an export failed');
      } finally {
        underWay.delete(asked.id);
      }
    });
  }

  const read = async (id: string, userId: string): Promise<ExportJob | null> => {
    const found = await readJob(dataFolder, id);
    return found?.actor.userId === userId ? found : null;
  };

  async function stateOf(id: string, userId: string): ReturnType<ExportJobs['stateOf']> {
    const found = await read(id, userId);
    if (!found) return null;
    const now = underWay.get(id);
    if (now) return { job: found, now: { state: 'under-way', resources: now.resources } };
    if (failed.has(id)) return { job: found, now: { state: 'failed' } };
    const finished = await readManifest(dataFolder, id);
    if (!finished) {
      carryOut(found);
      return { job: found, now: { state: 'under-way', resources: 0 } };
    }
    const expiresAt = expiryOf(finished);
    return expiresAt <= deps.now()
      ? null
      : { job: found, now: { state: 'done', expiresAt, manifest: finished } };
  }

  return {
    stateOf,
    async begin(asked) {
      const theirs = [...underWay.values()].filter(
        ({ job: { actor } }) => actor.userId === asked.actor.userId,
      );
      if (theirs.length >= mostOfOnePerson) return false;
      await mkdir(folderOf(dataFolder, asked.id), { recursive: true, mode: 0o700 });
      await writeFile(join(folderOf(dataFolder, asked.id), 'job.json'), JSON.stringify(asked), {
        mode: 0o600,
      });
      carryOut(asked);
      return true;
    },
    async fileOf(id, userId, name) {
      const found = await stateOf(id, userId);
      if (found?.now.state !== 'done') return null;
      const { output, error } = found.now.manifest;
      return [...output, ...error].some(({ url }) => url === name)
        ? join(filesOf(dataFolder, id), name)
        : null;
    },
    async forget(id, userId) {
      if (!(await read(id, userId))) return false;
      underWay.get(id)?.stop.abort();
      await rm(folderOf(dataFolder, id), { recursive: true, force: true });
      return true;
    },
  };
}

const expiryOf = ({ transactionTime }: { transactionTime: string }): Date =>
  new Date(Date.parse(transactionTime) + keptForMs);

async function readJob(dataFolder: string, id: string): Promise<ExportJob | null> {
  if (!z.uuid().safeParse(id).success) return null;
  return job.nullable().parse(await readJsonFile(join(folderOf(dataFolder, id), 'job.json')));
}

const readManifest = async (dataFolder: string, id: string) =>
  manifest.nullable().parse(await readJsonFile(join(filesOf(dataFolder, id), manifestFile)));

/** Null where there is no such file. */
async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Removes the files of exports that have expired. */
export async function forgetOldExports({
  config: { dataFolder },
  now,
}: Pick<Deps, 'config' | 'now'>): Promise<void> {
  const ids = await readdir(folderOf(dataFolder)).catch(() => []);
  for (const id of ids) {
    const finished = await readManifest(dataFolder, id);
    if (finished && expiryOf(finished) <= now())
      await rm(folderOf(dataFolder, id), { recursive: true, force: true });
  }
}
